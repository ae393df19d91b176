import { resolve } from "node:path";
import { SEVERITIES, type Severity, type SweepRecord } from "@posture/core";
import { frameworkNamed, type Listed, loadChecks, type Posture } from "@posture/runtime";
import { wasAllRead } from "../coverage-text.ts";
import { type FrameworkReport, frameworkReport, mapsTo } from "../framework-report.ts";
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
  readonly framework?: string;
  readonly failOn?: Severity;
  readonly strict?: boolean;
  readonly config?: string;
  readonly deadline: number;
  readonly quiet?: boolean;
}

/** `posture scan`. Answers the exit code. @throws {Stopped} at Ctrl-C; then nothing of the sweep is kept. */
export async function scan({ format, store, region, framework, failOn, strict, config, deadline, quiet }: ScanOptions): Promise<number> {
  const kept = (await placeOf({ store, config })) === "memory" ? null : storeWords(store);
  // A misspelt one is said before a store is made.
  if (framework !== undefined) frameworkNamed(framework, (await loadChecks({ file: config, folder: resolve(".") })).infos);
  return withPosture({ store, config, regions: region, framework, sweepDeadline: deadline * 1000 }, async (posture) => {
    const sweep = await stoppable((signal) => sweepShown(posture, signal, quiet ?? false));
    const { listed, frameworks } = ofFramework(framework, await posture.list(), posture, sweep);
    const text =
      format === "json"
        ? json({ ...scanReport(sweep, listed, posture.checks), ...(frameworks && { frameworks }) })
        : scanText(allPrintable(sweep), allPrintable(listed), {
            width: widthOf(),
            store: kept,
            frameworks: allPrintable(frameworks ?? []),
          });
    await printed(text);
    return exitCode(sweep, listed, failOn, strict ?? false);
  });
}

/** What was swept, and how its controls stand; without a framework everything, and nothing of controls. */
function ofFramework(
  typed: string | undefined,
  listed: readonly Listed[],
  { checks }: Posture,
  sweep: SweepRecord,
): { readonly listed: readonly Listed[]; readonly frameworks?: readonly FrameworkReport[] } {
  if (typed === undefined) return { listed };
  const framework = frameworkNamed(typed, [...checks.values()]);
  const some = listed.filter(({ finding }) => mapsTo(framework, checks.get(finding.checkId)));
  return { listed: some, frameworks: [frameworkReport(framework, [...checks.values()], some, sweep)] };
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
