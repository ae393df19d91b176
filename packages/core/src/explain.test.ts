import { describe, expect, it, test } from "vitest";
import { advance, type Fact, type Subject } from "./advance.ts";
import { type AuditEvent, seal } from "./audit.ts";
import { type Finding, SYSTEM } from "./finding.ts";
import type { Instant } from "./instant.ts";
import {
  applied,
  assign,
  at,
  FACTS,
  FAIL,
  lift,
  NOBODY,
  seen,
  STORIES,
  subjectIn,
  suppression,
  unknown,
} from "./lifecycle.test.fixture.ts";
import { type Head, START } from "./record.ts";
import type { Change, LogRecord } from "./store.ts";
import type { Suppression } from "./suppression.ts";
import { each } from "./tampering.test.fixture.ts";
import { type LogReport, verifyLog } from "./verify.ts";

/* Whoever can write the store can seal what he likes. What `advance` would not have made of what was known is found all the same. */

type Forge = (record: Change) => Change;

/** The log of a story, each fact a record, the last of them as `forge` leaves it. */
function logOf(story: readonly (readonly [Fact, Instant])[], forge: Forge = (it) => it): LogRecord[] {
  let head: Head = START;
  let subject: Subject = NOBODY;
  return story.flatMap(([fact, now], i) => {
    const { writes, events } = advance(subject, fact, now);
    subject = applied(subject, fact, now);
    if (writes.length === 0) return [];
    const change: Change = { at: now, events, writes };
    const record = seal(head, i === story.length - 1 ? forge(change) : change);
    head = record;
    return [record];
  });
}
const verify = (records: readonly LogRecord[]): Promise<LogReport> => verifyLog(each(records.map((record) => JSON.stringify(record))));

describe("every story of docs/lifecycle.md is explained", () => {
  for (const [state, story] of Object.entries(STORIES)) {
    const more = Object.entries(FACTS).map(([name, make]) => [name, make(subjectIn(state))] as const);
    it.each(more)(`${state}, then %s`, async (_, told) => {
      const { bad } = await verify(logOf([...story, told]));
      expect(bad).toBeNull();
    });
  }
});

const finding =
  (change: (value: Finding) => Partial<Finding>): Forge =>
  (record) => ({
    ...record,
    writes: record.writes.map((it) => (it.kind === "finding" ? { ...it, value: { ...it.value, ...change(it.value) } } : it)),
  });
const suppressed =
  (change: Partial<Suppression>): Forge =>
  (record) => ({
    ...record,
    writes: record.writes.map((it) => (it.kind === "suppression" ? { ...it, value: { ...it.value, ...change } } : it)),
  });
const event =
  (change: Partial<AuditEvent>): Forge =>
  (record) => ({ ...record, events: record.events.map((it) => ({ ...it, ...change })) });
const untold: Forge = (record) => ({ ...record, events: [] });
const unwritten: Forge = (record) => ({ ...record, writes: [] });

const opening = [[seen(FAIL, 0), at(0)]] as const;
const resolving = [...opening, [seen({ status: "pass" }, 10), at(10)]] as const;
const stale = [...opening, [seen(unknown("denied"), 10), at(10)]] as const;
const dated = [...opening, [seen(FAIL, 10, "re-check"), at(10)]] as const;
const own: Fact = { type: "suppress", suppression: suppression("own", { fingerprint: fingerprintIn() }) };
const suppressing = [...opening, [own, at(5)]] as const;
const assigning = [...opening, [assign("U7"), at(5)]] as const;
const lifting = [...suppressing, [lift(subjectIn("suppressed")), at(20)]] as const;
const expiring = [...suppressing, [{ type: "time-passed" }, at(600)]] as const;

function fingerprintIn(): string {
  return subjectIn("open").finding?.fingerprint ?? "";
}

type Story = readonly (readonly [Fact, Instant])[];
const FORGERIES: readonly (readonly [what: string, story: Story, forge: Forge, problem: string])[] = [
  ["a finding that is opened untold", opening, untold, "no event says why"],
  ["an opening that is not written", opening, unwritten, "which it does not write"],
  ["a finding that opens resolved", opening, finding(() => ({ condition: "cleared" })), "(condition)"],
  ["a finding that opens with a past", opening, finding(() => ({ openedAt: at(-100) })), "(openedAt)"],
  [
    "a finding under the fingerprint of another",
    opening,
    finding(() => ({ ref: { type: "", arn: "", name: "", accountId: "", region: "" } })),
    "does not follow",
  ],
  ["a severity that its event does not say", opening, finding(() => ({ severity: "low" })), "(severity)"],
  ["a resolution untold", resolving, untold, "(condition)"],
  ["a resolution that is told and not written", resolving, unwritten, "which it does not write"],
  [
    "a resolution because of what resolves nothing",
    resolving,
    event({ note: "denied" }),
    'no fact makes a finding resolved because of "denied"',
  ],
  ["a resolution by older evidence", resolving, finding(() => ({ evidenceAt: at(-10) })), "does not follow from what was known"],
  ["a resolution by a person", resolving, event({ actor: { kind: "user", id: "U1", via: "slack" } }), "does not follow"],
  ["a resolution from a clock", resolving, event({ source: "clock" }), "no fact makes"],
  ["a gap of another reason", stale, event({ note: "throttled" }), "(stale)"],
  ["a gap that resolves", stale, finding(() => ({ condition: "cleared" })), "(condition)"],
  ["a live read that lowers the severity", dated, finding(() => ({ severity: "low" })), "(severity)"],
  ["a live read that leaves an older date", dated, finding(() => ({ evidenceAt: at(-1) })), "no event says why"],
  ["a suppression untold", suppressing, untold, "no event says why"],
  ["a suppression that is told and not written", suppressing, unwritten, "which it does not write"],
  ["a suppression with another justification than was given", suppressing, suppressed({ justification: "none" }), "does not follow"],
  ["a suppression by another person than its event says", suppressing, suppressed({ by: SYSTEM }), "does not follow"],
  ["a suppression of another finding", suppressing, suppressed({ scope: { fingerprint: "v1-0" } }), "no-such-finding"],
  ["a suppression that is written as ended", suppressing, suppressed({ ended: { at: at(5), why: "lifted", by: SYSTEM } }), "(ended)"],
  ["a lifting that leaves it in force", lifting, suppressed({ ended: null }), "(ended)"],
  ["a lifting that moves the expiry", lifting, suppressed({ expiresAt: at(9000) }), "(expiresAt)"],
  ["a lifting that was an expiry before its time", lifting, event({ note: "expired" }), "does not follow"],
  ["an expiry at another instant", expiring, suppressed({ ended: { at: at(400), why: "expired", by: SYSTEM } }), "(ended)"],
  ["an assignee untold", assigning, untold, "otherwise than its events say"],
  ["an assignee other than its event says", assigning, event({ after: "U8" }), "(assignee)"],
  ["an assignee that is told as taken away", assigning, event({ type: "unassigned" }), "does not follow"],
  ["a person assigned by another than is told", assigning, event({ actor: SYSTEM }), "(assignee)"],
  ["a finding that is written twice", opening, (it) => ({ ...it, writes: [...it.writes, ...it.writes] }), "twice"],
];

describe("what no rule explains is not believed, however well it is sealed:", () => {
  test.each(FORGERIES)("%s", async (_, story, forge, problem) => {
    const { bad, records } = await verify(logOf(story, forge));
    expect(bad).toMatchObject({ kind: "not-explained", seq: records + 1 });
    expect(bad?.problem).toContain(problem);
  });
  test("a suppression of a finding that is suppressed already", async () => {
    const records = logOf(suppressing);
    const last = records.at(-1) ?? START;
    const by = { kind: "user", id: "U1", via: "slack" } as const;
    const value = { ...suppression("again", { fingerprint: fingerprintIn() }), by };
    const told: AuditEvent = {
      type: "suppressed",
      subject: "again",
      at: at(6),
      actor: by,
      source: "slack",
      note: value.justification,
      after: fingerprintIn(),
    };
    const { bad } = await verify([...records, seal(last, { at: at(6), events: [told], writes: [{ kind: "suppression", value }] })]);
    expect(bad).toMatchObject({ kind: "not-explained", problem: expect.stringContaining("already-suppressed") });
  });
  test("an expiry that is moved untold", async () => {
    const records = logOf(suppressing);
    const value = { ...suppression("own", { fingerprint: fingerprintIn() }), expiresAt: at(90_000) };
    const { bad } = await verify([
      ...records,
      seal(records.at(-1) ?? START, { at: at(6), events: [], writes: [{ kind: "suppression", value }] }),
    ]);
    expect(bad).toMatchObject({ kind: "not-explained", problem: expect.stringContaining("no event says why") });
  });
});
