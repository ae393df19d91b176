import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { AuditEvent } from "@posture/core";
import { EXPORT_FORMATS } from "@posture/export";
import type { LocalFile, PersonName } from "@posture/sandbox/slack";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Message, shown, soon, Team } from "./bot.test.fixture.ts";

/* Files out of the bot, each part real: the store on the disk, Bolt behind signed requests, the bytes over HTTP. */

const team = Team.forFile();
afterEach(() => team.slack.clearFaults());
const withFiles = (messages: readonly Message[]): readonly Message[] => messages.filter(({ files }) => files !== undefined);
const whispersTo = (user: PersonName): readonly Message[] => team.slack.messages().filter(({ ephemeralFor }) => ephemeralFor === user);

interface Told {
  /** What the person alone was told in the channel, in its order. */
  readonly whispers: readonly string[];
  readonly direct: readonly Message[];
  readonly channel: readonly Message[];
}

/** Types a command and waits until it is worked off; what is new since then. */
async function told(command: string, user: PersonName = "Ana"): Promise<Told> {
  const before = {
    whispers: whispersTo(user).length,
    direct: team.slack.directMessages(user).length,
    channel: withFiles(team.slack.messages()).length,
  };
  await team.slack.command(command, user);
  await done();
  return {
    whispers: whispersTo(user)
      .slice(before.whispers)
      .map(({ text }) => text),
    direct: team.slack.directMessages(user).slice(before.direct),
    channel: withFiles(team.slack.messages()).slice(before.channel),
  };
}
async function done(): Promise<void> {
  await vi.waitFor(async () => {
    const left = await team.stored((store) => store.read({ inbox: { states: ["received"] } }, ({ inbox }) => inbox.length));
    if (left > 0) throw new Error("a request is still worked on");
  }, soon);
}

const Info = z.object({ file: z.object({ url_private_download: z.url() }) });
async function bytesOf({ id }: LocalFile): Promise<Buffer> {
  const headers = { authorization: `Bearer ${team.slack.botToken}` };
  const answer: unknown = await (await fetch(`${team.slack.apiUrl}files.info?file=${id}`, { headers })).json();
  return Buffer.from(await (await fetch(Info.parse(answer).file.url_private_download, { headers })).arrayBuffer());
}
const textOf = async (file: LocalFile): Promise<string> => (await bytesOf(file)).toString();
const fileIn = (messages: readonly Message[]): LocalFile => {
  const file = messages[0]?.files?.[0];
  if (!file) throw new Error(`there is no file:\n${team.slack.asText()}`);
  return file;
};
/** Of each row of a CSV. */
const severitiesIn = (csv: string): readonly string[] =>
  csv.split("\r\n").flatMap((line) => /^"(critical|high|medium|low)",/.exec(line)?.[1] ?? []);
const exportEvents = async (): Promise<readonly AuditEvent[]> => (await team.events()).filter(({ type }) => type === "exported");
const leftOnDisk = async (): Promise<readonly string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith(`posture-export-${process.pid}-`));

describe("/posture export", () => {
  test("brings what matches to who asked, says at once that it is on its way, and then where it is", async () => {
    const { whispers, direct, channel } = await told("/posture export csv critical s3");
    expect(whispers).toEqual([
      "Your export is on its way to your direct messages with Posture, as CSV: open · critical · s3.",
      expect.stringMatching(/^Your export has arrived: \d+ findings?\.$/),
    ]);
    expect(channel).toEqual([]);
    expect(direct).toHaveLength(1);
    const file = fileIn(direct);
    expect(file).toMatchObject({ name: expect.stringMatching(/^posture-findings-\d{4}-\d\d-\d\dT\d{4}Z\.csv$/), mimetype: "text/csv" });
    const rows = severitiesIn(await textOf(file));
    expect(rows.length).toBeGreaterThan(1);
    expect(new Set(rows)).toEqual(new Set(["critical"]));
    expect(shown(direct[0])).toContain(`${rows.length} findings as CSV`);
    expect(shown(direct[0])).toContain(`🔴 ${rows.length} critical`);
    expect(shown(direct[0])).toContain("open · critical · s3");
    expect(await leftOnDisk()).toEqual([]);
  });

  test.each(EXPORT_FORMATS)("writes %s as the command line does, and what left is in the audit log before it leaves", async (format) => {
    const { direct } = await told(`/posture export ${format}`);
    const sha256 = createHash("sha256")
      .update(await bytesOf(fileIn(direct)))
      .digest("hex");
    expect(shown(direct[0])).toContain(sha256.slice(0, 16));
    const events = await exportEvents();
    expect(events.at(-1)).toMatchObject({
      actor: { kind: "user", via: "slack" },
      note: expect.stringMatching(new RegExp(`^\\d+ findings as ${format}; statuses open; SHA-256 ${sha256}$`)),
    });
    const asked = team.slack.ledger().findLast(({ method }) => method === "files.getUploadURLExternal");
    expect((events.at(-1)?.at ?? "") <= (asked?.at ?? "")).toBe(true);
  });

  test("comes to the channel with `here`, and says there who asked", async () => {
    const { whispers, direct, channel } = await told("/posture export html here critical", "Ben");
    expect(whispers).toEqual(["Your export is on its way to this channel, as an HTML page: open · critical."]);
    expect([direct.length, channel.length]).toEqual([0, 1]);
    expect(shown(channel[0])).toMatch(/asked for by .*"user_id":"U/);
    expect(await textOf(fileIn(channel))).toMatch(/^<!doctype html>/i);
  });

  test("says what could not be read", async () => {
    const { direct } = await told("/posture export csv");
    expect(shown(direct[0])).toMatch(/All \d+ listings could be read\.|so findings may be missing here; \/posture summary says which\./);
  });

  test.each([
    ["/posture export", "Which format?"],
    ["/posture export cvs", "did you mean csv? No file was made."],
    ["/posture export csv crtical", "does not know the word “crtical”; did you mean critical? No file was made."],
    ["/posture export csv to=world", "to=me or to=channel. No file was made."],
    ['/posture export csv text="no such name"', "No finding matches: open · “no such name”."],
  ])("makes no file of %s", async (command, answer) => {
    const { whispers, direct, channel } = await told(command);
    expect(whispers).toEqual([expect.stringContaining(answer)]);
    expect([direct.length, channel.length]).toEqual([0, 0]);
  });

  test("is refused to a guest, who may only look", async () => {
    const { whispers, direct } = await told("/posture export csv", "Gus");
    expect(whispers).toEqual([expect.stringContaining("Only full members")]);
    expect(direct).toEqual([]);
  });
});

describe("where Slack does not take the file, a sentence says why and what to do:", () => {
  test.each([
    ["files.getUploadURLExternal", "file_uploads_disabled", "This workspace takes no files. Someone who administers it can allow them."],
    ["files.getUploadURLExternal", "file_upload_size_restricted", "larger than Slack takes: 1 GB, or less where the workspace says so"],
    ["files.getUploadURLExternal", "missing_scope", "it lacks `files:write`"],
    ["conversations.open", "cannot_dm_bot", "Type `here` behind the format"],
    ["files.completeUploadExternal", "something_new", "Slack did not take the file (something_new)"],
  ])("%s answers %s", async (method, error, sentence) => {
    team.slack.fault({ method, kind: "error", error });
    const { whispers, direct } = await told("/posture export csv");
    expect(whispers.at(-1)).toContain(sentence);
    expect(direct).toEqual([]);
    expect(await leftOnDisk()).toEqual([]);
  });
  test("a channel that Posture is not in", async () => {
    team.slack.fault({ method: "files.completeUploadExternal", kind: "error", error: "not_in_channel" });
    const { whispers, channel } = await told("/posture export csv here");
    expect(whispers.at(-1)).toContain("Invite it with /invite, or leave out `here`");
    expect(channel).toEqual([]);
  });
});

describe("one file arrives", () => {
  test.each([
    ["the announcement is cut off", { method: "files.getUploadURLExternal", kind: "reset_after" }],
    ["the bytes are cut off", { method: "upload", kind: "reset_before" }],
    ["Slack asks to be left alone", { method: "files.getUploadURLExternal", kind: "ratelimited", retryAfter: 1 }],
    ["Slack shares it and does not say so", { method: "files.completeUploadExternal", kind: "reset_after" }],
  ] as const)("where %s", async (_, fault) => {
    team.slack.fault(fault);
    const { whispers, direct } = await told("/posture export csv critical");
    expect(direct).toHaveLength(1);
    expect(shown(direct[0])).not.toContain("may repeat");
    expect(whispers.at(-1)).toContain("has arrived");
  });
  test("where Slack does not take its blocks: with the words alone", async () => {
    team.slack.fault({ method: "files.completeUploadExternal", kind: "error", error: "invalid_blocks" });
    const { direct } = await told("/posture export csv critical");
    expect(direct).toMatchObject([{ blocks: [], text: expect.stringMatching(/^\d+ findings as CSV: open · critical\. /) }]);
  });
  test("and says that it may repeat another, where Slack neither says nor shows whether that one is there", async () => {
    team.slack.fault({ method: "files.completeUploadExternal", kind: "reset_before" });
    const { direct } = await told("/posture export csv critical");
    expect(direct).toHaveLength(1);
    expect(shown(direct[0])).toContain("This may repeat an earlier message");
  });
});
