import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import {
  type AuditEvent,
  type Decision,
  type Finding,
  inParts,
  type Instant,
  plus,
  type RuleSet,
  type Scope,
  type Seen,
  setsOnTags,
  type StoreView,
  type SweepRecord,
  SYSTEM,
  type Work,
  type Write,
} from "@posture/core";
import { agreeing, type Doubt, doubting, gatheringHints, isBaseline, telling } from "@posture/engine";
import pLimit from "p-limit";
import { configuredEvents, settingsOf } from "./configured.ts";
import { changing, type Context, watchingOf } from "./context.ts";
import type { Account, SweepChanges, SweepOptions, SweepProgress } from "./posture.ts";
import { asOne, progressOfAll, sumOf } from "./swept-together.ts";
import { Gathering, heldOf, type Look, recordOf, sweepId } from "./sweeping.ts";

/** A sweep that has begun, and what was known then. */
interface Begun {
  readonly id: string;
  readonly begunAt: Instant;
  readonly account: Account;
  /** All that are watched: what is of none of them is not watched. */
  readonly watched: readonly Account[];
  readonly findings: readonly Finding[];
  readonly seen: ReadonlyMap<string, Seen>;
  readonly newcomer: Seen;
  readonly tagged: readonly RuleSet[];
}

/** What two looks are needed for, and the second of them. */
interface Again {
  readonly doubts: readonly Doubt[];
  readonly look: Look;
}

/** So many accounts are swept at once. */
const AT_ONCE = 4;

/** A sweep of each account that is watched, each with its own record: one that cannot be read holds up no other. */
export async function runSweep(context: Context, options: SweepOptions): Promise<SweepRecord> {
  const watched = await context.accountsAnew();
  context.readLive.clear();
  const progress = new Map<string, SweepProgress>();
  const changes: SweepChanges[] = [];
  const optionsOf = ({ id }: Account): SweepOptions => ({
    ...options,
    onChanged: (it) => void changes.push(it),
    ...(options.onProgress && {
      onProgress: (it) => {
        progress.set(id, it);
        options.onProgress?.(progressOfAll([...progress.values()]));
      },
    }),
  });
  const limited = pLimit(AT_ONCE);
  const ends = await Promise.allSettled(
    watched.map((account) => limited(() => sweepAccount(context, account, watched, optionsOf(account)))),
  );
  const records = ends.map((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
  const [first, ...others] = records;
  if (!first) throw new Error("no account is watched");
  options.onChanged?.(sumOf(changes));
  return asOne([first, ...others]);
}

/**
 * One account: everything is collected and judged in the thread, then told to the store in one record.
 * One that would resolve very much looks a second time where that is, and resolves what both looks say.
 */
async function sweepAccount(context: Context, account: Account, watched: readonly Account[], options: SweepOptions): Promise<SweepRecord> {
  const begun = await begin(context, account, watched);
  const first = await look(context, begun, null, options);
  const done = await commit(context, begun, first, null);
  if ("sweep" in done) return ended(done, options);
  const doubted = done.doubts.reduce((sum, { resolving }) => sum + resolving, 0);
  const onProgress = options.onProgress && ((progress: SweepProgress): void => options.onProgress?.({ ...progress, doubted }));
  onProgress?.(progressOf(begun.account, first.gathering, first.calls));
  await context.pause(options.signal);
  const scopes = done.doubts.flatMap((doubt) => doubt.scopes);
  const again: Again = { doubts: done.doubts, look: await look(context, begun, scopes, { ...options, ...(onProgress && { onProgress }) }) };
  const settled = await commit(context, begun, first, again);
  if ("sweep" in settled) return ended(settled, options);
  throw new Error("a sweep was held a second time");
}

async function begin({ store, now, tagged: always }: Context, account: Account, watched: readonly Account[]): Promise<Begun> {
  const begunAt = now();
  const { findings, seen, baseline, tagged } = await store.read({ findings: "all", seen: "all" }, (view) => ({
    findings: view.findings,
    seen: view.seen,
    baseline: isBaseline(account.id, view.sweptAccounts),
    tagged: [...always, ...setsOnTags(view.suppressions, begunAt)],
  }));
  const id = sweepId(begunAt, randomUUID().slice(0, 8));
  return { id, begunAt, account, watched, findings, seen, newcomer: { first: begunAt, baseline }, tagged };
}

/** `scopes`: where to look; `null`: everywhere. */
async function look(context: Context, begun: Begun, scopes: readonly Scope[] | null, { onProgress, signal }: SweepOptions): Promise<Look> {
  const { thread, now, only, checks } = context;
  const { id: accountId, partition, regions } = begun.account;
  await setImmediate();
  const gathering = new Gathering(begun.findings, checks);
  await setImmediate();
  const hints = await inParts(gatheringHints(begun.findings, checks), setImmediate);
  const at = now();
  const { calls, unread } = await thread.ask(
    {
      op: "sweep",
      only,
      scopes,
      accounts: [{ accountId, partition, regions }],
      seen: begun.seen,
      hints,
      tagged: begun.tagged,
      newcomer: begun.newcomer,
      deadline: plus(at, context.sweepDeadline),
      patience: plus(at, context.patience),
    },
    {
      signal,
      onFound: (found, soFar) => {
        gathering.take(found);
        onProgress?.(progressOf(begun.account, gathering, soFar));
      },
    },
  );
  // What was not asked because somebody wanted to end is no gap of AWS.
  signal?.throwIfAborted();
  return { gathering, calls, unread };
}

function progressOf({ id, regions }: Account, { scopes, resources, coverage }: Gathering, calls: number): SweepProgress {
  return { accounts: [{ accountId: id, regions }], scopes, ended: coverage, resources, calls };
}

function ended({ sweep, changes }: Ended, { onChanged }: SweepOptions): SweepRecord {
  onChanged?.(changes);
  return sweep;
}

interface Ended {
  readonly sweep: SweepRecord;
  readonly changes: SweepChanges;
}
type Done = Ended | { readonly doubts: readonly Doubt[] };

/** Tells the store, in one record that is decided in parts. Without a second look, what would resolve too much is not told: then the answer says what is in doubt. */
async function commit(
  context: Context,
  { id, begunAt, account, watched, newcomer }: Begun,
  first: Look,
  again: Again | null,
): Promise<Done> {
  const { store, now, only, checks, readLive, limits, part, silence } = context;
  const { gathering } = first;
  const watching = watchingOf(checks, watched);
  const done = await store.transact<Done>({ findings: "all", outbox: {}, seen: [...gathering.listed] }, function* (view): Work<
    Decision<Done>
  > {
    // As both are when it begins: what is read live meanwhile is told after it.
    const [at, live] = [now(), new Map(readLive)];
    const asked = known(view, only);
    const seenFirst = yield* gathering.facts(asked, watching, live, part);
    const seenAgain = again ? yield* again.look.gathering.facts(asked, watching, live, part) : [];
    const facts = again ? yield* agreeing(seenFirst, seenAgain, { ...again, findings: asked.findings, watching }) : seenFirst;
    const told = yield* telling(view, facts, at, part);
    const doubts = again ? [] : yield* doubting(view, told, at, limits, part);
    if (doubts.length > 0) return { at, events: [], writes: [], result: { doubts } };
    const accounts = [{ accountId: account.id, regions: account.regions, baseline: newcomer.baseline }];
    const held = again?.doubts.map((doubt) => heldOf(doubt, told)) ?? [];
    const settings = settingsOf(checks);
    const kept = { id, begunAt, finishedAt: at, accounts, settings, ...(held.length > 0 && { held }) };
    const plain = recordOf(first, again?.look ?? null, kept);
    const sweep = only === null ? silence.after(plain, view, told.changes, gathering.timed) : plain;
    yield;
    const fresh = gathering.newcomers(view, newcomer);
    const about = { subject: id, at, actor: SYSTEM, source: "sweep" } as const;
    const events: AuditEvent[] = [
      ...(only === null ? configuredEvents(view, account.id, settings, at) : []),
      ...held.map((it): AuditEvent => ({ ...about, type: "sweep-held", note: heldNote(it) })),
      { ...about, type: "sweep-finished", note: noteOf(sweep) },
    ];
    const cause = { kind: "sweep", sweepId: id } as const;
    // A sweep about some checks says nothing of the others: the last whole one stays what is known of the account.
    const more = only === null ? { sweep } : {};
    const writes = fresh.map((value): Write => ({ kind: "seen", value }));
    return {
      ...(yield* changing(context, view, told, cause, at, { events, writes, ...more })),
      result: { sweep, changes: changesIn(told.events) },
    };
  });
  if ("sweep" in done && only === null) silence.committed(done.sweep);
  return done;
}

/** The findings that a sweep may say something about, be it that their resource is gone or their region not watched. */
function known(view: StoreView, only: ReadonlySet<string> | null): StoreView {
  return only === null ? view : { ...view, findings: view.findings.filter(({ checkId }) => only.has(checkId)) };
}

function changesIn(events: readonly AuditEvent[]): SweepChanges {
  const count = (wanted: AuditEvent["type"]): number => events.filter(({ type }) => type === wanted).length;
  return { opened: count("opened"), reopened: count("reopened"), resolved: count("resolved") };
}

function noteOf({ coverage, calls }: SweepRecord): string {
  const complete = coverage.filter(({ state }) => state === "complete").length;
  return `${complete} of ${coverage.length} listings complete, ${calls} calls`;
}

function heldNote({ accountId, failing, resolving, resolved }: NonNullable<SweepRecord["held"]>[number]): string {
  return `account ${accountId}: would have resolved ${resolving} of ${failing}, so they were read again; ${resolved} resolved`;
}
