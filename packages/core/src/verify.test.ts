import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { GENESIS, seal } from "./audit.ts";
import { plus } from "./instant.ts";
import { linesOfStory } from "./log.test.fixture.ts";
import { parseRecord, START } from "./record.ts";
import { Replay } from "./replay.ts";
import { rowsOf, type Shown } from "./shown.ts";
import { each, END, LINES, missedOf, tamperingOf, verified } from "./tampering.test.fixture.ts";
import { verifyLog } from "./verify.ts";

const stateAfter = (seq: number): Replay["state"] => {
  const replay = new Replay({ withDays: true });
  for (const line of LINES.slice(0, seq)) replay.apply(parseRecord(line));
  return replay.state;
};
const shownAt = (seq: number, state = stateAfter(seq)): Shown => ({ name: "the snapshot", seq, rows: rowsOf(state) });

describe("a log that is as it was written", () => {
  it("is proved to its end, and its end is the anchor to keep", async () => {
    const report = await verified(LINES);
    expect(report).toMatchObject({ records: 500, head: { seq: END.seq, hash: END.hash }, bad: null, anchoredTo: 500, setBack: null });
    expect(report.span).toEqual({ from: parseRecord(LINES[0] ?? "").at, to: parseRecord(LINES[499] ?? "").at });
  });
  it("is proved as records too, where a store keeps no lines", async () => {
    expect(await verifyLog(each(LINES.map(parseRecord)))).toEqual({ ...(await verifyLog(each(LINES))) });
  });
  it("is proved where it is empty, and no anchor says otherwise", async () => {
    expect(await verifyLog(each([]))).toMatchObject({
      records: 0,
      head: { seq: 0, hash: GENESIS },
      span: null,
      bad: null,
      anchoredTo: null,
    });
  });
  it("tells how far it has come", async () => {
    const told: number[] = [];
    await verifyLog(each(linesOfStory({ seed: 1, records: 2500, findings: 10 })), { onProgress: (records) => told.push(records) });
    expect(told).toEqual([1000, 2000]);
  });
  it("throws what its source throws", async () => {
    async function* broken(): AsyncGenerator<string> {
      yield LINES[0] ?? "";
      throw new Error("the disk is gone");
    }
    await expect(verifyLog(broken())).rejects.toThrow("the disk is gone");
  });
});

describe("a log that was tampered with", () => {
  // Of 20,000 more the longer suite says the same.
  it("is found out in each of 500 ways, and the way is named", async () => {
    expect(await missedOf(1, 500)).toEqual([]);
  });
  it("names the first bad record", async () => {
    expect((await verified(LINES.toSpliced(41, 1))).bad).toEqual({
      seq: 42,
      kind: "removed",
      problem: "is missing: record 43 stands in its place",
    });
    expect((await verified(LINES.toSpliced(41, 1))).records).toBe(41);
  });
  it("is found out as records too", async () => {
    const records = LINES.map(parseRecord);
    const kindOf = async (changed: typeof records): Promise<string | undefined> => (await verifyLog(each(changed))).bad?.kind;
    expect(await kindOf(records.toSpliced(3, 1))).toBe("removed");
    expect(await kindOf(records.with(3, records[4] ?? parseRecord("")).with(4, records[3] ?? parseRecord("")))).toBe("reordered");
    expect(await kindOf(records.map((it) => (it.seq === 9 ? { ...it, at: plus(it.at, 1) } : it)))).toBe("edited");
  });
  it("is found out by an anchor where all of it was sealed anew", async () => {
    const other = [...linesOfStory({ seed: 501, records: 500, findings: 25 })];
    expect((await verified(other)).bad).toMatchObject({ seq: 500, kind: "edited", problem: expect.stringContaining("the note names") });
    expect((await verifyLog(each(other))).bad).toBeNull();
  });
  it("is found cut by an anchor, and by nothing else", async () => {
    const cut = LINES.slice(0, 480);
    expect((await verified(cut)).bad).toMatchObject({
      seq: 481,
      kind: "truncated",
      problem: expect.stringContaining("the note names record 500"),
    });
    expect(await verifyLog(each(cut))).toMatchObject({ bad: null, anchoredTo: null });
  });
  it("is found out by the text alone, where its meaning is the same", async () => {
    const spaced = LINES.with(7, (LINES[7] ?? "").replace('"at":', '"at": '));
    expect((await verified(spaced)).bad).toMatchObject({
      seq: 8,
      kind: "edited",
      problem: "was changed: its text is not as it was written",
    });
  });
  it("is found out where names stand twice or elsewhere, though the text between them is sealed", async () => {
    const { seq, prev, at } = parseRecord(LINES[0] ?? "");
    const evidence = '{"kind":"outbox","value":{"key":"a","subject":"b","state":"due","dueAt":null,"body":[[1],[2]]}}';
    const sealed = (text: string): string => createHash("sha256").update(`[${seq},"${prev}","${at}",${text}]`).digest("hex");
    const line = (events: string, writes: string): string =>
      `{"seq":${seq},"prev":"${prev}","at":"${at}","events":${events},"writes":${writes},"hash":"${sealed(`${events},${writes}`)}"}`;
    const kindOf = async (it: string): Promise<string | undefined> => (await verifyLog(each([it]))).bad?.kind;
    expect(await kindOf(line("[]", `[${evidence}]`))).toBeUndefined();
    expect(await kindOf(line("[]", `[],"writes":[${evidence}]`))).toBe("edited");
    expect(await kindOf(line("[]", `[${evidence}],"seq":7`))).toBe("edited");
    const [head = "", tail = ""] = evidence.split(",[2]");
    expect(await kindOf(line(`[],[${head}`, `[2]${tail}]`))).toBe("unreadable");
    expect(await kindOf(line("[ ]", `[${evidence}]`))).toBe("edited");
  });
  it("can be replayed: the same seed is the same tampering", () => expect(tamperingOf(77)).toEqual(tamperingOf(77)));
});

describe("dates", () => {
  const dated = (...milliseconds: readonly number[]): string[] => {
    let head = START;
    return milliseconds.map((it) => {
      const record = seal(head, {
        at: plus("2026-01-01T00:00:00.000Z", it),
        events: [],
        writes: [{ kind: "forget", value: { inbox: [] } }],
      });
      head = record;
      return JSON.stringify(record);
    });
  };
  it("may go back by five seconds, and not by more", async () => {
    expect((await verifyLog(each(dated(0, 6000, 1000)))).setBack).toBeNull();
    expect(await verifyLog(each(dated(0, 6000, 999, 2000, -4000)))).toMatchObject({
      bad: null,
      setBack: { count: 2, first: { seq: 3, milliseconds: 5001 } },
    });
  });
});

describe("a state that is shown", () => {
  it("is compared as of its record, and is what the log adds up to", async () => {
    expect(await verifyLog(each(LINES), { shown: [shownAt(100), shownAt(500)] })).toMatchObject({
      compared: ["the snapshot", "the snapshot"],
      differences: [],
    });
  });
  it("is not that of another record", async () => {
    const { differences } = await verifyLog(each(LINES), { shown: [shownAt(500, stateAfter(400))] });
    expect(differences.length).toBeGreaterThan(0);
  });
  it("may neither lack, add nor change a row", async () => {
    const state = stateAfter(500);
    const [[lost] = ["", ""]] = state.outbox;
    const [[fingerprint, finding] = ["", undefined]] = state.findings;
    state.outbox.delete(lost);
    const [[day] = [""]] = state.days;
    state.days.set(day, { day, critical: 0, high: 0, medium: 0, low: 99 });
    state.swept.set("999988887777", "sweep-0");
    if (finding) state.findings.set(fingerprint, { ...finding, severity: finding.severity === "low" ? "high" : "low" });
    const { bad, differences } = await verifyLog(each(LINES), { shown: [shownAt(500, state)] });
    expect(bad).toBeNull();
    expect(differences).toEqual([
      { shown: "the snapshot", row: { table: "findings", key: fingerprint }, problem: "is shown otherwise than the log has it" },
      { shown: "the snapshot", row: { table: "swept", key: "999988887777" }, problem: "is shown, and the log does not have it" },
      { shown: "the snapshot", row: { table: "days", key: day }, problem: "is shown otherwise than the log has it" },
      { shown: "the snapshot", row: { table: "outbox", key: lost }, problem: "is in the log, and is not shown" },
    ]);
  });
  it("that cannot be read is a difference", async () => {
    const shown: Shown = { name: "the snapshot", seq: 500, rows: async () => "it is empty" };
    expect((await verifyLog(each(LINES), { shown: [shown] })).differences).toEqual([
      { shown: "the snapshot", row: null, problem: "it is empty" },
    ]);
  });
  it("is named a hundred times at most", async () => {
    const rows: Shown["rows"] = async (take) => {
      for (let i = 0; i < 1000; i += 1) take({ table: "seen", key: `forged-${i}`, value: 0 });
      return null;
    };
    expect((await verifyLog(each(LINES), { shown: [{ name: "the snapshot", seq: 500, rows }] })).differences).toHaveLength(100);
  });
});
