import type { SweepRecord } from "@posture/core";
import { type CheckInfo, frameworkName, type Listed } from "@posture/runtime";

/** How a control may stand, the gravest first. */
export const CONTROL_STATES = ["failing", "unknown", "suppressed", "passing"] as const;

/** How one control stands, by the checks that map to it. */
export interface ControlReport {
  readonly id: string;
  readonly checks: readonly string[];
  readonly state: (typeof CONTROL_STATES)[number];
  /** Findings that are open, or covered by one that is. */
  readonly failing: number;
  readonly suppressed: number;
  /** Pairs of check and resource that could not be decided, and listings that were incomplete. */
  readonly unknown: number;
}

export interface FrameworkReport {
  readonly id: string;
  readonly name: string;
  /** Those that a loaded check maps to, in the order of their numbers. */
  readonly controls: readonly ControlReport[];
}

export function mapsTo(framework: string, check: Pick<CheckInfo, "frameworks"> | undefined): boolean {
  return check !== undefined && framework in check.frameworks;
}

/** Pure: how each control of the framework stands after a sweep. What could not be decided is never passing. */
export function frameworkReport(
  framework: string,
  checks: readonly CheckInfo[],
  listed: readonly Listed[],
  sweep: Pick<SweepRecord, "coverage" | "undecided">,
): FrameworkReport {
  const ids = new Set(checks.flatMap(({ frameworks }) => frameworks[framework] ?? []));
  const controls = [...ids].toSorted(new Intl.Collator("en", { numeric: true }).compare).map((id) => {
    const mapped = checks.filter(({ frameworks }) => frameworks[framework]?.includes(id));
    return controlReport(id, mapped, listed, sweep);
  });
  return { id: framework, name: frameworkName(framework), controls };
}

function controlReport(
  id: string,
  mapped: readonly CheckInfo[],
  listed: readonly Listed[],
  { coverage, undecided: pairs }: Pick<SweepRecord, "coverage" | "undecided">,
): ControlReport {
  const checks = mapped.map((check) => check.id);
  const types = new Set(mapped.map(({ resourceType }) => resourceType));
  const own = listed.filter(({ finding }) => checks.some((it) => it === finding.checkId));
  const failing = own.filter(({ status }) => status === "open" || status === "covered").length;
  const suppressed = own.filter(({ status }) => status === "suppressed").length;
  const unknown =
    pairs.filter(({ checkId }) => checks.some((it) => it === checkId)).length +
    coverage.filter(({ state, type }) => state === "incomplete" && types.has(type)).length;
  const state = failing > 0 ? "failing" : unknown > 0 ? "unknown" : suppressed > 0 ? "suppressed" : "passing";
  return { id, checks, state, failing, suppressed, unknown };
}
