import type { SweepRecord } from "@posture/core";
import type { SweepChanges, SweepProgress } from "./posture.ts";

/* A sweep of several accounts is one of each, with a record of its own: what one account lacks says nothing of another. To whoever asked it is one. */

/** What was swept, as one. Pure. */
export function asOne(records: readonly [SweepRecord, ...SweepRecord[]]): SweepRecord {
  const [first, ...others] = records;
  if (others.length === 0) return first;
  const held = records.flatMap((it) => it.held ?? []);
  const unheard = records.flatMap((it) => it.unheard ?? []);
  return {
    id: first.id,
    begunAt: records.map(({ begunAt }) => begunAt).toSorted()[0] ?? first.begunAt,
    finishedAt:
      records
        .map(({ finishedAt }) => finishedAt)
        .toSorted()
        .at(-1) ?? first.finishedAt,
    accounts: records.flatMap(({ accounts }) => accounts),
    coverage: records.flatMap(({ coverage }) => coverage),
    undecided: records.flatMap(({ undecided }) => undecided),
    unread: records.flatMap(({ unread }) => unread),
    calls: records.reduce((sum, { calls }) => sum + calls, 0),
    ...(held.length > 0 && { held }),
    ...(unheard.length > 0 && { unheard }),
    ...(first.settings && { settings: first.settings }),
  };
}

/** Pure. */
export function sumOf(changes: readonly SweepChanges[]): SweepChanges {
  return changes.reduce(
    (sum, it) => ({ opened: sum.opened + it.opened, reopened: sum.reopened + it.reopened, resolved: sum.resolved + it.resolved }),
    { opened: 0, reopened: 0, resolved: 0 },
  );
}

/** How far all are. Pure. */
export function progressOfAll(each: readonly SweepProgress[]): SweepProgress {
  const doubted = each.reduce((sum, it) => sum + (it.doubted ?? 0), 0);
  return {
    accounts: each.flatMap(({ accounts }) => accounts),
    scopes: each.reduce((sum, { scopes }) => sum + scopes, 0),
    ended: each.flatMap(({ ended }) => ended),
    resources: each.reduce((sum, { resources }) => sum + resources, 0),
    calls: each.reduce((sum, { calls }) => sum + calls, 0),
    ...(doubted > 0 && { doubted }),
  };
}
