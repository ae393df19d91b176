import { type Call, type Check, eventsOf, facetOf, permissionsOf, type RemediationStep, stepOf, wantedFacets } from "@posture/core";
import { z } from "zod";
import { bullets, code, numbered, page, prose, table, template } from "./markdown.ts";

/** Where the page of a check is, below docs/. */
export function pathOf({ id }: Check): string {
  return `checks/${id}.md`;
}

/** Everything that is known of a check, from the check alone. */
export function checkPage(check: Check): string {
  const { id, title, risk, severity, categories, resource, remediation } = check;
  return page(
    `# ${prose(title)}`,
    table(["Check", "Severity", "Resource", "Categories"], [[code(id), severity, code(resource.type), categories.join(", ")]]),
    "## Why it matters",
    prose(risk),
    "## What it finds",
    bullets(Object.values(check.messages).map(template)),
    covering(check),
    "## How it decides",
    reading(check),
    "## Parameters",
    parameters(check),
    "## Permissions",
    `${bullets(permissionsOf([check]).map(code))}\n\nThe policy for all checks together is in [permissions.md](../../permissions.md).`,
    "## Looked at again after",
    events(check),
    "## Remediation",
    numbered(remediation.steps.map(stepOf).map(stepText)),
    `AWS's documentation: <${remediation.docs}>`,
    ...frameworks(check),
  );
}

/** A step, and beneath it the command that does it; holes in it stay as they are. */
function stepText({ text, command, docs }: RemediationStep): string {
  const link = docs === undefined ? "" : ` ([AWS's documentation](${docs}))`;
  const block = command === undefined ? "" : `\n\n   \`\`\`sh\n   ${command}\n   \`\`\``;
  return `${template(text)}${link}${block}`;
}

/** All checks, by plugin order. `to` is the way from the page that holds the table to docs/. */
export function checksTable(checks: readonly Check[], to: string): string {
  return table(
    ["Check", "Severity", "What it finds"],
    checks.map((check) => [`[${check.id}](${to}${pathOf(check)})`, check.severity, prose(check.title)]),
  );
}

function covering({ coveredBy, formerIds = [] }: Check): string {
  const covered = coveredBy
    ? `Covered by ${code(coveredBy)}: while that finding is open on the same resource, this one is not counted beside it.`
    : "";
  const former = formerIds.length > 0 ? `Formerly ${formerIds.map(code).join(", ")}; findings and suppressions have moved with it.` : "";
  return [covered, former].filter((text) => text !== "").join("\n\n");
}

function reading(check: Check): string {
  const { needs, mayNeed, resource } = check;
  const wanted = wantedFacets(resource, [check]);
  const row = (name: string): string[] => {
    const { read, prime, after } = facetOf(resource.facets, name);
    const when = after.length > 0 ? `only where ${after.map(code).join(", ")} ${after.length > 1 ? "do" : "does"} not settle it` : "always";
    const unread = needs.includes(name)
      ? "unknown"
      : mayNeed.includes(name)
        ? "the check decides what can be said without it"
        : "what waits for it is read all the same";
    return [code(name), calls([...prime, ...read]), when, unread];
  };
  return `${table(["Facet", "AWS calls", "Read", "If it cannot be read"], wanted.map(row))}\n\nA facet that could not be read never makes a pass where reading it could have opened a finding.`;
}

function calls(all: readonly Call[]): string {
  return [...new Set(all.map(({ service, operation }) => code(`${service}:${operation}`)))].join(", ");
}

const Properties = z.object({
  properties: z.record(z.string(), z.looseObject({ default: z.json().optional(), description: z.string().default("") })).default({}),
});

function parameters({ id, params }: Check): string {
  if (!params) return "It has none.";
  const { properties } = Properties.parse(z.toJSONSchema(params, { io: "input", unrepresentable: "any" }));
  const rows = Object.entries(properties).map(([name, { default: preset, description }]) => [
    code(name),
    preset === undefined ? "required" : code(JSON.stringify(preset)),
    prose(description),
  ]);
  return `${table(["Parameter", "Default", "Meaning"], rows)}\n\nSet them in \`posture.config.ts\`: \`checks: { "${id}": { params: { … } } }\`.`;
}

function events(check: Check): string {
  const bySource = Map.groupBy(eventsOf(check.resource, [check]), ({ source }) => source);
  return bullets(
    [...bySource].map(([source, all]) => `${code(source)}: ${[...new Set(all.map(({ name }) => name))].map(code).join(", ")}`),
  );
}

const FRAMEWORKS: readonly (readonly [RegExp, (version: string) => string])[] = [
  [/^cis-aws-foundations-(.+)$/, (version) => `CIS AWS Foundations Benchmark ${version}`],
  [/^aws-fsbp$/, () => "AWS Foundational Security Best Practices"],
];

function frameworks({ frameworks: controls = {} }: Check): string[] {
  const named = (id: string): string => {
    for (const [pattern, name] of FRAMEWORKS) {
      const match = pattern.exec(id);
      if (match) return name(match[1] ?? "");
    }
    return id;
  };
  const rows = Object.entries(controls).map(([id, ids]) => [named(id), ids.join(", ")]);
  return rows.length === 0 ? [] : ["## Frameworks", table(["Framework", "Controls"], rows)];
}
