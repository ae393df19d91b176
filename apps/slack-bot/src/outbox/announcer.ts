import { type Destination, USUAL, waitsUntil } from "@posture/config";
import {
  type AuditEvent,
  eachOf,
  elapsed,
  type Finding,
  flatMapping,
  grouping,
  HOUR,
  indexing,
  inOneGo,
  type Instant,
  type OutboxRow,
  PART,
  plus,
  SEVERITIES,
  type Severity,
  type StoreView,
  type Suppression,
  type SweepRecord,
  type Work,
  type Write,
} from "@posture/core";
import type { Announcer, Happened, StatusChange } from "@posture/runtime";
import { aboutAssigned } from "./assigned.ts";
import { announcingFirst, firstSwept, type Planning } from "./first-sweeps.ts";
import { type Lapses, lapsesIn, withReason } from "./lapses.ts";
import { gatheringTellings, type Telling } from "./lines.ts";
import { gatheringTold, isUnsaid, messageIn, messagesOf, nextNumber, type Told, toldOf } from "./messages.ts";
import { membersRow } from "./members.ts";
import { bumped, digestRow, type FindingBody, findingRow, type Lapsed, opened, outboxOf, type Row, rowOf, type To } from "./rows.ts";
import { aboutSuppression } from "./suppressions.ts";
import { gatheringReplies, hasThread, type Manner, told as toldIn, unlessNamed } from "./threads.ts";

/** To which channels a finding belongs, and how it is told there. Pure; a channel is named once. */
export type Route = (finding: Finding, now: Instant) => readonly Destination[];

/** More new findings than this of one sweep in a channel are one digest. */
const CROWD = 10;

/** An announcer that plans in one go as well. */
export interface Planner extends Announcer {
  plan(
    changes: readonly StatusChange[],
    view: StoreView,
    now: Instant,
    suppressions: readonly Suppression[],
    events: readonly AuditEvent[],
  ): readonly Write[];
  planSweep(sweep: SweepRecord, view: StoreView, now: Instant): readonly Write[];
}

/** Says which messages a commit makes due, and in which channels. Pure: rows in, rows out. */
export function announcerOf(route: Route): Planner {
  const announcer: Announcer = {
    planning: (happened, view, now, part) => planning(happened, { view, route, now, part }),
    planningSweep: (sweep, view, now, part) => announcingFirst(sweep, { view, route, now, part }),
  };
  return {
    ...announcer,
    plan: (changes, view, now, suppressions, events) => inOneGo(announcer.planning({ changes, suppressions, events }, view, now, PART)),
    planSweep: (sweep, view, now) => inOneGo(announcer.planningSweep(sweep, view, now, PART)),
  };
}

function* planning(happened: Happened, scene: Planning): Work<readonly Write[]> {
  const { changes, suppressions, events } = happened;
  const { view, route, now, part } = scene;
  const told = yield* gatheringTold(view.outbox, part);
  const lapses = lapsesIn(changes, suppressions);
  const known = yield* flatMapping(changes, (change) => aboutKnown(change, told, lapses, route, now), part);
  // Of what a first sweep finds its digest says everything.
  const unswept = firstSwept(changes, view);
  const newsIn = (it: StatusChange): readonly News[] =>
    unswept.has(it.after.finding.ref.accountId) ? [] : newsOf(it, told, lapses, route, now);
  const news = yield* aboutNews(yield* flatMapping(changes, newsIn, part), told, now, part);
  const ended = new Set(suppressions.length > 0 ? news.filter(isFollowed).map(({ key }) => key) : []);
  const bySubject = yield* grouping(suppressions.length > 0 ? view.outbox : [], ({ subject }) => subject, part);
  const aboutEach = (it: Suppression): readonly OutboxRow[] =>
    aboutSuppression(it, { view, told, bySubject, route, now }).filter(({ key }) => !ended.has(key));
  const decided = yield* flatMapping(suppressions, aboutEach, part);
  const given = aboutAssigned(events, (fingerprint) => view.findingOf(fingerprint), now);
  // A change and a suppression may be about the same message: its row is written once.
  const rows = yield* indexing([...known, ...news, ...decided, ...given], keyOf, part);
  yield* indexing(yield* inThreads(happened, told, rows, lapses, scene), keyOf, part, rows);
  return yield* flatMapping([...rows.values()], (row) => [written(row)], part);
}

function keyOf({ key }: OutboxRow): string {
  return key;
}

function written(value: OutboxRow): Write {
  return { kind: "outbox", value };
}

/** A finding that has messages: they follow it where they are, wherever it would be told now. */
function aboutKnown({ after, cause }: StatusChange, told: Told, lapses: Lapses, route: Route, now: Instant): readonly OutboxRow[] {
  const { finding, status } = after;
  return messagesOf(finding, told).map((row) => {
    const next = bumped(row, now, { asked: isAsked(cause) });
    if (!isUnsaid(row)) return outboxOf(next);
    // Nobody has heard of it yet: what is over by then is not told at all.
    if (status !== "open") return outboxOf({ ...next, state: "sent", dueAt: null });
    const waits = waitsIn(destinationOf(finding, row.body.to, route, now), finding, now);
    const due = { ...next, state: "due", dueAt: waits ?? now, body: { ...next.body, waited: next.body.waited || waits !== null } } as const;
    return outboxOf(withReason(due, lapses.get(finding.fingerprint)));
  });
}

/** `undefined`: no route names that channel for it any more. */
function destinationOf(finding: Finding, to: To, route: Route, now: Instant): Destination | undefined {
  return route(finding, now).find(({ channel }) => channel === to);
}

function waitsIn(destination: Destination | undefined, { severity }: Finding, now: Instant): Instant | null {
  return destination ? waitsUntil(destination, severity, now) : null;
}

/** What the threads of messages are told, and what that makes of the messages' rows. `rows`: those that are due already. */
function* inThreads(
  happened: Happened,
  told: Told,
  rows: ReadonlyMap<string, OutboxRow>,
  lapses: Lapses,
  { view, route, now, part }: Planning,
): Work<readonly OutboxRow[]> {
  if (told.size === 0) return [];
  const tellings = yield* gatheringTellings(happened, (fingerprint) => view.findingOf(fingerprint), now, part);
  if (tellings.length === 0) return [];
  const replies = yield* gatheringReplies(view.outbox, yield* namesOf(tellings, part), part);
  const inThreadsOf = ({ finding, lines, change }: Telling): readonly OutboxRow[] =>
    messagesOf(finding, told)
      .filter(hasThread)
      .flatMap((row) => {
        const due = rows.get(row.key);
        const present = due ? rowOf(due) : row;
        const message = present?.body.type === "finding" ? { ...present, body: present.body } : row;
        const isAgain = isToldAgain(change, lapses, now);
        const known = replies.get(row.key) ?? [];
        const manner = mannerOf(change, isAgain, message, destinationOf(finding, row.body.to, route, now), finding, now);
        const after = toldIn(message, lines, known, unlessNamed(manner, known, finding.severity, now), now);
        return [...(after.message === message ? [] : [after.message]), ...(after.reply ? [after.reply] : [])].map((it) => outboxOf(it));
      });
  return yield* flatMapping(tellings, inThreadsOf, part);
}

/** What the rows about these findings are about. */
function* namesOf(tellings: readonly Telling[], part: number): Work<ReadonlySet<string>> {
  const names = new Set<string>();
  const take = ({ finding: { fingerprint, aliases } }: Telling): void => {
    for (const name of [fingerprint, ...aliases]) names.add(name);
  };
  yield* eachOf(tellings, take, part);
  return names;
}

/** What is told again and has no message of its own, and a severity that rises, are news to more than those who follow the thread. */
function mannerOf(
  change: StatusChange | undefined,
  isAgain: boolean,
  { body }: Row<FindingBody>,
  destination: Destination | undefined,
  finding: Finding,
  now: Instant,
): Manner {
  const { broadcast, owner } = destination ?? USUAL;
  return {
    broadcast: broadcast && change !== undefined && hasRisen(change),
    owner: isAgain && body.next === null ? owner : null,
    waits: waitsIn(destination, finding, now),
  };
}

function hasRisen({ before, after }: StatusChange): boolean {
  return (
    before !== null && after.status === "open" && SEVERITIES.indexOf(after.finding.severity) < SEVERITIES.indexOf(before.finding.severity)
  );
}

function isAsked(cause: StatusChange["cause"]): boolean {
  return cause.kind === "suppression" || cause.kind === "assignment" || (cause.kind === "re-check" && cause.by.kind === "user");
}

/** A finding that a channel has to hear of. */
interface News {
  readonly finding: Finding;
  readonly cause: StatusChange["cause"];
  readonly to: To;
  readonly owner: string | null;
  /** Until when it is quiet there; `null`: it is not. */
  readonly waits: Instant | null;
  /** The message that it follows. */
  readonly follows: Row<FindingBody> | null;
  readonly lapsed: Lapsed | null;
}

function newsOf(change: StatusChange, told: Told, lapses: Lapses, route: Route, now: Instant): readonly News[] {
  const { after, cause } = change;
  const { finding, status } = after;
  if (status !== "open") return [];
  const isKnown = messagesOf(finding, told).length > 0;
  const isAgain = isToldAgain(change, lapses, now);
  const lapsed = lapses.get(finding.fingerprint) ?? null;
  return route(finding, now).flatMap((destination) => {
    const { channel: to, own, broadcast, owner } = destination;
    const there = messageIn(finding, to, told);
    if (there && (isUnsaid(there) || (isAgain && !broadcast && there.body.ts !== null))) return []; // that one says it
    const isNews = isAgain ? there !== undefined || own.includes(finding.severity) : !there && isLoud(change, own, isKnown);
    const follows = isAgain ? (there ?? null) : null;
    return isNews ? [{ finding, cause, to, owner, waits: waitsIn(destination, finding, now), follows, lapsed }] : [];
  });
}

/** A reopening that is none of a flap, and the end of a suppression that nobody decided about, are news again. */
function isToldAgain(change: StatusChange | undefined, lapses: Lapses, now: Instant): boolean {
  return change !== undefined && (isRelapse(change, now) || lapses.has(change.after.finding.fingerprint));
}

/** After an hour of rest, a reopening is news again. */
function isRelapse({ before, after }: StatusChange, now: Instant): boolean {
  const clearedAt = before?.finding.clearedAt ?? null;
  return before?.status === "resolved" && after.status === "open" && clearedAt !== null && elapsed(clearedAt, now) >= HOUR;
}

/** Grave enough to be told there, and not so before. A rule of the configuration may make a finding graver than it was. */
function isLoud({ before, after }: StatusChange, own: readonly Severity[], isKnown: boolean): boolean {
  if (!own.includes(after.finding.severity)) return false;
  return before?.status === "open" ? !own.includes(before.finding.severity) : !isKnown;
}

function* aboutNews(news: readonly News[], told: Told, now: Instant, part: number): Work<readonly OutboxRow[]> {
  const crowds = yield* grouping(news, ({ finding, to }) => JSON.stringify([finding.ref.accountId, to]), part);
  const due: OutboxRow[][] = [];
  for (const crowd of crowds.values()) {
    const digest = digestOf(crowd, now);
    due.push(digest ?? (yield* flatMapping(crowd, (it) => ofItsOwn(it, told, now), part)));
  }
  return due.flat();
}

/** What tells of all of them together; `null`: each has a message of its own. */
function digestOf(crowd: readonly News[], now: Instant): OutboxRow[] | null {
  const [first] = crowd;
  if (!first || first.cause.kind !== "sweep" || crowd.length <= CROWD) return null;
  const { cause, to, finding } = first;
  const fingerprints = crowd.map((it) => it.finding.fingerprint);
  const dueAt = firstOf(crowd.map(({ waits }) => waits ?? now)) ?? now;
  const digest = digestRow({ sweepId: cause.sweepId, accountId: finding.ref.accountId, first: false, parts: 1, to }, dueAt);
  return [outboxOf(digest), membersRow(digest.key, 0, fingerprints)];
}

function ofItsOwn({ finding: { fingerprint }, to, owner, waits, follows, lapsed }: News, told: Told, now: Instant): readonly OutboxRow[] {
  const more = { to, follows: follows?.body.ts ?? null, mayShare: true, owner, waited: waits !== null, lapsed };
  const row = findingRow(fingerprint, nextNumber(fingerprint, to, told), waits ?? now, more);
  if (!follows) return [outboxOf(row)];
  const earlier = bumped(follows, now);
  const nextAfter = lapsed ? "lapse" : "reopening";
  return [outboxOf(row), outboxOf({ ...earlier, body: { ...earlier.body, next: row.key, nextAfter } })];
}

/** Another message goes on from here, and says what was decided. */
function isFollowed(row: OutboxRow): boolean {
  const body = rowOf(row)?.body;
  return body?.type === "finding" && body.next !== null;
}

function firstOf(times: readonly Instant[]): Instant | undefined {
  return times.reduce<Instant | undefined>((first, at) => (first === undefined || at < first ? at : first), undefined);
}

/** Slack takes one post a second: what was asked for at once becomes due like that, so that news finds its place between. */
const BETWEEN_POSTS = 1000;

/** Findings that somebody asked to see in a channel: those that have no message of their own there yet get one. */
export function askedFor(
  findings: readonly Pick<Finding, "fingerprint" | "aliases">[],
  to: To,
  rows: readonly OutboxRow[],
  now: Instant,
): Write[] {
  const told = toldOf(rows);
  return findings
    .flatMap((finding) => {
      const there = messageIn(finding, to, told);
      if (there && isUnsaid(there)) return [(at: Instant) => saidNow(there, at)];
      if (there) return opened(there, now) === there ? [] : [(at: Instant) => opened(there, at)];
      const { fingerprint } = finding;
      return [(at: Instant) => findingRow(fingerprint, nextNumber(fingerprint, to, told), at, { to })];
    })
    .map((due, place) => written(outboxOf(due(plus(now, place * BETWEEN_POSTS)))));
}

/** Whoever asks for it does not wait for the end of quiet hours, nor for others that it might share a message with. */
function saidNow(row: Row<FindingBody>, at: Instant): Row<FindingBody> {
  return { ...row, state: "due", dueAt: at, body: { ...row.body, mayShare: false, asked: true } };
}
