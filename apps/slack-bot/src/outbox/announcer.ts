import { elapsed, HOUR, type Instant, type OutboxRow, plus, type Severity, type StoreView, type Write } from "@posture/core";
import type { Announcer, StatusChange } from "@posture/runtime";
import { aboutSuppression } from "./suppressions.ts";
import {
  bumped,
  digestKey,
  digestRow,
  type FindingBody,
  findingRow,
  latestByFinding,
  messageOf,
  numberOf,
  outboxOf,
  type Row,
} from "./rows.ts";

/** These get messages of their own; the others appear in digests, summaries and lists. */
const LOUD: ReadonlySet<Severity> = new Set<Severity>(["critical", "high"]);
/** More new findings than this in one sweep are one digest. */
const CROWD = 10;

/** Says which messages a commit makes due. Pure: rows in, rows out. */
export const announcer: Announcer = {
  plan(changes, view, now, suppressions) {
    const latest = latestByFinding(view.outbox);
    const told = changes.flatMap((change) => [...aboutKnown(change, latest, now)]);
    const fresh = changes.filter((change) => isNews(change, latest));
    const decided = suppressions.flatMap((it) => aboutSuppression(it, view, now));
    const due = [...told, ...aboutNews(fresh, view, now), ...decided];
    // A change and a suppression may be about the same message: its row is written once.
    return [...new Map(due.map((row) => [row.key, row])).values()].map(written);
  },
  planSweep(sweep, view, now) {
    return sweep.accounts
      .filter(({ accountId, baseline }) => baseline && isFirst(accountId, view))
      .map(({ accountId }) => written(outboxOf(digestRow(sweep.id, accountId, true, [], now))));
  },
};

function written(value: OutboxRow): Write {
  return { kind: "outbox", value };
}

/** A finding that has a message: the message follows it. After an hour of rest, a reopening is news again. */
function* aboutKnown(
  { before, after, cause }: StatusChange,
  latest: ReadonlyMap<string, Row<FindingBody>>,
  now: Instant,
): Iterable<OutboxRow> {
  const row = messageOf(after.finding, latest);
  if (!row) return;
  yield outboxOf(bumped(row, now, { asked: isAsked(cause) }));
  if (before && isRelapse(before, after, now)) yield outboxOf(findingRow(after.finding.fingerprint, numberOf(row) + 1, now, row.body.ts));
}

function isAsked(cause: StatusChange["cause"]): boolean {
  return cause.kind === "suppression" || (cause.kind === "re-check" && cause.by.kind === "user");
}

function isRelapse(before: NonNullable<StatusChange["before"]>, after: StatusChange["after"], now: Instant): boolean {
  const { clearedAt } = before.finding;
  return before.status === "resolved" && after.status === "open" && clearedAt !== null && elapsed(clearedAt, now) >= HOUR;
}

/** Open and loud now, not so before, and not spoken of yet. A rule of the configuration may make a finding graver than it was. */
function isNews({ before, after }: StatusChange, latest: ReadonlyMap<string, Row<FindingBody>>): boolean {
  return (
    after.status === "open" &&
    LOUD.has(after.finding.severity) &&
    (before?.status !== "open" || !LOUD.has(before.finding.severity)) &&
    messageOf(after.finding, latest) === undefined
  );
}

function aboutNews(news: readonly StatusChange[], view: StoreView, now: Instant): OutboxRow[] {
  const [first] = news;
  if (!first) return [];
  const accounts = [...new Set(news.map(({ after }) => after.finding.ref.accountId))];
  return accounts.flatMap((accountId) => {
    const mine = news.filter(({ after }) => after.finding.ref.accountId === accountId);
    const { cause } = first;
    if (cause.kind === "sweep" && cause.baseline && isFirst(accountId, view)) return []; // the digest of the first sweep says it
    const fingerprints = mine.map(({ after }) => after.finding.fingerprint);
    if (cause.kind === "sweep" && mine.length > CROWD) return [outboxOf(digestRow(cause.sweepId, accountId, false, fingerprints, now))];
    return fingerprints.map((fingerprint) => outboxOf(findingRow(fingerprint, 1, now)));
  });
}

/** An account that is never complete would be looked at for the first time for ever. */
function isFirst(accountId: string, view: StoreView): boolean {
  const key = digestKey(accountId);
  return !view.outbox.some((row) => row.key === key);
}

/** Slack takes one post a second: what was asked for at once becomes due like that, so that news finds its place between. */
const BETWEEN_POSTS = 1000;

/** Findings that somebody asked to see: those that have no message yet get one. */
export function askedFor(fingerprints: readonly string[], rows: readonly OutboxRow[], now: Instant): Write[] {
  const latest = latestByFinding(rows);
  return fingerprints
    .filter((fingerprint) => (latest.get(fingerprint)?.state ?? "dead") === "dead")
    .map((fingerprint, place) => {
      const before = latest.get(fingerprint);
      return written(outboxOf(findingRow(fingerprint, before ? numberOf(before) + 1 : 1, plus(now, place * BETWEEN_POSTS))));
    });
}
