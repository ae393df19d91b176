import { type Destination, USUAL } from "@posture/config";
import {
  type AuditEvent,
  type Finding,
  HOUR,
  type Instant,
  type OutboxRow,
  plus,
  type Severity,
  type Status,
  type Suppression,
} from "@posture/core";
import type { Happened, StatusChange } from "@posture/runtime";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ACCOUNT, listed, NOW, refOf, suppressionOf, viewOf } from "../finding.test.fixture.ts";
import { announcerOf, type Route } from "./announcer.ts";
import { outboxOf, rowOf } from "./rows.ts";

/* Commits one after the other, each planned at once and in parts, upon what was planned and sent before. */

const FINDINGS = 40;
const CHANNELS: readonly Destination[] = [
  { ...USUAL, own: ["critical", "high", "medium"] },
  { ...USUAL, channel: "#infra", owner: "U0ANABEL1", broadcast: true, quiet: { from: "20:00", to: "07:00", timeZone: "UTC" } },
  { ...USUAL, channel: "#audit", own: [] },
];
const route: Route = ({ ref }) => CHANNELS.filter((_, i) => (Number(ref.name) + 1) & (1 << i));

interface Told {
  readonly finding: Finding;
  readonly status: Status;
}

const anySeverity = fc.constantFrom<Severity[]>("critical", "high", "medium", "low");
const anyStatus = fc.constantFrom<Status[]>("open", "resolved", "suppressed", "covered");
interface Changing {
  readonly n: number;
  readonly status: Status;
  readonly severity: Severity;
  readonly renamed: boolean;
}
const anyChange: fc.Arbitrary<Changing> = fc.record({
  n: fc.nat(FINDINGS - 1),
  status: anyStatus,
  severity: anySeverity,
  renamed: fc.boolean(),
});
/** So many at once that they are told together. */
const crowd: readonly Changing[] = Array.from({ length: FINDINGS }, (_, n) => ({
  n,
  status: "open",
  severity: "critical",
  renamed: false,
}));
const anyDeed = fc.record({
  n: fc.nat(FINDINGS - 1),
  as: fc.constantFrom("asked", "approved", "lifted", "expired", "near its expiry"),
});
/** What becomes of what is due: `null`: it stays as it is. */
const anyFate = fc.constantFrom("posted", "posted", "shared", "dead", "sending", null);
const anyCommit = fc.record({
  after: fc.constantFrom(1000, HOUR, 9 * HOUR),
  cause: fc.constantFrom("sweep", "first sweep", "re-check", "rule", "clock"),
  changes: fc.oneof<fc.MaybeWeightedArbitrary<readonly Changing[]>[]>(
    { weight: 1, arbitrary: fc.constant(crowd) },
    {
      weight: 5,
      arbitrary: fc.uniqueArray<Changing, number>(anyChange, { selector: ({ n }) => n, minLength: 1, maxLength: FINDINGS, size: "max" }),
    },
  ),
  deeds: fc.uniqueArray(anyDeed, { selector: ({ n }) => n, maxLength: 3 }),
  fates: fc.array(anyFate, { maxLength: 60, size: "max" }),
});
type Commit = typeof anyCommit extends fc.Arbitrary<infer T> ? T : never;

class World {
  now: Instant = NOW;
  readonly outbox = new Map<string, OutboxRow>();
  readonly #told = new Map<number, Told>();

  get findings(): readonly Finding[] {
    return [...this.#told.values()].map(({ finding }) => finding);
  }

  happened({ after, cause, changes, deeds }: Commit): Happened {
    this.now = plus(this.now, after);
    const suppressions = deeds.map(({ n, as }) => suppressed(n, as, this.now));
    const changed = changes.map((it) => this.#change(it, causeOf(cause)));
    const events = [...changed.flatMap((it) => eventsOf(it, this.now)), ...suppressions.flatMap((it) => eventsAbout(it, this.now))];
    return { changes: changed, suppressions, events };
  }

  #change({ n, status, severity, renamed }: Commit["changes"][number], cause: StatusChange["cause"]): StatusChange {
    const before = this.#told.get(n) ?? null;
    const checkId = renamed || before?.finding.checkId === "s3/renamed" ? "s3/renamed" : "s3/first";
    const former = before && before.finding.checkId !== checkId ? [before.finding.fingerprint] : (before?.finding.aliases ?? []);
    const clearedAt = status === "resolved" ? this.now : (before?.finding.clearedAt ?? null);
    const { finding } = listed(status, { checkId, severity, ref: refOf(String(n)), aliases: former, clearedAt });
    const after = { finding, status };
    this.#told.set(n, after);
    return { before, after, cause };
  }

  /** What Slack makes of what is due. */
  send(fates: Commit["fates"]): void {
    const due = [...this.outbox.values()].filter(({ state }) => state === "due");
    for (const [i, fate] of fates.entries()) {
      const row = due[i] && rowOf(due[i]);
      if (!row || fate === null) continue;
      const { body } = row;
      if (fate === "sending" || fate === "dead") this.put(outboxOf({ ...row, state: fate, dueAt: null }));
      else if (fate === "posted")
        this.put(outboxOf({ ...row, state: "sent", dueAt: null, body: { ...body, ts: `${i}.1`, channel: "C1", ...alone(body) } }));
      else if (body.type === "finding")
        this.put(outboxOf({ ...row, state: "sent", dueAt: null, body: { ...body, group: "group:1", mayShare: false } }));
    }
  }

  /** As a store hands it out: never the row that was planned. */
  put(row: OutboxRow): void {
    this.outbox.set(row.key, structuredClone(row));
  }
}

function alone({ type }: { readonly type: string }): object {
  return type === "finding" ? { mayShare: false } : {};
}

function causeOf(kind: Commit["cause"]): StatusChange["cause"] {
  const by = { kind: "user", id: "U0ANA", via: "slack" } as const;
  if (kind === "re-check") return { kind, by };
  if (kind === "rule") {
    const rule = { checks: ["s3/first"] };
    return { kind: "suppression", suppression: { ...suppressionOf({ fingerprint: "" }), id: "s-rule", scope: { rule } } };
  }
  return kind === "clock" ? { kind } : { kind: "sweep", sweepId: "sweep-2" };
}

function suppressed(n: number, as: Commit["deeds"][number]["as"], now: Instant): Suppression {
  const { finding } = listed("open", { checkId: "s3/first", ref: refOf(String(n)) });
  const of = { ...suppressionOf(finding), id: `s-${n}`, from: plus(now, -HOUR), expiresAt: plus(now, 24 * HOUR) };
  const by = { kind: "user", id: "U0BOB", via: "slack" } as const;
  switch (as) {
    case "asked":
      return { ...of, from: now, approval: "waiting" };
    case "approved":
      return { ...of, approval: { by, at: now } };
    case "near its expiry":
      return { ...of, noticedAt: now };
    case "lifted":
    case "expired":
      return { ...of, ended: { at: now, why: as, by } };
  }
}

const TELLS: Readonly<Partial<Record<Status, AuditEvent["type"]>>> = {
  open: "reopened",
  resolved: "resolved",
  suppressed: "evidence-changed",
  covered: "severity-changed",
};

function eventsOf({ after: { finding, status } }: StatusChange, at: Instant): AuditEvent[] {
  return [
    {
      type: TELLS[status] ?? "went-stale",
      subject: finding.fingerprint,
      at,
      actor: { kind: "system" },
      source: "sweep",
      note: "as it was read",
    },
  ];
}

function eventsAbout({ id, approval, ended }: Suppression, at: Instant): AuditEvent[] {
  const type = ended ? "suppression-ended" : approval === "waiting" ? "suppression-asked" : "suppressed";
  return [{ type, subject: id, at, actor: { kind: "user", id: "U0BOB", via: "slack" }, source: "slack", note: "" }];
}

/** So many findings were looked at in the longest turn, as far as their route shows it. */
class Turns {
  most = 0;
  #now = new Set<string>();

  readonly route: Route = (finding, now) => {
    this.#now.add(finding.fingerprint);
    this.most = Math.max(this.most, this.#now.size);
    return route(finding, now);
  };

  inParts<T>(work: Generator<void, T, undefined>): T {
    for (;;) {
      const step = work.next();
      this.#now = new Set();
      if (step.done) return step.value;
    }
  }
}

test("what is planned in parts is what is planned at once, and parts of one look at one finding in a turn", () => {
  let most = 0;
  const kinds = new Set<string>();
  fc.assert(
    fc.property(fc.array(anyCommit, { minLength: 1, maxLength: 6 }), fc.integer({ min: 2, max: 20 }), (commits, part) => {
      const world = new World();
      const atOnce = announcerOf(route);
      for (const commit of commits) {
        const happened = world.happened(commit);
        const byName = new Map(world.findings.flatMap((it) => [it.fingerprint, ...it.aliases].map((name) => [name, it] as const)));
        const unheard = commit.cause === "first sweep" ? { outbox: [...world.outbox.values()] } : {};
        const view = viewOf([...world.outbox.values()], {
          ...unheard,
          findings: world.findings,
          findingOf: (name) => byName.get(name),
        });
        const { changes, suppressions, events } = happened;
        const planned = atOnce.plan(changes, view, world.now, suppressions, events);
        const turns = new Turns();
        expect(turns.inParts(announcerOf(turns.route).planning(happened, view, world.now, 1))).toEqual(planned);
        expect(turns.inParts(atOnce.planning(happened, view, world.now, part))).toEqual(planned);

        const accounts = [{ accountId: ACCOUNT, regions: ["eu-west-1"], baseline: true }];
        const sweep = { id: "sweep-1", begunAt: NOW, finishedAt: NOW, accounts, coverage: [], undecided: [], unread: [], calls: 1 };
        const digests = atOnce.planSweep(sweep, view, world.now);
        expect(turns.inParts(announcerOf(turns.route).planningSweep(sweep, view, world.now, 1))).toEqual(digests);
        expect(turns.inParts(atOnce.planningSweep(sweep, view, world.now, part))).toEqual(digests);

        expect(turns.most).toBeLessThanOrEqual(1);
        most = Math.max(most, turns.most);
        for (const write of planned) {
          if (write.kind !== "outbox") continue;
          kinds.add(write.value.key.split(":")[0] ?? "");
          world.put(write.value);
        }
        world.send(commit.fates);
      }
    }),
    { numRuns: 200 },
  );
  // Else it would have proved nothing.
  expect([most, [...kinds].toSorted()]).toEqual([1, ["digest", "finding", "members", "notice", "reply"]]);
});
