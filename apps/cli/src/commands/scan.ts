import { SEVERITIES, type Severity, type SweepRecord } from "@posture/core";
import type { Listed } from "@posture/runtime";
import { withPosture } from "../open.ts";
import { progressLine } from "../progress.ts";
import { scanReport } from "../report.ts";
import { scanText } from "../scan-text.ts";
import { terminalWidth } from "../table.ts";

export interface ScanOptions {
  readonly format: "table" | "json";
  readonly store?: string;
  readonly region?: readonly string[];
  readonly failOn?: Severity;
  readonly strict?: boolean;
  readonly config?: string;
  readonly deadline: number;
  readonly quiet?: boolean;
}

/** `posture scan`. Answers the exit code. */
export async function scan({ format, store, region, failOn, strict, config, deadline, quiet }: ScanOptions): Promise<number> {
  return withPosture({ store, config, regions: region, sweepDeadline: deadline * 1000 }, async (posture) => {
    const progress = progressLine(process.stderr, quiet ?? false);
    const sweep = await posture.sweep({ onProgress: progress.show }).finally(progress.end);
    const listed = await posture.list();
    const text =
      format === "json" ? `${JSON.stringify(scanReport(sweep, listed, posture.checks))}\n` : scanText(sweep, listed, terminalWidth());
    await printed(text);
    return exitCode(sweep, listed, failOn, strict ?? false);
  });
}

/** A pipe may be slower than we are, and nothing may be cut off at the end. */
export function printed(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}

export function exitCode(sweep: SweepRecord, listed: readonly Listed[], failOn: Severity | undefined, strict: boolean): number {
  const bound = failOn === undefined ? -1 : SEVERITIES.indexOf(failOn);
  if (listed.some(({ finding, status }) => status === "open" && SEVERITIES.indexOf(finding.severity) <= bound)) return 2;
  return strict && !(sweep.coverage.every(({ state }) => state === "complete") && sweep.undecided.length === 0) ? 3 : 0;
}
