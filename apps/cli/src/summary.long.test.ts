import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { DAY, type Day, dayOf, type Finding, type Instant, plus, type Severity, type Write } from "@posture/core";
import { openStore } from "@posture/runtime";
import { afterAll, beforeAll, describe, expect, it, test, vi } from "vitest";
import { INCOMPLETE, listed, REF, summaryOf, sweep } from "./finding.test.fixture.ts";
import { type CommandLine, commandLine } from "./process.test.fixture.ts";
import { summaryReport } from "./summary-report.ts";
import { daySchema, presentSchema, summarySchema } from "./summary-schema.ts";
import { dayText, summaryText } from "./summary-text.ts";

// Each case starts processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const NONE = { critical: 0, high: 0, medium: 0, low: 0 };
const plain = (text: string): string => stripVTControlCharacters(text);

describe("the summary as text", () => {
  const many = summaryOf(sweep({ coverage: [INCOMPLETE] }), {
    open: { critical: 12, high: 1_234, medium: 0, low: 7 },
    overdue: { critical: 3, high: 0, medium: 0, low: 1 },
    sinceYesterday: {
      day: "2026-01-01",
      before: { critical: 10, high: 1_240, medium: 0, low: 7 },
      happened: { opened: 4, reopened: 1, resolved: 8, suppressed: 1 },
    },
    oldestCriticals: [
      listed("open", "critical", { ref: { ...REF, name: "a-name-that-is-as-long-as-the-names-of-buckets-may-become-63-chars" } }),
    ],
  });

  it.each([40, 80, 200])("fits %d columns", (width) => {
    const text = plain(summaryText(many, { width, store: "" }));
    // Commands are copied in one piece.
    const lines = text.split("\n").filter((line) => !line.startsWith("  posture "));
    expect(lines.filter((line) => line.length > Math.max(width, 60))).toEqual([]);
    if (width >= 80) expect(lines.filter((line) => line.length > width)).toEqual([]);
  });
  it("says how many there are, how that changed, and what is overdue", () => {
    const text = plain(summaryText(many, { width: 200, store: "" }));
    expect(text).toContain("Open findings in account 111122223333: 1,253\n");
    expect(text).toContain("  ● Critical      12      +2   3 open for more than 1 day\n");
    expect(text).toContain("  ▲ High       1,234      −6\n");
    expect(text).toContain("  ■ Medium         0      ±0\n");
    expect(text).toContain("  ○ Low            7      ±0   1 open for more than 90 days\n");
    expect(text).toContain("Today (UTC): 4 opened, 1 reopened, 8 resolved, 1 suppression begun.");
    expect(text).toMatch(/\n {2}posture findings [0-9a-f]{12} +how to fix the oldest critical\n/);
  });
  it("claims no change where nothing is known of yesterday", () => {
    const text = plain(summaryText(summaryOf(sweep()), { width: 200, store: "" }));
    expect(text).toContain("Of yesterday, 2026-01-01, nothing is known.");
    expect(text).not.toMatch(/±0|\+\d/);
  });
  it("never calls it all clear where something was not read", () => {
    const nothing = { open: NONE, trend: { days: 30, known: [] } };
    const unread = plain(summaryText(summaryOf(sweep({ coverage: [INCOMPLETE] }), nothing), { width: 80, store: "" }));
    expect(unread).toContain("Nothing is open in what could be read. That is no all clear.");
    expect(unread).toContain("Not everything could be read: 0 of 1 listing complete");
    const read = plain(summaryText(summaryOf(sweep(), nothing), { width: 80, store: "" }));
    expect(read).toContain("Everything could be read: 1 listing complete.");
    expect(read).not.toContain("could be read. That");
  });
  it("names the first step where nothing has been swept", () =>
    expect(plain(summaryText(summaryOf(null), { width: 80, store: "" }))).toContain("`posture scan` is the first step."));
  it("tells a day that is over from today", () => {
    const day = { day: "2026-01-01", open: NONE, happened: { opened: 0, reopened: 0, resolved: 2, suppressed: 0 } };
    expect(plain(dayText(day, false))).toMatch(/^Open findings at the end of 2026-01-01 \(UTC\)\n/);
    expect(plain(dayText(day, true))).toMatch(/^Open findings today, 2026-01-01, as it stands \(UTC\)\n/);
    expect(plain(dayText(day, false))).toContain("On that day: 0 opened, 0 reopened, 2 resolved, 0 suppressions begun.");
  });
});

describe("the JSON", () => {
  it.each([
    ["of an empty store", summaryOf(null)],
    ["of a complete sweep", summaryOf(sweep(), { oldestCriticals: [listed()] })],
    ["of one that could not read everything", summaryOf(sweep({ coverage: [INCOMPLETE] }))],
  ])("%s keeps its contract to the letter", (_, summary) => {
    const report: unknown = JSON.parse(JSON.stringify(summaryReport(summary)));
    expect(summarySchema.parse(report)).toEqual(report);
    expect(summarySchema.safeParse({ ...summaryReport(summary), more: 1 }).success).toBe(false);
  });
});

describe("posture summary", () => {
  let folder: string;
  let posture: CommandLine;
  const today: Instant = new Date().toISOString();
  const daysAgo = (days: number): Instant => plus(today, -days * DAY);

  function opened(name: string, severity: Severity, at: Instant): Write {
    const { finding } = listed("open", severity, { ref: { ...REF, name, arn: `arn:aws:s3:::${name}` } });
    return { kind: "finding", value: { ...finding, openedAt: at } satisfies Finding };
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "posture-summary-"));
    posture = commandLine(folder);
    const store = await openStore(join(folder, ".posture"), { now: () => today });
    for (const [at, write] of [
      [daysAgo(3), opened("a", "critical", daysAgo(3))],
      [daysAgo(2), opened("b", "high", daysAgo(2))],
      [daysAgo(1), { kind: "sweep", value: sweep({ finishedAt: daysAgo(1) }) }],
    ] as const satisfies readonly (readonly [Instant, Write])[])
      await store.transact({}, () => ({ at, events: [], writes: [write], result: 0 }));
    await store.close();
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("counts what is asked for, by its contract, and for people", async () => {
    const { out, code } = await posture.run(["summary", "--severity", "critical", "--account", "111122223333", "--format", "json"]);
    expect(code).toBe(0);
    const report = presentSchema.parse(JSON.parse(out));
    expect(report).toMatchObject({ asked: { severities: ["critical"], accounts: ["111122223333"] }, open: { ...NONE, critical: 1 } });
    expect(report.overdue).toEqual({ ...NONE, critical: 1 });
    const text = await posture.run(["summary", "--severity", "high"]);
    expect(text.out).toContain("Open findings that match: 1");
    expect(text.out).toContain("Earlier days are known of all findings together");
    const none = await posture.run(["summary", "--account", "999988887777", "--format", "json"]);
    expect(presentSchema.parse(JSON.parse(none.out)).open).toEqual(NONE);
  });
  test.each([
    ["a picture", ["--format", "svg"]],
    ["a day", ["--day", "2026-01-01"]],
    ["several days", ["--days", "5"]],
  ])("does not take %s for that of what is asked for", async (_, past) => {
    const { said, code } = await posture.run(["summary", "--severity", "high", ...past]);
    expect([code, said]).toEqual([1, expect.stringContaining("earlier days are known of all findings together")]);
  });

  test("tells machines what was open on each day, by its contract", async () => {
    const { out, said, code } = await posture.run(["summary", "--format", "json", "--days", "5"]);
    expect([code, said]).toEqual([0, ""]);
    const { trend, overdue, sinceYesterday, open } = summarySchema.parse(JSON.parse(out));
    const day = (days: number): Day => dayOf(daysAgo(days));
    expect(trend).toEqual({
      days: 5,
      known: [
        { day: day(3), ...NONE, critical: 1 },
        { day: day(2), ...NONE, critical: 1, high: 1 },
        { day: day(1), ...NONE, critical: 1, high: 1 },
        { day: day(0), ...NONE, critical: 1, high: 1 },
      ],
    });
    expect(sinceYesterday.before).toEqual(open);
    expect(overdue).toEqual({ ...NONE, critical: 1 });
  });
  test("takes its targets from the configuration", async () => {
    const file = join(folder, "slow.config.mjs");
    await writeFile(file, "export default { targets: { critical: 10, high: 1 } };");
    const { out } = await posture.run(["summary", "--format", "json", "--config", file]);
    const { overdue, targetDays } = summarySchema.parse(JSON.parse(out));
    expect(targetDays).toEqual({ critical: 10, high: 1, medium: 30, low: 90 });
    expect(overdue).toEqual({ ...NONE, high: 1 });
  });
  test("tells one day, and names the days that there are", async () => {
    const past = await posture.run(["summary", "--day", dayOf(daysAgo(3)), "--format", "json"]);
    expect(daySchema.parse(JSON.parse(past.out)).open).toEqual({ ...NONE, critical: 1 });
    const { code, said } = await posture.run(["summary", "--day", "2001-01-01"]);
    expect([code, said]).toEqual([1, expect.stringContaining(`Choose a day from ${dayOf(daysAgo(3))} to `)]);
    expect((await posture.run(["summary", "--day", "2026-02-30"])).said).toContain("A day looks like 2026-01-31.");
  });
  test("draws the trend into a file, and into a pipe", async () => {
    const svg = join(folder, "trend.svg");
    expect(await posture.run(["summary", "--format", "svg", "--theme", "dark", "--output", svg])).toEqual({ code: 0, out: "", said: "" });
    expect(await readFile(svg, "utf8")).toContain("<title");
    const png = join(folder, "trend.png");
    expect(await posture.run(["summary", "--format", "png", "--output", png])).toEqual({ code: 0, out: "", said: "" });
    expect((await readFile(png)).subarray(1, 4).toString()).toBe("PNG");
    expect((await posture.run(["summary", "--format", "svg"])).out).toMatch(/^<svg .*<\/svg>\n$/s);
  });
  test("says where it could not write", async () => {
    const { code, said } = await posture.run(["summary", "--output", join(folder, "no", "such", "folder.txt")]);
    expect([code, said]).toEqual([1, expect.stringContaining("The result could not be written: ENOENT")]);
  });
  test.runIf(existsSync("/usr/bin/script"))("writes no picture into a terminal", async () => {
    const main = new URL("./main.ts", import.meta.url).pathname;
    const words = `${process.execPath} --conditions=@posture/source ${main} summary --format png`;
    const said = await new Promise<string>((resolve) => {
      execFile("/usr/bin/script", ["-qec", words, "/dev/null"], { cwd: folder, env: { ...process.env, COLUMNS: "200" } }, (_, out) =>
        resolve(out),
      );
    });
    expect(said).toContain("POSTURE_PICTURE_ON_TERMINAL");
    expect(said).not.toContain("PNG\r\n");
  });
});
