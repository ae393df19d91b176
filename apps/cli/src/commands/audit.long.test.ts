import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVENT_TYPES } from "@posture/core";
import { createPosture, openStore } from "@posture/runtime";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type CommandLine, commandLine, KEYS } from "../process.test.fixture.ts";

/* A store as a bot leaves it: swept, re-checked, suppressed, lifted, swept again. Each command is a process of its own. */

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const ANN = { kind: "user", id: "U024BE7LH", via: "slack" } as const;
const WHY = "A press kit; it is meant to be read by everybody.";
let folder: string;
let original: string;
let posture: CommandLine;
let id: string;
let suppression: string;
const place = (): string => join(folder, "store");
const log = (): string => join(place(), "log.jsonl");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-audit-"));
  posture = commandLine(folder);
  const aws = await startAws({});
  const now = (): string => new Date().toISOString();
  const store = await openStore(place(), { now });
  const env = { ...process.env, ...KEYS, AWS_ENDPOINT_URL: aws.url, AWS_EC2_METADATA_DISABLED: "true" };
  const bot = await createPosture({ store, now, folder, env });
  try {
    await bot.sweep();
    const [first] = (await bot.list()).filter(({ finding }) => finding.checkId === "s3/bucket-acl-public");
    if (!first) throw new Error("the demo's account has no public bucket");
    ({ id } = first);
    const { fingerprint } = first.finding;
    await bot.recheck(fingerprint, ANN);
    const answer = await bot.suppress({ fingerprint, justification: WHY, by: ANN });
    if (answer.kind === "refused") throw new Error(`it was refused: ${answer.why}`);
    suppression = answer.suppression.id;
    await bot.lift(suppression, ANN);
    await bot.sweep();
  } finally {
    await bot.close();
    await store.close();
    await aws.close();
  }
  original = await readFile(log(), "utf8");
});
beforeEach(() => writeFile(log(), original));
afterAll(() => rm(folder, { recursive: true }));

const audit = (...words: readonly string[]): ReturnType<CommandLine["run"]> => posture.run(["audit", ...words, "--store", place()]);
const report = z.object({ verdict: z.string(), records: z.int(), head: z.object({ seq: z.int(), hash: z.string() }) }).loose();

describe("posture audit verify", () => {
  test("proves what a bot has written, and gives the anchor to keep, which proves it again", async () => {
    const { code, out, said } = await audit("verify");
    expect([code, said]).toEqual([0, ""]);
    expect(out).toContain("✔ The audit log is whole");
    const [, anchor = ""] = /--anchor (\d+:[0-9a-f]{64})/.exec(out) ?? [];
    const kept = join(folder, "anchor.txt");
    await writeFile(kept, `${anchor}\n`);
    expect((await audit("verify", "--anchor", anchor, "--anchor", kept, "--strict")).code).toBe(0);
  });
  test("prints one JSON document, which is an anchor too", async () => {
    const { code, out } = await audit("verify", "--format", "json");
    const { verdict, records, head } = report.parse(JSON.parse(out));
    expect([code, verdict, records]).toEqual([0, "good", head.seq]);
    await writeFile(join(folder, "report.json"), out);
    expect((await audit("verify", "--anchor", join(folder, "report.json"))).code).toBe(0);
  });
  test("ends with 1 where a record was edited, and names it", async () => {
    await writeFile(log(), original.replace(WHY, WHY.toUpperCase()));
    const { code, out } = await audit("verify");
    expect([code, out.split("\n")[0]]).toEqual([
      1,
      expect.stringMatching(/✖ The audit log was edited: record \d+ was changed: its content does not have its hash\./),
    ]);
  });
  test("ends with 2 where the end was cut off", async () => {
    await writeFile(log(), `${original.split("\n").slice(0, 3).join("\n")}\n`);
    const { code, out } = await audit("verify");
    expect([code, out]).toEqual([2, expect.stringContaining("✖ The end of the audit log was cut off: record 3 is missing")]);
  });
  test("ends with 3 where a snapshot shows something else, and lists it", async () => {
    const copy = join(folder, "copy");
    const posing = commandLine(folder);
    await rm(copy, { recursive: true, force: true });
    const store = await openStore(copy, { now: () => "2026-01-01T00:00:00.000Z" });
    await store.transact({}, () => ({
      at: "2026-01-01T00:00:00.000Z",
      events: [],
      writes: [{ kind: "inbox", value: { key: "a", receivedAt: "2026-01-01T00:00:00.000Z", state: "received", body: 1 } }],
      result: undefined,
    }));
    await store.close();
    const snapshot = join(copy, "snapshot-000000000001.jsonl");
    await writeFile(snapshot, (await readFile(snapshot, "utf8")).replace('"received"', '"done"'));
    const { code, out } = await posing.run(["audit", "verify", "--store", copy]);
    expect(code).toBe(3);
    expect(out).toContain("The store shows another state than its audit log");
    expect(out).toContain("snapshot-000000000001.jsonl");
  });
  test("ends with 4 where a line is no record, and where there is no log at all", async () => {
    await writeFile(log(), original.replace('{"seq":2', "{seq:2"));
    expect((await audit("verify")).code).toBe(4);
    const { code, out, said } = await posture.run(["audit", "verify", "--store", join(folder, "nowhere")]);
    expect([code, out]).toEqual([4, ""]);
    expect(said).toContain("There is no audit log at");
  });
  test("ends with 4 and the next step where the anchor is none", async () => {
    const { code, out, said } = await audit("verify", "--anchor", "12:abc");
    expect([code, out]).toEqual([4, ""]);
    expect(said).toContain("12:abc is no anchor");
    expect(said).toContain("seq:hash");
  });
  test("ends with 5 where no anchor holds the end, but only if that was to be strict", async () => {
    const bare = join(folder, "bare");
    const store = await openStore(bare, { now: () => "2026-01-01T00:00:00.000Z" });
    await store.close();
    expect((await posture.run(["audit", "verify", "--store", bare])).code).toBe(0);
    expect((await posture.run(["audit", "verify", "--store", bare, "--strict"])).code).toBe(5);
  });
});

describe("posture audit show", () => {
  test("tells the story of a finding: what, when, who, from where, why", async () => {
    const { code, out } = await audit("show", id.slice(0, 8));
    expect(code).toBe(0);
    const told = out.split("\n").filter((line) => /^\d{4}-/.test(line));
    expect(told.map((line) => line.slice(26))).toEqual([
      "Opened  by a sweep",
      "Re-checked  by U024BE7LH, from Slack: failing",
      "Suppressed  by U024BE7LH, from Slack",
      "Suppression ended  by U024BE7LH, from Slack: lifted",
    ]);
    expect(out).toContain("“A press kit; it is meant to be read by everybody.”");
    expect(out).toContain("failing, critical");
  });
  test("tells the story of a suppression, by the beginning of its id", async () => {
    const { code, out } = await audit("show", suppression.slice(0, 12));
    expect(code).toBe(0);
    expect(out).toContain(`Suppression  ${suppression}`);
    expect(out).toContain(WHY);
    expect(out.match(/^\d{4}-/gm)).toHaveLength(2);
  });
  test("prints it as JSON, each entry with its record", async () => {
    const { out } = await audit("show", id, "--format", "json");
    const { entries } = z
      .object({ entries: z.array(z.object({ seq: z.int(), type: z.enum(EVENT_TYPES) }).loose()) })
      .parse(JSON.parse(out));
    expect(entries.map(({ type }) => type)).toEqual(["opened", "recheck-answered", "suppressed", "suppression-ended"]);
  });
  test("says what there is not", async () => {
    const { code, said } = await audit("show", "ffffffffffff");
    expect([code, said]).toEqual([1, expect.stringContaining("knows no finding and no suppression ffffffffffff")]);
  });
});

describe("posture audit list", () => {
  test("lists what a person did, and nothing else", async () => {
    const { code, out } = await audit("list", "--actor", ANN.id);
    expect(code).toBe(0);
    expect(out.trim().split("\n")).toHaveLength(3);
    expect(out).toContain("s3/bucket-acl-public");
  });
  test("lists one type, as one JSON document", async () => {
    const { out } = await audit("list", "--type", "sweep-finished", "--format", "json");
    expect(z.array(z.object({ type: z.literal("sweep-finished") }).loose()).parse(JSON.parse(out))).toHaveLength(2);
  });
  test("lists nothing before a date, and says that it is nothing", async () => {
    expect((await audit("list", "--since", "2999-01-01")).out).toBe("No event is all of that.\n");
    expect(JSON.parse((await audit("list", "--since", "2999-01-01", "--format", "json")).out)).toEqual([]);
    expect((await audit("list", "--since", "1h", "--actor", "system")).out).toContain("Opened");
  });
  test("names the nearest type", async () => {
    const { code, said } = await audit("list", "--type", "supressed");
    expect([code, said]).toEqual([1, expect.stringContaining("did you mean suppressed?")]);
    expect((await audit("list", "--since", "yesterday")).said).toContain("Write a date (2026-01-31)");
  });
});

test("docs/guide/audit.md has every type of event", async () => {
  const guide = await readFile(new URL("../../../../docs/guide/audit.md", import.meta.url), "utf8");
  expect(EVENT_TYPES.filter((type) => !guide.includes(`| \`${type}\` |`))).toEqual([]);
});
