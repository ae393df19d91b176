import {
  DAY,
  type Finding,
  type FindingStore,
  fingerprintOf,
  HOUR,
  type Instant,
  type OutboxRow,
  plus,
  SEVERITIES,
  SYSTEM,
  type Write,
} from "../packages/core/src/index.ts";
import { findingRow, outboxOf } from "../apps/slack-bot/src/outbox/rows.ts";

/** Noon of the day on which the stores of the benchmarks are looked at. */
export const NOON: Instant = "2026-03-02T12:00:00.000Z";
const DAYS = 30;

/** The nth finding. Every tenth may be covered by another of the same resource, and every seventh is resolved. */
export function findingOf(n: number): Finding {
  const name = `example-${n - (n % 2)}`;
  const ref = { type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${name}`, name, accountId: "111122223333", region: "eu-west-1" };
  const checkId = n % 2 === 0 ? "example/cover" : "example/other";
  return {
    fingerprint: fingerprintOf(checkId, ref),
    aliases: [],
    checkId,
    ref,
    severity: SEVERITIES[n % SEVERITIES.length] ?? "low",
    title: "Bucket is open",
    condition: n % 7 === 0 ? "cleared" : "failing",
    watched: "yes",
    coveredBy: n % 10 === 1 ? "example/cover" : null,
    message: { id: "bad", text: `Bucket ${name} is open.`, evidence: { grants: ["READ"] }, notes: [] },
    openedAt: plus(NOON, -(n % 60) * DAY - HOUR),
    clearedAt: n % 7 === 0 ? plus(NOON, -HOUR) : null,
    reopened: 0,
    lastSeenAt: NOON,
    evidenceAt: NOON,
    stale: null,
  };
}

/** Its message, as it stands in a channel. */
export function messageOf(n: number): OutboxRow {
  const row = findingRow(findingOf(n).fingerprint, 1, NOON);
  return outboxOf({ ...row, state: "sent", dueAt: null, body: { ...row.body, ts: `${n}.1`, channel: "C00000001", shown: 1 } });
}

/** With its suppression, which every hundredth has. */
function written(n: number): Write[] {
  const finding = findingOf(n);
  if (n % 100 !== 3) return [{ kind: "finding", value: finding }];
  const suppression: Write = {
    kind: "suppression",
    value: {
      id: `s-${n}`,
      scope: { fingerprint: finding.fingerprint },
      justification: "Reviewed by the team.",
      by: SYSTEM,
      from: plus(NOON, -DAY),
      expiresAt: plus(NOON, 10 * DAY),
      approval: "not-needed",
      ended: null,
    },
  };
  return [{ kind: "finding", value: finding }, suppression];
}

/** Writes so many findings into a store, a thousand at a time, over the thirty days before noon. */
export async function fill(store: FindingStore, findings: number): Promise<void> {
  for (let n = 0; n < findings; n += 1_000) {
    const at = plus(NOON, -DAYS * DAY + (n / findings) * DAYS * DAY);
    const writes = Array.from({ length: Math.min(1_000, findings - n) }, (_, i) => written(n + i)).flat();
    await store.transact({}, () => ({ at, events: [], writes, result: 0 }));
  }
}
