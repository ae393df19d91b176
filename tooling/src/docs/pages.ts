import { type Check, ERRORS, findCallsOf, permissionsOf, type Plugin, TAGS } from "@posture/core";
import { ALWAYS_NEEDED, readPolicyOf } from "@posture/runtime";
import { checkPage, checksTable, pathOf } from "./check-page.ts";
import type { Examples } from "./examples.ts";
import { code, json, page, prose, table, template } from "./markdown.ts";

/** Every generated page below docs/, by its path there. */
export function pagesOf(plugins: readonly Plugin[], examples: ReadonlyMap<string, Examples> = new Map()): ReadonlyMap<string, string> {
  const checks = plugins.flatMap((plugin) => plugin.checks);
  return new Map([
    ["errors.md", errorsPage()],
    ["permissions.md", permissionsPage(checks)],
    ["checks/README.md", indexPage(plugins)],
    ...checks.map((check) => [pathOf(check), checkPage(check, examplesFor(check, examples))] as const),
  ]);
}

/** A constant is named after the beginning of its check's id. */
function examplesFor({ id }: Check, examples: ReadonlyMap<string, Examples>): Examples | undefined {
  const tail = id.split("/").at(-1) ?? id;
  return examples.get(tail) ?? [...examples].find(([name]) => name.includes("-") && tail.startsWith(`${name}-`))?.[1];
}

/**
 * The README with its table of checks renewed.
 * @throws {Error} where it has lost the two comments between which the table stands.
 */
export function readmeWith(readme: string, checks: readonly Check[]): string {
  return renewed("README.md", readme, "checks", checksTable(checks, "docs/"));
}

/**
 * A page written by hand, with what is generated in it renewed: it stands between two comments with its name.
 * @throws {Error} where the page has lost the two comments.
 */
export function renewed(path: string, text: string, name: string, generated: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [before, rest, ...more] = text.split(begin);
  const after = rest?.split(end).at(1);
  if (before === undefined || after === undefined || more.length > 0) throw new Error(`${path} must hold ${begin} and ${end} once each`);
  return `${before}${begin}\n${generated}\n${end}${after}`;
}

function indexPage(plugins: readonly Plugin[]): string {
  return page(
    "# Checks",
    "What Posture looks for without any configuration. `posture checks` lists the checks that are loaded where you are.",
    ...plugins.flatMap(({ name, checks }) => [`## ${name}`, checksTable(checks, "../")]),
  );
}

function errorsPage(): string {
  const sections = Object.entries(ERRORS).map(
    ([id, { says, next }]) => `## ${id}\n\n${template(says).replaceAll("\n", " ")}\n\n**Next:** ${template(next)}`,
  );
  return page(
    "# Errors",
    "Every error that Posture shows to people: what it says, and what to do next. Words set as code are filled in when it is shown.",
    ...sections,
  );
}

function permissionsPage(checks: readonly Check[]): string {
  const { Statement } = readPolicyOf(checks);
  const askers = (action: string): string => {
    if (ALWAYS_NEEDED.includes(action)) return "every run";
    return [...Map.groupBy(checks, ({ resource }) => resource.type)].flatMap(([type, ofKind]) => linksTo(action, type, ofKind)).join(", ");
  };
  return page(
    "# Permissions",
    prose(
      "The least-privilege IAM policy for all first-party checks. Nothing in it can change anything; an operation that no enabled check declares is refused before it is signed. `posture permissions` prints the policy of your own configuration: fewer checks need less.",
    ),
    json(readPolicyOf(checks)),
    "An action that is missing makes the checks that need it `unknown`, with the name of the action. It never resolves a finding.",
    "## Which check needs what",
    table(
      ["Action", "Needed by"],
      Statement[0].Action.map((action) => [code(action), askers(action)]),
    ),
    "## Changes",
    `With a [queue that tells of changes](guide/events.md) it is also asked what they touch and do not name: ${findActions(checks).map(code).join(", ")}. \`posture permissions\` then has these, and a statement for the queue alone.`,
    "## Rules on tags",
    "Where the [configuration](guide/configuration.md#some-accounts-regions-or-tags) has rules on tags, the tags of what those checks judge are read, too. An action that is missing leaves the rule without effect, and the finding says so.",
    table(["Resource", "Action"], tagRows(checks)),
  );
}

/** Those that only changes ask for. */
function findActions(checks: readonly Check[]): string[] {
  const others = new Set(permissionsOf(checks));
  return [...new Set(findCallsOf(checks).map(({ action }) => action))].filter((action) => !others.has(action)).toSorted();
}

function tagRows(checks: readonly Check[]): string[][] {
  const facets = new Map(checks.map(({ resource }) => [resource.type, resource.facets[TAGS]]));
  return [...facets].map(([type, tags]) => {
    const actions = new Set(tags && [...tags.prime, ...tags.read].map(({ action }) => code(action)));
    return [code(type), actions.size === 0 ? "has no tags of its own" : [...actions].join(", ")];
  });
}

function linksTo(action: string, type: string, ofKind: readonly Check[]): string[] {
  const some = ofKind.filter((check) => permissionsOf([check]).includes(action));
  if (some.length > 1 && some.length === ofKind.length) return [`all ${some.length} checks of ${code(type)}`];
  return some.map((check) => `[${check.id}](${pathOf(check)})`);
}
