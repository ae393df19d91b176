import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SYSTEM } from "@posture/core";
import { openStore } from "@posture/runtime";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { expectAllTaken } from "./taken.test.fixture.ts";

/* The bot started wrongly, as a process of its own: it ends at once, and says what is wrong and what to do. */

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

// Each case starts processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let aws: SimulatedAws;
let slack: LocalSlack;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-wrong-start-"));
  aws = await startAws({});
  slack = await startSlack({});
});
afterAll(async () => {
  await slack.close();
  await aws.close();
  await rm(folder, { recursive: true });
  expectAllTaken(slack);
});

interface Ended {
  readonly code: number | string | null;
  readonly said: string;
}

/** With settings that are right, but for these. An empty one is left out. */
function bot(wrong: Readonly<Record<string, string>>): Promise<Ended> {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|SLACK|POSTURE|VITEST|NODE_OPTIONS|PORT$|HOST$)/.test(name));
  const env = {
    ...Object.fromEntries(own),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_CHANNEL: slack.channelId,
    SLACK_API_URL: slack.apiUrl,
    PORT: "3999",
    HOST: "127.0.0.1",
    POSTURE_STORE: "memory",
    POSTURE_SCHEDULE: "off",
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_EC2_METADATA_DISABLED: "true",
    ...wrong,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ["--conditions=@posture/source", MAIN], { env, cwd: folder, timeout: 30_000 }, (error, _, said) =>
      resolve({ code: error ? (error.code ?? null) : 0, said }),
    );
  });
}

/** Exit code 1, the cause and the next step on standard error, and nothing else there. */
function expectClear({ code, said }: Ended, ...parts: readonly string[]): void {
  expect(code).toBe(1);
  for (const part of parts) expect(said).toContain(part);
  expect(said).not.toMatch(/\n\s+at |Error:/);
}

async function freePort(): Promise<string> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return String(typeof address === "object" && address ? address.port : 0);
}

describe("settings", () => {
  test("that are missing are named all at once, with what each should be", async () => {
    const ended = await bot({ SLACK_BOT_TOKEN: "", SLACK_SIGNING_SECRET: "", SLACK_CHANNEL: "" });
    expectClear(ended, "SLACK_BOT_TOKEN: set it to the bot token", "SLACK_SIGNING_SECRET: set it to", "SLACK_CHANNEL: set it to");
    expect(ended.said).toContain("Set what is named and start again.");
  });
  test("that are wrong are named all at once, and no secret is repeated", async () => {
    const wrong = { SLACK_BOT_TOKEN: "xapp-not-a-bot", PORT: "http", POSTURE_SCHEDULE: "often", SLACK_API_URL: "http://127.0.0.1:1" };
    const ended = await bot(wrong);
    expectClear(ended, "SLACK_BOT_TOKEN: it is not a bot token", "PORT: it is not a number", "POSTURE_SCHEDULE: it is neither");
    expect(ended.said).toContain("SLACK_API_URL: it has to end in /api/");
    expect(ended.said).not.toContain("xapp-not-a-bot");
  });
  test("that name a configuration file which is not there", async () => {
    expectClear(await bot({ POSTURE_CONFIG: "nowhere.ts", PORT: await freePort() }), "nowhere.ts", "could not be loaded", "Mend the file");
  });
});

describe("the store", () => {
  test("held by another process is left alone, and that process is named", async () => {
    const place = join(folder, "held");
    const holder = await openStore(place, { now: () => new Date().toISOString() });
    try {
      expectClear(await bot({ POSTURE_STORE: place }), place, `process ${process.pid}`, "Stop that process");
    } finally {
      await holder.close();
    }
  });
  test("that is damaged is left as it is", async () => {
    const place = join(folder, "damaged");
    const at = "2026-01-01T10:00:00.000Z";
    const store = await openStore(place, { now: () => at });
    for (const subject of ["first", "second"]) {
      const event = { type: "sweep-finished", subject, at, actor: SYSTEM, source: "sweep", note: "" } as const;
      await store.transact({}, () => ({ at, events: [event], writes: [], result: null }));
    }
    await store.close();
    const log = join(place, "log.jsonl");
    const damaged = (await readFile(log, "utf8")).replace("second", "anodyne");
    await writeFile(log, damaged);
    expectClear(await bot({ POSTURE_STORE: place }), place, "is damaged", "Nothing was changed");
    expect(await readFile(log, "utf8")).toBe(damaged);
  });
  test("that is somebody else's folder is refused", async () => {
    const place = join(folder, "foreign");
    await mkdir(place);
    await writeFile(join(place, "log.jsonl"), '{"not":"ours"}\n');
    expectClear(await bot({ POSTURE_STORE: place }), "log.jsonl", "was not written by Posture", "Nothing was changed");
    expect(await readFile(join(place, "log.jsonl"), "utf8")).toBe('{"not":"ours"}\n');
  });
});

describe("what is around it", () => {
  test("a port that is taken is named, and the setting that chooses another", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address ? address.port : 0;
    try {
      expectClear(await bot({ PORT: String(port) }), `Port ${port} is in use`, "PORT");
    } finally {
      await new Promise((resolve) => taken.close(resolve));
    }
  });
  test("a token that Slack refuses", async () => {
    const ended = await bot({ SLACK_BOT_TOKEN: "xoxb-foreign-token", PORT: await freePort() });
    expectClear(ended, "Slack refused the app", "invalid_auth", "SLACK_BOT_TOKEN");
    expect(ended.said).not.toContain("xoxb-foreign-token");
  });
  test("an app-level token that Slack refuses", async () => {
    const ended = await bot({ SLACK_SIGNING_SECRET: "", SLACK_APP_TOKEN: "xapp-foreign-token", PORT: await freePort() });
    expectClear(ended, "Slack refused the app-level token: invalid_auth", "connections:write", "SLACK_APP_TOKEN");
    expect(ended.said).not.toContain("xapp-foreign-token");
  });
  test("a channel that the app does not see", async () => {
    expectClear(await bot({ SLACK_CHANNEL: "#nowhere", PORT: await freePort() }), "no channel #nowhere", "/invite");
  });
});
