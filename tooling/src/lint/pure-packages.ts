import type { Rule } from "./rule.ts";

/** Globals that read the clock, chance, this process or the network, or that wait. */
const OUTSIDE: ReadonlySet<string> = new Set([
  "Bun",
  "Deno",
  "WebSocket",
  "XMLHttpRequest",
  "clearInterval",
  "clearTimeout",
  "console",
  "crypto",
  "fetch",
  "global",
  "globalThis",
  "performance",
  "process",
  "queueMicrotask",
  "setImmediate",
  "setInterval",
  "setTimeout",
]);
/** Hashing is a function of its argument; everything else of `node:` reaches outside. */
const HARMLESS: Readonly<Record<string, ReadonlySet<string>>> = { "node:crypto": new Set(["createHash", "hash"]) };

/** core and the plugins decide, and nothing else: time and chance are arguments, reading is the engine's. */
export const purePackages: Rule = {
  create(context) {
    const refuse = (node: { readonly range: [number, number] }, what: string): void => {
      context.report({ node, message: `${what} is out of reach here: what decides gets time, chance and data as arguments.` });
    };
    return {
      Program() {
        const { globalScope } = context.sourceCode.scopeManager;
        const known = globalScope?.variables.filter(({ defs }) => defs.length === 0).flatMap(({ references }) => references) ?? [];
        for (const { identifier } of [...(globalScope?.through ?? []), ...known]) {
          const { name, parent } = identifier;
          if (OUTSIDE.has(name)) refuse(identifier, name);
          else if (name === "Date" && !isPureDate(parent)) refuse(identifier, "The clock");
          else if (name === "Math" && !isPureMath(parent)) refuse(identifier, "Chance");
        }
      },
      ImportExpression(node) {
        refuse(node, "A dynamic import");
      },
      ImportDeclaration(node) {
        const from = node.source.value;
        if (!from.startsWith("node:")) return;
        const names = node.specifiers.map((specifier) =>
          specifier.type === "ImportSpecifier" && specifier.imported.type === "Identifier" ? specifier.imported.name : "*",
        );
        if (names.length === 0 || names.some((name) => !HARMLESS[from]?.has(name))) refuse(node, from);
      },
    };
  },
};

interface Shape {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** `new Date(at)`, `Date.parse(at)`, `Date.UTC(…)`, and the type; whatever else is done with Date can read the clock. */
function isPureDate(parent: object): boolean {
  const shape = shapeOf(parent);
  if (shape.type === "NewExpression") return Array.isArray(shape["arguments"]) && shape["arguments"].length > 0;
  return shape.type.startsWith("TS") || ["parse", "UTC"].includes(memberName(shape));
}

function isPureMath(parent: object): boolean {
  const name = memberName(shapeOf(parent));
  return name !== "" && name !== "random";
}

function memberName({ type, computed, property }: Shape): string {
  const name = type === "MemberExpression" && computed === false ? property : null;
  return typeof name === "object" && name !== null && "name" in name ? String(name.name) : "";
}

function shapeOf(node: object): Shape {
  return "type" in node && typeof node.type === "string" ? { ...node, type: node.type } : { type: "" };
}
