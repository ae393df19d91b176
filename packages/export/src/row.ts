import type { DayCounts, Found, Instant, Severity } from "@posture/core";

/** One thing to do, with the resource's name and its evidence in it. */
export interface ExportedStep {
  readonly text: string;
  /** For a POSIX shell. */
  readonly command?: string;
  /** A page about this step. Left out: the check's. */
  readonly docs?: string;
}

/** What an export says of a check. */
export interface ExportedCheck {
  readonly id: string;
  readonly title: string;
  readonly risk: string;
  readonly categories: readonly string[];
  /** Control ids by framework. */
  readonly frameworks: Readonly<Record<string, readonly string[]>>;
  readonly remediation: { readonly steps: readonly ExportedStep[]; readonly docs: string };
}

/** One finding as it leaves the system. */
export interface ExportRow extends Found {
  /** `null`: its check is not loaded any more. */
  readonly check: ExportedCheck | null;
  /** Where AWS's console shows the resource. */
  readonly console: string | null;
}

/** What is said once, whatever the number of rows. */
export interface ExportContext {
  /** When the rows were read. */
  readonly at: Instant;
  /** What was asked for, by what it is about: `{ severity: ["critical"] }`. Nothing in it: everything. */
  readonly filter: Readonly<Record<string, readonly string[]>>;
  /** Posture's. */
  readonly version: string;
  /** Oldest first; may be empty. */
  readonly trend: readonly DayCounts[];
  readonly coverage: {
    /** Listings of the last sweeps that were complete, out of how many. */
    readonly complete: number;
    readonly total: number;
    /** What could not be read and why, a sentence each. */
    readonly incomplete: readonly string[];
  };
  /** Open findings by severity, among what was asked for. */
  readonly counts: Readonly<Record<Severity, number>>;
}

export const EXPORT_FORMATS = ["csv", "json", "jsonl", "ocsf", "sarif", "html"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Was everything read that is watched? Without it nothing is ever "all clear". */
export function wasAllRead({ complete, total, incomplete }: ExportContext["coverage"]): boolean {
  return total > 0 && complete === total && incomplete.length === 0;
}
