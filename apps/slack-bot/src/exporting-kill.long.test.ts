import { readdir } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { MortalBot, soon } from "./process.test.fixture.ts";

/* The bot, a process of its own, is killed between the steps of an export. */

const bot = MortalBot.forFile();

const exportsOnDisk = async (): Promise<readonly string[]> =>
  (await readdir(bot.folder)).filter((name) => name.startsWith("posture-export-"));

test.each([
  ["before the file is announced", { method: "files.getUploadURLExternal", kind: "hang" }, 1],
  ["before the file is shared", { method: "files.completeUploadExternal", kind: "hang" }, 1],
  ["after the file was shared, and nobody heard of it", { method: "files.completeUploadExternal", kind: "reset_after" }, 2],
] as const)(
  "killed %s, the next process delivers one, says that it may repeat another, and leaves nothing on the disk",
  async (_, fault, files) => {
    const before = bot.slack.directMessages("Ana").length;
    const calls = bot.slack.ledger().length;
    bot.slack.fault(fault);
    // Where it has been shared, the bot would look whether it is there.
    bot.slack.fault({ method: "files.info", kind: "hang" });
    await bot.slack.command("/posture export csv critical");
    await bot.met(calls, ({ method }) => method === fault.method);
    await bot.die();
    bot.slack.clearFaults();
    expect(await exportsOnDisk()).toHaveLength(1);
    await bot.start();
    await vi.waitFor(() => expect(bot.slack.directMessages("Ana")).toHaveLength(before + files), soon);
    expect(JSON.stringify(bot.slack.directMessages("Ana").at(-1)?.blocks)).toContain("This may repeat an earlier message");
    await vi.waitFor(async () => expect(await exportsOnDisk()).toEqual([]), soon);
  },
);
