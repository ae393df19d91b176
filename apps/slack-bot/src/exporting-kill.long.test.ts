import type { ChildProcess } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { firstSweep, freePort, killed, soon, startedBot } from "./process.test.fixture.ts";
import { expectAllTaken } from "./taken.test.fixture.ts";

/* The bot, a process of its own, is killed between the steps of an export. */

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
  bot = await startedBot({ aws, slack, port, folder });
  await firstSweep(slack);
}, 120_000);
afterAll(async () => {
  bot.kill("SIGKILL");
  await slack.close();
  await aws.close();
  await rm(folder, { recursive: true });
  expectAllTaken(slack);
});

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
    await killed(bot);
    slack.clearFaults();
    expect(await exportsOnDisk()).toHaveLength(1);
    bot = await startedBot({ aws, slack, port, folder });
    await vi.waitFor(() => expect(slack.directMessages("Ana")).toHaveLength(before + files), soon);
    expect(JSON.stringify(slack.directMessages("Ana").at(-1)?.blocks)).toContain("This may repeat an earlier message");
    await vi.waitFor(async () => expect(await exportsOnDisk()).toEqual([]), soon);
  },
);
