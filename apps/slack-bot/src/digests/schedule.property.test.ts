import { type DailyDigest, type ResolvedSlack, SLACK, WEEKDAYS } from "@posture/config";
import { memoryStore, SYSTEM } from "@posture/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DailyBody, outboxOf, type Row, rowOf } from "../outbox/rows.ts";
import { happenedSince } from "./happened.ts";
import { dailyDue, dailyKey, dailyRow, earlierOf, isDaily, missedBetween, sinceOf, targetsOf, wasThere } from "./schedule.ts";

const daily: DailyDigest = { at: "09:00", timeZone: "Europe/Berlin", days: WEEKDAYS, whenNothingChanged: "short" };
const NONE = { critical: 0, high: 0, medium: 0, low: 0 };
const rest = { open: NONE, before: null, coverage: { complete: 0, total: 0 }, changed: true };

describe("a digest and the next", () => {
  const doing = fc.oneof(
    { arbitrary: fc.record({ does: fc.constant("opens" as const), minutes: fc.integer({ min: 1, max: 300 }) }), weight: 4 },
    { arbitrary: fc.record({ does: fc.constant("looks" as const), minutes: fc.integer({ min: 1, max: 900 }) }), weight: 4 },
    { arbitrary: fc.record({ does: fc.constant("sends" as const), minutes: fc.constant(1) }), weight: 2 },
    { arbitrary: fc.record({ does: fc.constant("sleeps" as const), minutes: fc.integer({ min: 600, max: 5000 }) }), weight: 1 },
  );

  test("tell everything once, whenever the bot looks, sends, or is down", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(doing, { maxLength: 60 }), async (doings) => {
        const store = memoryStore();
        let ms = Date.parse("2026-03-20T06:00:00.000Z");
        let opened = 0;
        const known: { readonly name: string; readonly seq: number }[] = [];
        const rows = (): Promise<readonly Row<DailyBody>[]> =>
          store.read({ outbox: { subjects: ["daily"] } }, ({ outbox }) =>
            outbox
              .map(rowOf)
              .filter((row) => row !== null)
              .filter(isDaily),
          );
        const put = (row: Row<DailyBody>): Promise<undefined> =>
          store.transact({}, () => ({
            at: row.body.at,
            events: [],
            writes: [{ kind: "outbox", value: outboxOf(row) }],
            result: undefined,
          }));
        const open = async (): Promise<void> => {
          const at = new Date(ms).toISOString();
          opened += 1;
          const event = { type: "opened" as const, subject: `f${opened}`, at, actor: SYSTEM, source: "sweep" as const, note: "" };
          await store.transact({}, () => ({ at, events: [event], writes: [], result: undefined }));
          known.push({ name: event.subject, seq: (await last()).seq });
        };
        const last = async (): Promise<{ readonly seq: number; readonly hash: string }> => {
          let it = { seq: 0, hash: "" };
          for await (const { seq, hash } of store.records()) it = { seq, hash };
          return it;
        };
        await open();
        for (const { does, minutes } of doings) {
          ms += minutes * 60_000;
          const at = new Date(ms).toISOString();
          if (does === "opens") await open();
          if (does === "sends") for (const row of await rows()) if (row.state === "due") await put({ ...row, state: "sent", dueAt: null });
          if (does !== "looks") continue;
          for (const { to, date } of dailyDue([{ to: null, daily }], at)) {
            const all = await rows();
            if (all.some(({ key }) => key === dailyKey(to, date))) continue;
            const earlier = earlierOf(all, date);
            const since = sinceOf(earlier, at);
            const { until } = await happenedSince(store, since);
            if (!until) continue;
            for (const it of earlier.overtaken) await put({ ...it, state: "dead", dueAt: null });
            await put(dailyRow(to, { date, since, until, at, ...rest }, false));
          }
        }
        const all = await rows();
        expect(new Set(all.map(({ body }) => body.date)).size).toBe(all.length);
        const told: string[] = [];
        for (const { body, state } of all)
          if (state !== "dead") told.push(...(await happenedSince(store, body.since, body.until.seq)).opened);
        expect(new Set(told).size).toBe(told.length);
        const first = all[0]?.body;
        const end = all.at(-1)?.body.until.seq ?? 0;
        const wanted = known.filter(({ seq }) => seq <= end);
        const early = first ? [...(await happenedSince(store, { seq: 0, at: "" }, first.until.seq)).opened] : [];
        const untold = early.filter((name) => !told.includes(name)).length;
        // What is older than the first digest's day is not news; after that nothing is left out.
        expect(told.length + untold).toBe(wanted.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe("which channels", () => {
  const of = (slack: Partial<ResolvedSlack>): unknown[] => targetsOf({ ...SLACK, ...slack }, ["#security", "C1"]).map(({ to }) => to);
  const route = (channel: string): ResolvedSlack["routes"][number] => ({
    name: channel,
    when: {},
    channel,
    own: [],
    owner: null,
    broadcast: true,
    quiet: null,
    continues: true,
  });
  test("are the bot's own and each of a route, once", () =>
    expect(of({ routes: [route("#infra"), route("#security"), route("C1"), route("#infra")] })).toEqual([null, "#infra"]));
  test("are without those that have none, also the bot's own by its name", () => {
    const channels = new Map([
      ["#security", null],
      ["#infra", { ...daily, at: "07:00" }],
    ]);
    const digests = { daily: null, channels, weekly: null };
    expect(targetsOf({ routes: [route("#infra"), route("#rest")], digests }, ["security", "C1"])).toEqual([
      { to: "#infra", daily: { ...daily, at: "07:00" } },
    ]);
  });
});

describe("a digest of the day", () => {
  test("was there to be told only if the log began before its hour", () => {
    expect(wasThere(daily, "2026-01-02", "2026-01-02T07:59:59.000Z")).toBe(true);
    expect(wasThere(daily, "2026-01-02", "2026-01-02T08:00:00.000Z")).toBe(false);
    expect(wasThere(daily, "2026-01-02", null)).toBe(false);
  });
  test("that nobody made is named, on days on which one is made", () => {
    expect(missedBetween(daily, "2026-01-01", "2026-01-02")).toEqual([]);
    expect(missedBetween({ ...daily, days: ["mon", "fri"] }, "2026-01-01", "2026-01-09")).toEqual(["2026-01-02", "2026-01-05"]);
  });
});
