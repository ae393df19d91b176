import { waitsUntil } from "@posture/config";
import {
  eachOf,
  type Finding,
  holding,
  type Instant,
  statusOf,
  type StoreView,
  type SweepRecord,
  type Work,
  type Write,
} from "@posture/core";
import type { StatusChange } from "@posture/runtime";
import type { Route } from "./announcer.ts";
import { digestRow, isFirstDigest, outboxOf, type To } from "./rows.ts";

/* Of what a first sweep finds its digest says everything. Pure. */

/** What a plan is made upon, and of how many items before others have their turn. */
export interface Planning {
  readonly view: StoreView;
  readonly route: Route;
  readonly now: Instant;
  readonly part: number;
}

/** The digests of the accounts whose first sweep this is. */
export function* announcingFirst(sweep: SweepRecord, planning: Planning): Work<readonly Write[]> {
  const { view } = planning;
  const accounts = sweep.accounts.filter(({ accountId, baseline }) => baseline && isFirst(accountId, view));
  const due: Write[] = [];
  for (const { accountId } of accounts) {
    for (const { to, dueAt } of yield* placing(accountId, planning))
      due.push({ kind: "outbox", value: outboxOf(digestRow({ sweepId: sweep.id, accountId, first: true, to }, dueAt)) });
  }
  return due;
}

/** Accounts whose first sweep this is. */
export function firstSwept(changes: readonly StatusChange[], view: StoreView): ReadonlySet<string> {
  const swept = new Set<string>();
  for (const { after, cause } of changes) if (cause.kind === "sweep" && cause.baseline) swept.add(after.finding.ref.accountId);
  return new Set([...swept].filter((accountId) => isFirst(accountId, view)));
}

/** An account that is never complete would be looked at for the first time for ever. */
function isFirst(accountId: string, view: StoreView): boolean {
  return !view.outbox.some((row) => isFirstDigest(row, accountId));
}

/** Where a first sweep is told, and from when on: where its open findings belong, or, if it has none, in the bot's own channel. */
function* placing(accountId: string, { view, route, now, part }: Planning): Work<readonly { readonly to: To; readonly dueAt: Instant }[]> {
  const held = { ...view, suppressionsOf: holding(view.suppressions) };
  const places = new Map<To, Instant>();
  const place = (finding: Finding): void => {
    const isOpen = finding.ref.accountId === accountId && statusOf(finding, held, now) === "open";
    for (const destination of isOpen ? route(finding, now) : []) {
      const before = places.get(destination.channel);
      const dueAt = waitsUntil(destination, finding.severity, now) ?? now;
      if (before === undefined || dueAt < before) places.set(destination.channel, dueAt);
    }
  };
  yield* eachOf(view.findings, place, part);
  return places.size > 0 ? [...places].map(([to, dueAt]) => ({ to, dueAt })) : [{ to: null, dueAt: now }];
}
