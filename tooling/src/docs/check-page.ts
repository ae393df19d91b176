import type { Check, RemediationStep } from "@posture/core";
import { type CheckFacts, type FacetFacts, factsOf, frameworkName, NO_PASS_UNREAD } from "@posture/runtime";
import type { Examples } from "./examples.ts";
import { bullets, code, numbered, page, prose, table, template } from "./markdown.ts";

/** Where the page of a check is, below docs/. */
export function pathOf({ id }: Check): string {
  return `checks/${id}.md`;
}

/** Everything that is known of a check: from the check alone, and from the sentences of its tests. */
export function checkPage(check: Check, examples: Examples | undefined): string {
  const { id, title, risk, severity, categories, resource } = check;
  const facts = factsOf(check);
  return page(
    `# ${prose(title)}`,
    table(["Check", "Severity", "Resource", "Categories"], [[code(id), severity, code(resource.type), categories.join(", ")]]),
    "## Why it matters",
    prose(risk),
    "## What it finds",
    bullets(facts.finds.map(template)),
    covering(facts),
    "## How it decides",
    reading(facts),
    ...examplesOf(examples),
    "## Parameters",
    parameters(id, facts),
    "## Permissions",
    `${bullets(facts.permissions.map(code))}\n\nThe policy for all checks together is in [permissions.md](../../permissions.md).`,
    "## Looked at again after",
    bullets(facts.events.map(({ source, names }) => `${code(source)}: ${names.map(code).join(", ")}`)),
    "## Remediation",
    numbered(facts.steps.map(stepText)),
    `AWS's documentation: <${facts.docs}>`,
    ...frameworks(facts),
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

function covering({ coveredBy, formerIds }: CheckFacts): string {
  const covered =
    coveredBy === null
      ? ""
      : `Covered by ${code(coveredBy)}: while that finding is open on the same resource, this one is not counted beside it.`;
  const former = formerIds.length > 0 ? `Formerly ${formerIds.map(code).join(", ")}; findings and suppressions have moved with it.` : "";
  return [covered, former].filter((text) => text !== "").join("\n\n");
}

function reading({ facets }: CheckFacts): string {
  const row = ({ facet, calls, after, unread }: FacetFacts): string[] => {
    const when = after.length > 0 ? `only where ${after.map(code).join(", ")} ${after.length > 1 ? "do" : "does"} not settle it` : "always";
    return [code(facet), calls.map(code).join(", "), when, unread];
  };
  return `${table(["Facet", "AWS calls", "Read", "If it cannot be read"], facets.map(row))}\n\n${NO_PASS_UNREAD}`;
}

const HEADS = { pass: "passes when", fail: "fails when", notApplicable: "does not apply when", unknown: "is unknown when" } as const;

/** Each of them is a test. */
function examplesOf(examples: Examples | undefined): string[] {
  if (!examples) return [];
  const part = (outcome: keyof Examples): string[] => {
    const sentences = examples[outcome];
    return sentences.length === 0 ? [] : [`It **${HEADS[outcome]}**`, bullets(sentences.map(prose))];
  };
  return ["### For example", ...part("pass"), ...part("fail"), ...part("notApplicable"), ...part("unknown")];
}

function parameters(id: string, { parameters: all }: CheckFacts): string {
  if (all.length === 0) return "It has none.";
  const rows = all.map(({ name, preset, meaning }) => [code(name), preset === null ? "required" : code(preset), prose(meaning)]);
  return `${table(["Parameter", "Default", "Meaning"], rows)}\n\nSet them in \`posture.config.ts\`: \`checks: { "${id}": { params: { … } } }\`.`;
}

function frameworks({ frameworks: controls }: CheckFacts): string[] {
  const rows = Object.entries(controls).map(([id, ids]) => [frameworkName(id), ids.join(", ")]);
  return rows.length === 0 ? [] : ["## Frameworks", table(["Framework", "Controls"], rows)];
}
