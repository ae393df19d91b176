import { nearest } from "./nearest.ts";
import { postureError } from "@posture/core";

/** A check's controls by framework: `{ "aws-fsbp": ["S3.8"] }`. */
export type Frameworks = Readonly<Record<string, readonly string[]>>;

const NAMES: readonly (readonly [RegExp, (version: string) => string])[] = [
  [/^cis-aws-foundations-(.+)$/, (version) => `CIS AWS Foundations Benchmark ${version}`],
  [/^aws-fsbp$/, () => "AWS Foundational Security Best Practices"],
  [/^aws-security-hub$/, () => "AWS Security Hub controls"],
];

/** What people call a framework; an unknown one is called by its id. */
export function frameworkName(id: string): string {
  for (const [pattern, name] of NAMES) {
    const match = pattern.exec(id);
    if (match) return name(match[1] ?? "");
  }
  return id;
}

/** What people may type for it: `cis-3.0` for `cis-aws-foundations-3.0`, `fsbp` for `aws-fsbp`. */
function shortName(id: string): string {
  return id.replace("-aws-foundations-", "-").replace(/^aws-/, "");
}

/** What people may type for the frameworks that these checks map to. */
export function frameworkWords(checks: readonly { readonly frameworks: Frameworks }[]): readonly string[] {
  return idsOf(checks).map(shortName);
}

function idsOf(checks: readonly { readonly frameworks: Frameworks }[]): readonly string[] {
  return [...new Set(checks.flatMap(({ frameworks }) => Object.keys(frameworks)))].toSorted();
}

/** The same, `null` where there is no such framework. */
export function frameworkId(typed: string, checks: readonly { readonly frameworks: Frameworks }[]): string | null {
  const word = typed.trim().toLowerCase();
  return idsOf(checks).find((id) => id === word || shortName(id) === word) ?? null;
}

/**
 * The id of the framework that a person's text names, among those that these checks map to.
 * @throws {PostureError} POSTURE_FRAMEWORK_UNKNOWN, with the nearest one and all that there are.
 */
export function frameworkNamed(typed: string, checks: readonly { readonly frameworks: Frameworks }[]): string {
  const found = frameworkId(typed, checks);
  if (found !== null) return found;
  const ids = idsOf(checks);
  const near = nearest(typed.trim().toLowerCase(), [...ids.map(shortName), ...ids]);
  throw postureError("POSTURE_FRAMEWORK_UNKNOWN", {
    framework: typed,
    nearest: near === null ? "." : `; did you mean ${near}?`,
    frameworks: ids.map(shortName).join(", ") || "none, since no check that is loaded maps to one",
  });
}
