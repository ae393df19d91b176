import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { expectAllTaken } from "./taken.test.fixture.ts";

/* The bot, a process of its own, is killed between the steps of an export. */

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const soon = { timeout: 60_000, interval: 20 };
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let aws: SimulatedAws;
let slack: LocalSlack;
let bot: ChildProcess;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-export-kill-"));
  aws = await startAws({ world: "demo" });
  slack = await startSlack({});
  port = await freePort();
  slack.setBotUrl(`http://127.0.0.1:${port}/slack/events`);
  bot = await started();
  await vi.waitFor(() => {
    if (!slack.messages().some(({ text }) => text.startsWith("First sweep of account"))) throw new Error("the first sweep is not over");
  }, soon);
}, 120_000);
afterAll(async () => {
  bot.kill("SIGKILL");
  await slack.close();
  await aws.close();
  await rm(folder, { recursive: true });
  expectAllTaken(slack);
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

async function started(): Promise<ChildProcess> {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|SLACK|POSTURE|VITEST|NODE_OPTIONS)/.test(name));
  const env = {
    ...Object.fromEntries(own),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_CHANNEL: slack.channelId,
    SLACK_API_URL: slack.apiUrl,
    PORT: String(port),
    HOST: "127.0.0.1",
    TMPDIR: folder,
    POSTURE_STORE: join(folder, "store"),
    POSTURE_SCHEDULE: "0 0 1 1 *",
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const child = spawn(process.execPath, ["--conditions=@posture/source", MAIN], {
    env,
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  await vi.waitFor(async () => {
    const { ok } = await fetch(`http://127.0.0.1:${port}/readyz`);
    if (!ok) throw new Error("the bot is not ready");
  }, soon);
  return child;
}
const exportsOnDisk = async (): Promise<readonly string[]> => (await readdir(folder)).filter((name) => name.startsWith("posture-export-"));

test.each([
  ["before the file is announced", { method: "files.getUploadURLExternal", kind: "hang" }, 1],
  ["before the file is shared", { method: "files.completeUploadExternal", kind: "hang" }, 1],
  ["after the file was shared, and nobody heard of it", { method: "files.completeUploadExternal", kind: "reset_after" }, 2],
] as const)(
  "killed %s, the next process delivers one, says that it may repeat another, and leaves nothing on the disk",
  async (_, fault, files) => {
    const before = slack.directMessages("Ana").length;
    const calls = slack.ledger().length;
    slack.fault(fault);
    // Where it has been shared, the bot would look whether it is there.
    slack.fault({ method: "files.info", kind: "hang" });
    await slack.command("/posture export csv critical");
    await vi.waitFor(
      () =>
        expect(
          slack
            .ledger()
            .slice(calls)
            .some(({ method }) => method === fault.method),
        ).toBe(true),
      soon,
    );
    const ended = once(bot, "exit");
    bot.kill("SIGKILL");
    await ended;
    slack.clearFaults();
    expect(await exportsOnDisk()).toHaveLength(1);
    bot = await started();
    await vi.waitFor(() => expect(slack.directMessages("Ana")).toHaveLength(before + files), soon);
    expect(JSON.stringify(slack.directMessages("Ana").at(-1)?.blocks)).toContain("This may repeat an earlier message");
    await vi.waitFor(async () => expect(await exportsOnDisk()).toEqual([]), soon);
  },
);
