import { advance, type Fact, type Judged } from "./advance.ts";
import { type AuditEvent, seal } from "./audit.ts";
import { type Actor, type Finding, fingerprintOf, SYSTEM } from "./finding.ts";
import { DAY, type Instant, plus } from "./instant.ts";
import { type Head, START } from "./record.ts";
import type { Outcome } from "./outcome.ts";
import { Replay } from "./replay.ts";
import type { ResourceRef } from "./resource.ts";
import type { StoreState } from "./state.ts";
import type { Change, LogRecord, Write } from "./store.ts";
import type { Suppression } from "./suppression.ts";

/* A log as a year of a bot would write it: what people ask, what it posts, what re-checks and sweeps find. The same seed makes the same log. */

export interface Story {
  readonly seed: number;
  readonly records: number;
  /** How many (check, resource) pairs it is about. */
  readonly findings: number;
}

/** Numbers in [0, 1), always the same ones: mulberry32. */
export function randomOf(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The lines of the log, one after the other, and at the end the state they add up to. */
export function* linesOfStory(story: Story): Generator<string, StoreState, undefined> {
  let head: Head = START;
  const changes = changesOf(story);
  for (let next = changes.next(); ; next = changes.next()) {
    if (next.done) return next.value;
    const record: LogRecord = seal(head, next.value);
    head = { seq: record.seq, hash: record.hash };
    yield JSON.stringify(record);
  }
}

const T0: Instant = "2026-01-01T00:00:00.000Z";
const REGIONS = ["eu-central-1", "eu-west-1", "us-east-1", "us-west-2"];
const CHECKS: readonly Judged[] = [
  { id: "example/port-open", title: "Port is open to the world", severity: "high", coveredBy: "example/all-ports-open" },
  { id: "example/acl-public", title: "Bucket ACL grants public read", severity: "critical" },
  { id: "example/key-old", title: "Access key is older than 90 days", severity: "medium" },
];
const PEOPLE: readonly Actor[] = ["U024BE7LH", "U0G9QF9C6", "W012A3CDE"].map((id) => ({ kind: "user", id, via: "slack" }));

function* changesOf({ seed, records, findings }: Story): Generator<Change, StoreState, undefined> {
  const random = randomOf(seed);
  const replay = new Replay({ withDays: false });
  const below = (n: number): number => Math.floor(random() * n);
  const of = <T>(items: readonly [T, ...T[]] | readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error("there is none to choose from");
    return item;
  };
  let at = T0;
  for (let n = 1; n <= records; n += 1) {
    at = plus(at, 1 + below(60_000));
    const change = changeOf(n);
    replay.apply(change);
    yield change;
  }
  return replay.state;

  function changeOf(n: number): Change {
    const kind = random();
    if (kind < 0.4) return { at, events: [], writes: [outbox(n)] };
    if (kind < 0.58) return { at, events: [], writes: [inbox(n, "received")] };
    if (kind < 0.7) return { at, events: [], writes: [{ kind: "forget", value: { inbox: [...replay.state.inbox.keys()].slice(0, 5) } }] };
    if (kind < 0.72) return swept(n);
    if (kind < 0.76) return suppressing(n);
    return rechecked(n);
  }

  function rechecked(n: number): Change {
    const [check, ref] = pairOf(below(findings));
    const finding = replay.finding(fingerprintOf(check.id, ref));
    const { writes, events } = advance(
      { finding, suppressions: [] },
      { type: "observed", by: "re-check", check, ref, outcome: outcomeOf(n, finding) },
      at,
    );
    const answered: AuditEvent = {
      type: "recheck-answered",
      subject: fingerprintOf(check.id, ref),
      at,
      actor: of(PEOPLE),
      source: "slack",
      note: "fail",
    };
    return { at, events: [...events, answered], writes };
  }

  function outcomeOf(n: number, finding: Finding | null): Outcome {
    const kind = finding ? random() : 0;
    if (kind > 0.92) return { status: "pass", evidenceAt: at };
    if (kind > 0.86)
      return {
        status: "unknown",
        reason: "denied",
        facets: ["acl"],
        missing: ["s3:GetBucketAcl"],
        detail: "AWS refused s3:GetBucketAcl.",
        evidenceAt: at,
      };
    const evidence =
      kind > 0.75 || !finding ? { grants: [{ to: "AllUsers", permission: "READ", n }], region: REGIONS[n % 4] } : finding.message.evidence;
    return {
      status: "fail",
      messageId: "public",
      text: "It can be read by everyone on the internet.",
      evidence,
      covered: kind > 0.82,
      evidenceAt: at,
    };
  }

  /** Several facts in one record, as a sweep tells them. */
  function swept(n: number): Change {
    const writes = new Map<string, Write>();
    const events: AuditEvent[] = [];
    for (let k = below(4); k > 0; k -= 1) {
      const [check, ref] = pairOf(below(findings));
      const known = replay.finding(fingerprintOf(check.id, ref));
      if (!known || writes.has(known.fingerprint)) continue;
      const facts: Fact[] = [
        { type: "watched", watched: of(["retired", "unmonitored", "yes", "yes"]) },
        { type: "observed", by: "sweep", check, ref, outcome: outcomeOf(n, known) },
      ];
      let finding = known;
      for (const fact of facts) {
        const step = advance({ finding, suppressions: [] }, fact, at);
        events.push(...step.events);
        for (const write of step.writes) {
          if (write.kind === "finding") finding = write.value;
          writes.set(known.fingerprint, write);
        }
      }
    }
    const coverage = REGIONS.map(
      (region) => ({ accountId: "111122223333", region, type: "AWS::S3::Bucket", state: "complete", listedAt: at, seen: 12 }) as const,
    );
    const accounts = [{ accountId: "111122223333", regions: REGIONS, baseline: n === 1 }];
    const value = { id: `sweep-${n}`, begunAt: at, finishedAt: at, accounts, coverage, undecided: [], unread: [], calls: 131 };
    const seen: Write = {
      kind: "seen",
      value: { keys: [`AWS::S3::Bucket|arn:aws:s3:::example-${below(findings)}`], seen: { first: at, baseline: false } },
    };
    const finished: AuditEvent = {
      type: "sweep-finished",
      subject: value.id,
      at,
      actor: SYSTEM,
      source: "sweep",
      note: "4 of 4 listings complete",
    };
    return { at, events: [...events, finished], writes: [...writes.values(), seen, { kind: "sweep", value }] };
  }

  function suppressing(n: number): Change {
    const [check, ref] = pairOf(below(findings));
    const finding = replay.finding(fingerprintOf(check.id, ref));
    const known = finding ? replay.suppressionsOf(finding) : [];
    const [first] = known;
    const fact: Fact = first
      ? first.expiresAt <= at
        ? { type: "time-passed" }
        : { type: "lift", suppressionId: first.id, by: of(PEOPLE), source: "slack" }
      : { type: "suppress", suppression: suppressionOf(n, finding?.fingerprint ?? "none") };
    const { events, writes } = advance({ finding, suppressions: known }, fact, at);
    // What was refused writes nothing, and a record says something.
    return writes.length > 0 ? { at, events, writes } : { at, events: [], writes: [outbox(n)] };
  }

  function suppressionOf(n: number, fingerprint: string): Suppression {
    const justification = "A bastion host, reviewed with the network team in the weekly meeting.";
    return {
      id: `s-${n}`,
      scope: { fingerprint },
      justification,
      by: of(PEOPLE),
      from: at,
      expiresAt: plus(at, DAY),
      approval: "not-needed",
      ended: null,
    };
  }

  function outbox(n: number): Write {
    const body = {
      v: 1,
      type: "finding",
      fingerprint: `v1-${n % findings}`,
      channel: "C024BE91L",
      ts: `1735689600.${n}`,
      said: null,
      revision: n,
    };
    const key = `finding:${n % findings}`;
    return { kind: "outbox", value: { key, subject: `v1-${n % findings}`, state: of(["due", "sending", "sent"]), dueAt: at, body } };
  }
  function inbox(n: number, state: "received" | "done"): Write {
    const body = {
      type: "block_actions",
      user: "U024BE7LH",
      action: "posture_recheck",
      value: `v1:v1-${n}`,
      trigger: `133.${n}`,
      channel: "C024BE91L",
    };
    return { kind: "inbox", value: { key: `action:${n}`, receivedAt: at, state, body } };
  }
}

function pairOf(n: number): [Judged, ResourceRef] {
  const check = CHECKS[n % CHECKS.length];
  if (!check) throw new Error("there is no check");
  const name = `example-${n}`;
  return [check, { type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${name}`, name, accountId: "111122223333", region: REGIONS[n % 4] ?? "" }];
}
