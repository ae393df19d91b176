import { DAY, type DayCounts, dayOf, type FindingStore, type Instant, plus, type Severity, type SweepRecord } from "@posture/core";
import { type Asked, filterOf } from "./asked.ts";
import { type FilledStep, guideOf } from "./checks.ts";
import type { Frameworks } from "@posture/config";
import type { CheckInfo, Listed } from "./posture.ts";

/** A finding as it leaves the system, with what its check says about it. What `@posture/export` takes. */
export interface LeavingRow extends Listed {
  /** `null`: its check is not loaded any more. */
  readonly check: {
    readonly id: string;
    readonly title: string;
    readonly risk: string;
    readonly categories: readonly string[];
    readonly frameworks: Frameworks;
    readonly remediation: { readonly steps: readonly FilledStep[]; readonly docs: string };
  } | null;
  readonly console: string | null;
}

/** Everything that leaves the system at once. */
export interface Leaving {
  readonly rows: AsyncIterable<LeavingRow>;
  readonly at: Instant;
  /** What was asked for, by what it is about. */
  readonly filter: Readonly<Record<string, readonly string[]>>;
  /** The days before today and today as it stands, oldest first, of all findings. */
  readonly trend: readonly DayCounts[];
  readonly coverage: { readonly complete: number; readonly total: number; readonly incomplete: readonly string[] };
  /** Open findings by severity, among what was asked for. */
  readonly counts: Readonly<Record<Severity, number>>;
}

const DAYS = 30;

/**
 * Findings on their way out, one after the other, and what is said once about them.
 * @throws {PostureError} POSTURE_CATEGORY_UNKNOWN, POSTURE_FRAMEWORK_UNKNOWN
 */
export async function leaving(store: FindingStore, checks: ReadonlyMap<string, CheckInfo>, asked: Asked, at: Instant): Promise<Leaving> {
  const filter = filterOf(asked, [...checks.values()]);
  const { statuses: _, ...whatever } = filter;
  const [past, all, wanted, sweeps] = [
    await store.days(dayOf(plus(at, -(DAYS - 1) * DAY)), at),
    await store.counts({ statuses: ["open"] }, at),
    await store.counts({ ...whatever, statuses: ["open"] }, at),
    await store.read({}, (view) => view.sweeps),
  ];
  return {
    rows: rowsOf(store.list(filter, at), checks),
    at,
    filter: spokenOf(asked),
    trend: [...past, { day: dayOf(at), ...all.open }],
    coverage: coverageOf(sweeps),
    counts: wanted.open,
  };
}

async function* rowsOf(found: AsyncIterable<Listed>, checks: ReadonlyMap<string, CheckInfo>): AsyncGenerator<LeavingRow, void, undefined> {
  for await (const listed of found) yield leavingRow(listed, checks.get(listed.finding.checkId));
}

/** Pure. */
function leavingRow(listed: Listed, info: CheckInfo | undefined): LeavingRow {
  if (!info) return { ...listed, check: null, console: null };
  const { id, title, risk, categories, frameworks, remediation, consoleOf } = info;
  const steps = guideOf(info, listed.finding);
  const check = { id, title, risk, categories, frameworks, remediation: { steps, docs: remediation.docs } };
  return { ...listed, check, console: consoleOf(listed.finding.ref) };
}

/** What was asked for as lists of words: `{ severities: ["critical"], text: ["x"] }`. */
function spokenOf({ tags = {}, ...asked }: Asked): Leaving["filter"] {
  const spoken = Object.entries(asked).flatMap(([name, value]): [string, readonly string[]][] =>
    value === undefined ? [] : [[name, typeof value === "string" ? [value] : value]],
  );
  const tagged = Object.entries(tags).flatMap(([key, values]) => values.map((value) => `${key}=${value}`));
  return Object.fromEntries(tagged.length > 0 ? [...spoken, ["tags", tagged]] : spoken);
}

function coverageOf(sweeps: readonly SweepRecord[]): Leaving["coverage"] {
  const coverage = sweeps.flatMap((sweep) => sweep.coverage);
  const unread = sweeps.flatMap((sweep) => [
    ...sweep.undecided.map(({ checkId, ref, detail }) => `${checkId} on ${ref.arn}: ${detail}`),
    ...sweep.unread.map(({ call, accountId, region, detail }) => `${call} in account ${accountId}, ${region}: ${detail}`),
  ]);
  const incomplete = coverage.flatMap((scope) =>
    scope.state === "incomplete" ? [`${scope.type} in account ${scope.accountId}, ${scope.region}: ${scope.gap.detail}`] : [],
  );
  return {
    complete: coverage.filter(({ state }) => state === "complete").length,
    total: coverage.length,
    incomplete: [...incomplete, ...unread],
  };
}
