import type { Destination } from "@posture/config";
import {
  elapsed,
  type Finding,
  HOUR,
  type Instant,
  type OutboxRow,
  plus,
  type Severity,
  statusOf,
  type StoreView,
  type Write,
} from "@posture/core";
import type { Announcer, StatusChange } from "@posture/runtime";
import { messageIn, messagesOf, nextNumber, type Told, toldOf } from "./messages.ts";
import { membersRow } from "./members.ts";
import { bumped, digestRow, findingRow, isFirstDigest, opened, outboxOf, type To } from "./rows.ts";
import { aboutSuppression } from "./suppressions.ts";

/** To which channels a finding belongs, and how it is told there. Pure; a channel is named once. */
export type Route = (finding: Finding, now: Instant) => readonly Destination[];

/** More new findings than this of one sweep in a channel are one digest. */
const CROWD = 10;

/** Says which messages a commit makes due, and in which channels. Pure: rows in, rows out. */
export function announcerOf(route: Route): Announcer {
  return {
    plan(changes, view, now, suppressions) {
      const told = toldOf(view.outbox);
      const known = changes.flatMap((change) => aboutKnown(change, told, now));
      const news = changes.flatMap((change) => newsOf(change, told, route, now));
      const decided = suppressions.flatMap((it) => aboutSuppression(it, view, route, now));
      const due = [...known, ...aboutNews(news, view, told, now), ...decided];
      // A change and a suppression may be about the same message: its row is written once.
      return [...new Map(due.map((row) => [row.key, row])).values()].map(written);
    },
    planSweep(sweep, view, now) {
      return sweep.accounts
        .filter(({ accountId, baseline }) => baseline && isFirst(accountId, view))
        .flatMap(({ accountId }) =>
          channelsOf(accountId, view, route, now).map((to) =>
            written(outboxOf(digestRow({ sweepId: sweep.id, accountId, first: true, to }, now))),
          ),
        );
    },
  };
}

function written(value: OutboxRow): Write {
  return { kind: "outbox", value };
}

/** A finding that has messages: they follow it where they are, wherever it would be told now. */
function aboutKnown({ after, cause }: StatusChange, told: Told, now: Instant): readonly OutboxRow[] {
  return messagesOf(after.finding, told).map((row) => outboxOf(bumped(row, now, { asked: isAsked(cause) })));
}

function isAsked(cause: StatusChange["cause"]): boolean {
  return cause.kind === "suppression" || (cause.kind === "re-check" && cause.by.kind === "user");
}

/** A finding that a channel has to hear of. */
interface News {
  readonly finding: Finding;
  readonly cause: StatusChange["cause"];
  readonly to: To;
  /** The ts of the message that it follows. */
  readonly follows: string | null;
}

function newsOf(change: StatusChange, told: Told, route: Route, now: Instant): readonly News[] {
  const { after, cause } = change;
  if (after.status !== "open") return [];
  const isKnown = messagesOf(after.finding, told).length > 0;
  const relapsed = isRelapse(change, now);
  return route(after.finding, now).flatMap(({ channel: to, own }) => {
    const there = messageIn(after.finding, to, told);
    const isNews = relapsed ? there !== undefined || own.includes(after.finding.severity) : !there && isLoud(change, own, isKnown);
    return isNews ? [{ finding: after.finding, cause, to, follows: relapsed ? (there?.body.ts ?? null) : null }] : [];
  });
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

function aboutNews(news: readonly News[], view: StoreView, told: Told, now: Instant): readonly OutboxRow[] {
  const crowds = Map.groupBy(news, ({ finding, to }) => JSON.stringify([finding.ref.accountId, to]));
  return [...crowds.values()].flatMap((crowd) => {
    const [first] = crowd;
    if (!first) return [];
    const { cause, to } = first;
    const { accountId } = first.finding.ref;
    if (cause.kind === "sweep" && cause.baseline && isFirst(accountId, view)) return []; // the digest of the first sweep says it
    if (cause.kind === "sweep" && crowd.length > CROWD) {
      const fingerprints = crowd.map(({ finding }) => finding.fingerprint);
      const digest = digestRow({ sweepId: cause.sweepId, accountId, first: false, parts: 1, to }, now);
      return [outboxOf(digest), membersRow(digest.key, 0, fingerprints)];
    }
    return crowd.map(({ finding: { fingerprint }, follows }) =>
      outboxOf(findingRow(fingerprint, nextNumber(fingerprint, to, told), now, { to, follows, mayShare: true })),
    );
  });
}

/** An account that is never complete would be looked at for the first time for ever. */
function isFirst(accountId: string, view: StoreView): boolean {
  return !view.outbox.some((row) => isFirstDigest(row, accountId));
}

/** Where a first sweep is told: where its open findings belong, or, if it has none, in the bot's own channel. */
function channelsOf(accountId: string, view: StoreView, route: Route, now: Instant): readonly To[] {
  const mine = view.findings.filter(({ ref, condition }) => ref.accountId === accountId && condition === "failing");
  const open = mine.filter((finding) => statusOf(finding, view, now) === "open");
  const channels = new Set(open.flatMap((finding) => route(finding, now).map(({ channel }) => channel)));
  return channels.size > 0 ? [...channels] : [null];
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
      if (there) return opened(there, now) === there ? [] : [(at: Instant) => opened(there, at)];
      const { fingerprint } = finding;
      return [(at: Instant) => findingRow(fingerprint, nextNumber(fingerprint, to, told), at, { to })];
    })
    .map((due, place) => written(outboxOf(due(plus(now, place * BETWEEN_POSTS)))));
}
