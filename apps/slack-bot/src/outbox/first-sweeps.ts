import { waitsUntil } from "@posture/config";
import {
  eachOf,
  elapsed,
  type Finding,
  holding,
  HOUR,
  type Instant,
  statusOf,
  type StoreView,
  type SweepRecord,
  type Work,
  type Write,
} from "@posture/core";
import type { StatusChange } from "@posture/runtime";
import type { Route } from "./announcer.ts";
import { bumped, type DigestBody, digestRow, firstDigestIn, outboxOf, type Row, type To } from "./rows.ts";

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
  const digests = firstDigests(view);
  const told = accountsIn(digests);
  const accounts = sweep.accounts.filter(({ accountId }) => !told.has(accountId) && !wasShut(sweep, accountId));
  const due = new Map<string, Row<DigestBody>>();
  for (const { accountId } of accounts) {
    for (const { to, dueAt } of yield* placing(accountId, planning)) {
      const others = [...digests.filter(({ key }) => !due.has(key)), ...due.values()];
      const row = firstDigest({ sweepId: sweep.id, accountId, to, dueAt }, others, planning.now);
      due.set(row.key, row);
    }
  }
  return [...due.values()].map((row) => ({ kind: "outbox", value: outboxOf(row) }));
}

/** So many accounts of an hour have a digest of their own in a channel; whatever follows shares the last of them. */
const MOST_DIGESTS = 3;

interface Telling {
  readonly sweepId: string;
  readonly accountId: string;
  readonly to: To;
  readonly dueAt: Instant;
}

function firstDigest({ sweepId, accountId, to, dueAt }: Telling, others: readonly Row<DigestBody>[], now: Instant): Row<DigestBody> {
  const isRecent = ({ body: { since } }: Row<DigestBody>): boolean => since !== null && elapsed(since, now) < HOUR;
  const recent = others.filter((row) => row.body.to === to && isRecent(row));
  const shared = recent.find(({ body }) => body.more.length > 0) ?? recent[MOST_DIGESTS - 1];
  if (!shared) return digestRow({ sweepId, accountId, first: true, to, since: now }, dueAt);
  const row = bumped(shared, now);
  const more = [...row.body.more, accountId];
  // Until it is posted it waits for what is due first of all of them; afterwards it says more in the same place.
  const isWaiting = shared.state === "due" && shared.body.ts === null && shared.dueAt !== null;
  return { ...row, ...(isWaiting && { dueAt: sooner(shared.dueAt, dueAt) }), body: { ...row.body, more } };
}

function sooner(one: Instant, other: Instant): Instant {
  return one < other ? one : other;
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
  const told = accountsIn(firstDigests(view));
  return new Set([...swept].filter((accountId) => !told.has(accountId)));
}

/** Those that are due or posted, also where no sweep of an account was ever complete. */
function firstDigests({ outbox }: StoreView): readonly Row<DigestBody>[] {
  return outbox.flatMap((row) => firstDigestIn(row) ?? []);
}

function accountsIn(digests: readonly Row<DigestBody>[]): ReadonlySet<string> {
  return new Set(digests.flatMap(({ body }) => [body.accountId, ...body.more]));
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
