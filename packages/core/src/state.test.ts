import { describe, expect, it } from "vitest";
import { fingerprintOf, type Finding } from "./finding.ts";
import { memoryStore } from "./memory-store.ts";
import { type AuditEvent, seal } from "./audit.ts";
import { parseRecord, recordOf, sealing, START } from "./record.ts";
import { applyWrite, emptyState, type StoreState, type Undo } from "./state.ts";
import { conforms, findingSchema, problemOf, suppressionSchema, writeSchema } from "./stored.ts";
import type { Write } from "./store.ts";

const AT = "2026-01-01T00:00:00.000Z";
const ref = { type: "AWS::S3::Bucket", arn: "arn:aws:s3:::example", name: "example", accountId: "111122223333", region: "eu-west-1" };
const finding: Finding = {
  fingerprint: fingerprintOf("example/one", ref),
  aliases: [],
  checkId: "example/one",
  ref,
  severity: "high",
  title: "Example",
  condition: "failing",
  watched: "yes",
  coveredBy: null,
  message: { id: "bad", text: "It is bad.", evidence: {}, notes: [] },
  openedAt: AT,
  clearedAt: null,
  reopened: 0,
  lastSeenAt: AT,
  evidenceAt: AT,
  stale: null,
};
const write: Write = { kind: "finding", value: finding };

describe("what stores keep is checked when it is read", () => {
  const wrong: Readonly<Record<string, unknown>> = {
    null: null,
    "a list": [],
    "a local time": { ...finding, openedAt: "2026-01-01" },
    "an unknown severity": { ...finding, severity: "awful" },
    "a missing member": { ...finding, stale: undefined },
    "a check id without namespace": { ...finding, checkId: "one" },
    "evidence that is a list": { ...finding, message: { ...finding.message, evidence: [] } },
  };
  it("a finding is one", () => expect(problemOf(findingSchema, finding)).toBe("nothing"));
  for (const [what, value] of Object.entries(wrong)) it(`${what} is no finding`, () => expect(conforms(findingSchema, value)).toBe(false));
  it("a suppression without an expiry is none", () => {
    const suppression = {
      id: "s",
      scope: { rule: { checks: ["*"] } },
      justification: "x",
      by: { kind: "system" },
      from: AT,
      expiresAt: AT,
      approval: "not-needed",
      ended: null,
    };
    expect(conforms(suppressionSchema, suppression)).toBe(true);
    expect(conforms(suppressionSchema, { ...suppression, expiresAt: null })).toBe(false);
  });
  it("an unheard-of kind of write is none", () => expect(conforms(writeSchema, { kind: "erase", value: {} })).toBe(false));
});

describe("counts and lists", () => {
  it("know a cover by a name that its check no longer has", async () => {
    const renamed = {
      ...finding,
      fingerprint: fingerprintOf("example/new", ref),
      checkId: "example/new",
      aliases: [finding.fingerprint],
    } as const;
    const below = { ...finding, fingerprint: fingerprintOf("example/two", ref), checkId: "example/two", coveredBy: "example/one" } as const;
    const store = memoryStore();
    const writes: readonly Write[] = [renamed, below].map((value) => ({ kind: "finding", value }));
    await store.transact({}, () => ({ at: AT, events: [], writes, result: 0 }));
    const counts = await store.counts({}, AT);
    expect([counts.open.high, counts.covered.high]).toEqual([1, 1]);
  });
});

describe("a record", () => {
  const { record, line } = recordOf(START, { at: AT, events: [], writes: [write] });
  it("is read back from its own text", () => expect(parseRecord(line)).toEqual(record));
  const opened: AuditEvent = { type: "opened", subject: "", at: AT, actor: { kind: "system" }, source: "sweep", note: "" };
  it("that is made in parts is the one that is made at once, to the letter", () => {
    const events = Array.from({ length: 1_001 }, (_, n): AuditEvent => ({ ...opened, subject: `v1-${n}` }));
    const seen = { first: AT, baseline: true } as const;
    const many = Array.from({ length: 3 }, (_, n): Write => ({ kind: "seen", value: { keys: Array(2_000).fill(`\ud800 "${n}"`), seen } }));
    const change = { at: AT, events, writes: [...Array(999).fill(write), ...many] };
    const head = { seq: 7, hash: "a".repeat(64) };
    const work = sealing(head, change);
    let parts = 1;
    let step = work.next();
    for (; !step.done; step = work.next()) parts += 1;
    expect([parts > 5, step.value.pieces.join(""), step.value.record]).toEqual([
      true,
      JSON.stringify(seal(head, change)),
      seal(head, change),
    ]);
    expect(parseRecord(step.value.pieces.join(""))).toEqual(step.value.record);
  });
  it.each([0, 450])("is refused, and the state left alone, for a write of number %i that cannot be read back", (n) => {
    const wrong: Write = { kind: "finding", value: { ...finding, openedAt: "yesterday" } };
    const writes = Array.from({ length: 500 }, (_, i) => (i === n ? wrong : write));
    expect(() => recordOf(START, { at: AT, events: [], writes })).toThrow("openedAt");
  });
  it("of which a word was changed is refused", () => expect(() => parseRecord(line.replace("It is bad.", "It is good."))).toThrow("hash"));
  it("is frozen to its depth", () => expect(Object.isFrozen(record.writes[0]?.value)).toBe(true));
});

describe("writes", () => {
  const other: Finding = { ...finding, fingerprint: "v1-next", aliases: [finding.fingerprint] };
  const copy = (state: StoreState): unknown => structuredClone(state);
  it("are taken back in reverse order without a trace", () => {
    const state = emptyState();
    applyWrite(state, write);
    const before = copy(state);
    const writes: Write[] = [
      { kind: "finding", value: other },
      { kind: "finding", value: { ...other, aliases: [] } },
      write,
      { kind: "inbox", value: { key: "a", receivedAt: AT, state: "done", body: null } },
      { kind: "forget", value: { inbox: ["a"] } },
      { kind: "seen", value: { keys: ["a", "a"], seen: { first: AT, baseline: true } } },
    ];
    const undos: Undo[] = writes.map((it) => applyWrite(state, it));
    expect(copy(state)).not.toEqual(before);
    for (const undo of undos.toReversed()) undo();
    expect(copy(state)).toEqual(before);
  });
  it("of the memory store are gone with it", async () => {
    const store = memoryStore();
    await store.transact({}, () => ({ at: AT, events: [], writes: [write], result: null }));
    expect(await memoryStore().read({ findings: "all" }, (view) => view.findings.length)).toBe(0);
    expect(await store.read({ findings: "all" }, (view) => view.findings.length)).toBe(1);
  });
});
