import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseSync } from "oxc-parser";
import { z } from "zod";

const OUTCOMES = ["pass", "fail", "notApplicable", "unknown"] as const;
/** The sentences with which a check's tests describe its cases, by outcome. */
export type Examples = Readonly<Record<(typeof OUTCOMES)[number], readonly string[]>>;

/** The examples of every check of the plugins, by the last part of the check's id: what its tests prove is what its page says. */
export function examplesIn(root: string): ReadonlyMap<string, Examples> {
  const files = globSync("packages/plugin-*/src/**/*.test.ts", { cwd: root }).toSorted();
  const found = files.flatMap((file) => tablesOf(basename(file), readFileSync(join(root, file), "utf8")));
  return new Map(
    [...Map.groupBy(found, ({ check }) => check)].map(([check, tables]) => [check, joined(tables.map(({ examples }) => examples))]),
  );
}

interface Described {
  /** The name of the check's constant, as its id is written: `kinesis-stream-unencrypted`. */
  readonly check: string;
  readonly examples: Examples;
}

const Identifier = z.object({ type: z.literal("Identifier"), name: z.string() });
const Property = z.object({ type: z.literal("Property"), key: z.unknown(), value: z.unknown() });
const ObjectNode = z.object({ type: z.literal("ObjectExpression"), properties: z.array(z.unknown()) });
const Call = z.object({
  type: z.literal("CallExpression"),
  callee: Identifier.extend({ name: z.literal("checkTester") }),
  arguments: z.tuple([Identifier, ObjectNode]).rest(z.unknown()),
  start: z.number(),
  end: z.number(),
});
const AnyCall = z.object({ type: z.literal("CallExpression"), callee: Identifier, arguments: z.tuple([Identifier]).rest(z.unknown()) });
const Declared = z.object({
  type: z.literal("FunctionDeclaration"),
  id: Identifier,
  params: z.tuple([Identifier]).rest(z.unknown()),
  start: z.number(),
  end: z.number(),
});
const Named = z.union([
  Identifier.transform(({ name }) => name),
  z.object({ type: z.literal("Literal"), value: z.string() }).transform(({ value }) => value),
]);

/** Every `checkTester(check, { pass: { "a sentence": … } })` in a file of tests. Pure. */
export function tablesOf(file: string, source: string): readonly Described[] {
  const { program, module } = parseSync(file, source);
  const imported = new Map(
    module.staticImports.flatMap(({ entries }) =>
      entries.map((entry) => [entry.localName.value, entry.importName.name ?? entry.localName.value] as const),
    ),
  );
  const nodes = nodesIn(program);
  const callers = nodes.flatMap((node) => AnyCall.safeParse(node).data ?? []);
  const functions = nodes.flatMap((node) => Declared.safeParse(node).data ?? []);
  return nodes.flatMap((node): Described[] => {
    const { data } = Call.safeParse(node);
    if (!data) return [];
    const [{ name }, table] = data.arguments;
    const examples = examplesOf(membersOf(table));
    // A table within a function is that of every check which the function is called with.
    const around = functions.find(({ params, start, end }) => params[0].name === name && start < data.start && data.end < end);
    const given = around ? callers.filter(({ callee }) => callee.name === around.id.name).map((call) => call.arguments[0].name) : [name];
    return given.map((check) => ({ check: kebab(imported.get(check) ?? check), examples }));
  });
}

function examplesOf(table: ReadonlyMap<string, unknown>): Examples {
  const sentences = (outcome: string): string[] => [...membersOf(table.get(outcome)).keys()].map(sentenceOf);
  return { pass: sentences("pass"), fail: sentences("fail"), notApplicable: sentences("notApplicable"), unknown: sentences("unknown") };
}

/** Without the id of the vector; what stands there is for those who look for the test. */
function sentenceOf(title: string): string {
  return title.replace(/^[A-Z]{3}-\d{2}(?:, [A-Z]{3}-\d{2})*:? /, "");
}

function membersOf(node: unknown): Map<string, unknown> {
  const { data } = ObjectNode.safeParse(node);
  return new Map(
    (data?.properties ?? []).flatMap((member): [string, unknown][] => {
      const property = Property.safeParse(member).data;
      const name = property && Named.safeParse(property.key).data;
      return name === undefined ? [] : [[name, property?.value]];
    }),
  );
}

/** Every node below this one, itself included. */
function nodesIn(node: unknown): unknown[] {
  if (typeof node !== "object" || node === null) return [];
  return [node, ...Object.values(node).flatMap(nodesIn)];
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function joined(all: readonly Examples[]): Examples {
  const unique = (outcome: (typeof OUTCOMES)[number]): string[] => [...new Set(all.flatMap((examples) => examples[outcome]))];
  return { pass: unique("pass"), fail: unique("fail"), notApplicable: unique("notApplicable"), unknown: unique("unknown") };
}
