import { frameworkNamed, nearest } from "@posture/config";
import { type FindingFilter, postureError } from "@posture/core";
import type { CheckInfo } from "./posture.ts";

/** Which findings somebody asks for, in the words that people use. */
export interface Asked extends FindingFilter {
  /** Service categories; a check may have two. */
  readonly categories?: readonly string[];
  /** `cis-3.0`: findings of checks that map to it. */
  readonly framework?: string;
}

/**
 * The same for a store, which knows ids of checks and nothing else about them. Findings of checks that are not loaded have no category and no framework.
 * @throws {PostureError} POSTURE_CATEGORY_UNKNOWN, POSTURE_FRAMEWORK_UNKNOWN, with the nearest word.
 */
export function filterOf({ categories, framework, ...filter }: Asked, checks: readonly CheckInfo[]): FindingFilter {
  if (categories === undefined && framework === undefined) return filter;
  const wanted = categories?.map((word) => categoryNamed(word, checks));
  const mapped = framework === undefined ? null : frameworkNamed(framework, checks);
  const ids = checks
    .filter((check) => wanted === undefined || wanted.some((category) => check.categories.includes(category)))
    .filter((check) => mapped === null || mapped in check.frameworks)
    .map(({ id }): string => id);
  return { ...filter, checks: filter.checks?.filter((id) => ids.includes(id)) ?? ids };
}

/**
 * The category that a person's text names, among those of these checks.
 * @throws {PostureError} POSTURE_CATEGORY_UNKNOWN, with the nearest one and all that there are.
 */
export function categoryNamed(word: string, checks: readonly Pick<CheckInfo, "categories">[]): string {
  const all = [...new Set(checks.flatMap(({ categories }) => categories))].toSorted();
  if (all.includes(word)) return word;
  const near = nearest(word, all);
  throw postureError("POSTURE_CATEGORY_UNKNOWN", {
    category: word,
    nearest: near === null ? "." : `; did you mean ${near}?`,
    categories: all.join(", "),
  });
}
