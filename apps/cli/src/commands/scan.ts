import { SEVERITIES, type Severity, type SweepRecord } from "@posture/core";
import type { Listed, Posture } from "@posture/runtime";
import { wasAllRead } from "../coverage-text.ts";
import { placeOf, storeWords, withPosture } from "../open.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { liveProgress } from "../progress.ts";
import { scanReport } from "../report.ts";
import { scanText } from "../scan-text.ts";
import { stoppable } from "../stoppable.ts";

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

/** `posture scan`. Answers the exit code. @throws {Stopped} at Ctrl-C; then nothing of the sweep is kept. */
export async function scan({ format, store, region, failOn, strict, config, deadline, quiet }: ScanOptions): Promise<number> {
  const kept = (await placeOf({ store, config })) === "memory" ? null : storeWords(store);
  return withPosture({ store, config, regions: region, sweepDeadline: deadline * 1000 }, async (posture) => {
    const sweep = await stoppable((signal) => sweepShown(posture, signal, quiet ?? false));
    const listed = await posture.list();
    const text =
      format === "json"
        ? json(scanReport(sweep, listed, posture.checks))
        : scanText(allPrintable(sweep), allPrintable(listed), { width: widthOf(), store: kept });
    await printed(text);
    return exitCode(sweep, listed, failOn, strict ?? false);
  });
}

async function sweepShown(posture: Posture, signal: AbortSignal, quiet: boolean): Promise<SweepRecord> {
  const progress = liveProgress(process.stderr, quiet);
  // Whatever is being waited for is not waited for any longer.
  signal.addEventListener("abort", () => void posture.close());
  return posture.sweep({ onProgress: progress.show, signal }).finally(progress.end);
}

/** 2: a finding at or above `failOn` is open. 3: not everything could be read, and that was to be `strict`. Otherwise 0. */
export function exitCode(sweep: SweepRecord, listed: readonly Listed[], failOn: Severity | undefined, strict: boolean): number {
  const bound = failOn === undefined ? -1 : SEVERITIES.indexOf(failOn);
  if (listed.some(({ finding, status }) => status === "open" && SEVERITIES.indexOf(finding.severity) <= bound)) return 2;
  return strict && !wasAllRead(sweep) ? 3 : 0;
}
