import type { RemediationStep } from "@posture/core";
import { type CheckFacts, type CheckInfo, type FacetFacts, frameworkName, NO_PASS_UNREAD, type ParameterFacts } from "@posture/runtime";
import { out } from "./colours.ts";
import { paragraph } from "./table.ts";
import { severityColour, severityText } from "./words.ts";

/** Pure: all that is known of a check, for a terminal; the same as its page in the documentation. Holes such as `{name}` stay as they are. */
export function checkText(info: CheckInfo, facts: CheckFacts, width: number): string {
  const text = (line: string): string => paragraph(line, width, 2);
  const section = (title: string, lines: readonly string[]): string => [out.bold(title), ...lines].join("\n");
  const parts = [
    [
      paragraph(out.bold(info.title), width),
      paragraph(
        `${out.dim(info.id)}  ${severityColour(info.severity, severityText(info.severity))}  ${info.resourceType}  ${info.categories.join(", ")}`,
        width,
      ),
    ].join("\n"),
    section("Why it matters", [text(info.risk)]),
    section("What it finds", [...facts.finds, ...covering(facts)].map(text)),
    section("How it decides", [...facts.facets.map((facet) => facetText(facet, width)), text(NO_PASS_UNREAD)]),
    section("Parameters", parameterLines(info.id, facts.parameters).map(text)),
    section("Permissions", facts.permissions.map(text)),
    section(
      "Looked at again after",
      facts.events.map(({ source, names }) => text(`${source}: ${names.join(", ")}`)),
    ),
    section("Remediation", [...facts.steps.map((step, i) => stepText(step, i + 1, width)), text(`AWS's documentation: ${facts.docs}`)]),
    ...frameworks(facts, text, section),
  ];
  return `${parts.join("\n\n")}\n`;
}

function covering({ coveredBy, formerIds }: CheckFacts): string[] {
  return [
    ...(coveredBy === null ? [] : [`Not counted beside ${coveredBy}, while that is open on the same resource.`]),
    ...(formerIds.length === 0 ? [] : [`Formerly ${formerIds.join(", ")}; findings and suppressions have moved with it.`]),
  ];
}

function facetText({ facet, calls, after, unread }: FacetFacts, width: number): string {
  const when = after.length === 0 ? "always read" : `read only where ${after.join(", ")} ${after.length > 1 ? "do" : "does"} not settle it`;
  const rest = [calls.join(", "), `${when}; if it cannot be: ${unread}`].filter((line) => line !== "");
  return [paragraph(facet, width, 2), ...rest.map((line) => out.dim(paragraph(line, width, 4)))].join("\n");
}

function parameterLines(id: string, parameters: readonly ParameterFacts[]): string[] {
  if (parameters.length === 0) return ["It has none."];
  const lines = parameters.map(
    ({ name, preset, meaning }) => `${name} (${preset === null ? "required" : `default ${preset}`}): ${meaning}`,
  );
  return [...lines, `Set them in posture.config.ts: checks: { "${id}": { params: { … } } }`];
}

/** A command is not wrapped: it is there to be copied. */
function stepText({ text, command }: RemediationStep, number: number, width: number): string {
  const said = paragraph(`${number}. ${text}`, width, 2);
  return command === undefined ? said : `${said}\n     ${out.bold(command)}`;
}

function frameworks(
  { frameworks: controls }: CheckFacts,
  text: (line: string) => string,
  section: (title: string, lines: readonly string[]) => string,
): string[] {
  const rows = Object.entries(controls).map(([id, ids]) => text(`${frameworkName(id)}: ${ids.join(", ")}`));
  return rows.length === 0 ? [] : [section("Frameworks", rows)];
}
