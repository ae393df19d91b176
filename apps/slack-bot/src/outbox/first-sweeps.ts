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
import { digestRow, firstDigestOf, outboxOf, type To } from "./rows.ts";

/* Of what is there when an account is told of for the first time, one digest says everything. Pure. */

/** What a plan is made upon, and of how many items before others have their turn. */
export interface Planning {
  readonly view: StoreView;
  readonly route: Route;
  readonly now: Instant;
  readonly part: number;
}

/** The digests of the accounts that nobody was told of yet: also those that a command line has swept before any bot. */
export function* announcingFirst(sweep: SweepRecord, planning: Planning): Work<readonly Write[]> {
  const { view } = planning;
  const told = accountsTold(view);
  const accounts = sweep.accounts.filter(({ accountId }) => !told.has(accountId) && !wasShut(sweep, accountId));
  const due: Write[] = [];
  for (const { accountId } of accounts) {
    for (const { to, dueAt } of yield* placing(accountId, planning))
      due.push({ kind: "outbox", value: outboxOf(digestRow({ sweepId: sweep.id, accountId, first: true, to }, dueAt)) });
  }
  return due;
}

/** Of an account whose role was denied nothing is known yet: its first digest is due when something of it is. */
function wasShut({ coverage }: SweepRecord, accountId: string): boolean {
  const own = coverage.filter((scope) => scope.accountId === accountId);
  return own.length > 0 && own.every((scope) => scope.state === "incomplete" && scope.gap.reason === "credentials");
}

/** Accounts of which a sweep is to be told for the first time. */
export function firstSwept(changes: readonly StatusChange[], view: StoreView): ReadonlySet<string> {
  const swept = new Set<string>();
  for (const { after, cause } of changes) if (cause.kind === "sweep") swept.add(after.finding.ref.accountId);
  if (swept.size === 0) return swept;
  const told = accountsTold(view);
  return new Set([...swept].filter((accountId) => !told.has(accountId)));
}

/** Those whose first digest is due or posted, also where no sweep of one was ever complete. */
function accountsTold({ outbox }: StoreView): ReadonlySet<string> {
  return new Set(outbox.flatMap((row) => firstDigestOf(row) ?? []));
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
