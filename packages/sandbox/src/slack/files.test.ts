import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { surroundings } from "./bot.test.fixture.ts";
import { startSlack } from "./server.ts";

const { slack, app, call, pass } = surroundings();
const channel = (): string => slack().channelId;
const directOf = async (name: string): Promise<string> => {
  const { user_id: users } = await call("auth.test", {}, `xoxp-${name}`);
  return z.object({ channel: z.object({ id: z.string() }) }).parse(await call("conversations.open", { users })).channel.id;
};

const Announced = z.object({ ok: z.literal(true), upload_url: z.url(), file_id: z.string() });
async function announced(filename: string, length: number, more: object = {}): Promise<{ readonly url: string; readonly id: string }> {
  const answer = await call("files.getUploadURLExternal", { filename, length, ...more });
  const { upload_url: url, file_id: id } = Announced.parse(answer);
  return { url, id };
}
const sent = async (url: string, body: string | Uint8Array<ArrayBuffer> | FormData): Promise<number> =>
  (await fetch(url, { method: "POST", body })).status;
async function uploaded(filename: string, body: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const { url, id } = await announced(filename, Buffer.byteLength(body));
  expect(await sent(url, body)).toBe(200);
  return id;
}
async function shared(filename: string, body: string | Uint8Array<ArrayBuffer>, more: object = { channel_id: channel() }): Promise<string> {
  const id = await uploaded(filename, body);
  expect(await call("files.completeUploadExternal", { files: [{ id }], ...more })).toMatchObject({ ok: true });
  return id;
}
const Facts = z.looseObject({
  size: z.number(),
  mimetype: z.string(),
  url_private: z.url(),
  url_private_download: z.url(),
  permalink: z.url(),
});
async function facts(file: string): Promise<z.infer<typeof Facts>> {
  const answer = await call("files.info", { file });
  return Facts.parse(answer["file"]);
}
const got = (url: string, token = "xoxb-local"): Promise<Response> =>
  fetch(url, { headers: { authorization: `Bearer ${token}` }, redirect: "manual" });
const errorOf = async (method: string, body: object, token?: string): Promise<unknown> => (await call(method, body, token)).error;
const PNG = new Uint8Array(
  Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABXvMqOgAAAABJRU5ErkJggg==", "base64"),
);

describe("a file", () => {
  it("arrives in the channel as it was sent, with what is said about it", async () => {
    const id = await uploaded("findings.csv", "a,b\r\n1,2\r\n");
    const blocks = [{ type: "divider" }];
    const answer = await call("files.completeUploadExternal", { files: [{ id, title: "Findings" }], channel_id: channel(), blocks });
    expect(answer).toMatchObject({ ok: true, files: [{ id, title: "Findings", size: 10, mimetype: "text/csv" }] });
    const file = { id, name: "findings.csv", title: "Findings", size: 10, mimetype: "text/csv", filetype: "csv" };
    expect(slack().messages().at(-1)).toMatchObject({ blocks, files: [file] });
    const { url_private_download: url } = await facts(id);
    const response = await got(url);
    expect(response.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''findings.csv");
    expect(await response.text()).toBe("a,b\r\n1,2\r\n");
  });
  it("of many megabytes is neither held nor changed", async () => {
    const bytes = new Uint8Array(randomBytes(20_000_000));
    const { url_private_download: url } = await facts(await shared("large.bin", bytes));
    expect(Buffer.from(await (await got(url)).arrayBuffer()).equals(bytes)).toBe(true);
  });
  it("comes with others in one message, and as a reply", async () => {
    const first = await uploaded("a.json", "{}");
    const second = await uploaded("b.json", "[]");
    const { ts } = slack().messages()[0] ?? { ts: "" };
    await call("files.completeUploadExternal", {
      files: [{ id: first }, { id: second }],
      channel_id: channel(),
      thread_ts: ts,
      initial_comment: "Both",
    });
    const message = slack()
      .messages()
      .find(({ text }) => text === "Both");
    expect(message).toMatchObject({ threadTs: ts, files: [{ id: first }, { id: second }] });
  });
  it("is sent by Slack's own client, as a form", async () => {
    await app().client.filesUploadV2({
      channel_id: channel(),
      filename: "notes.txt",
      file: Buffer.from("by the client"),
      initial_comment: "Notes",
    });
    const file = slack()
      .messages()
      .find(({ text }) => text === "Notes")?.files?.[0];
    expect(file).toMatchObject({ name: "notes.txt", size: 13 });
    expect(await (await got((await facts(file?.id ?? "")).url_private)).text()).toBe("by the client");
  });
  it("that is shared with one person is in the direct messages of that one, and nobody else gets it", async () => {
    const id = await shared("private.csv", "secret", { channel_id: await directOf("ben") });
    expect(slack().directMessages("Ben").at(-1)?.files).toMatchObject([{ id }]);
    expect([slack().directMessages("Ana"), slack().messages()].flat().some(({ files }) => files?.some((it) => it.id === id))).toBe(false);
    const { url_private: url } = await facts(id);
    const statuses = ["xoxb-local", "xoxp-ben", "xoxp-ana", "xoxb-foreign"].map(async (token) => (await got(url, token)).status);
    expect(await Promise.all(statuses)).toEqual([200, 200, 404, 302]);
  });
  it("that is shared nowhere is seen by the app alone", async () => {
    const before = slack().messages().length;
    const { url_private: url } = await facts(await shared("mine.png", PNG, {}));
    expect(slack().messages()).toHaveLength(before);
    expect([(await got(url)).status, (await got(url, "xoxp-ana")).status]).toEqual([200, 404]);
  });
  it("that was deleted can be had no more, and its message says so", async () => {
    const id = await shared("gone.csv", "x");
    const { url_private: url } = await facts(id);
    expect(await call("files.delete", { file: id })).toMatchObject({ ok: true });
    expect((await got(url)).status).toBe(404);
    expect(await errorOf("files.info", { file: id })).toBe("file_not_found");
    expect(
      slack()
        .messages()
        .find(({ files }) => files?.some((it) => it.id === id))?.files,
    ).toMatchObject([{ deleted: true }]);
  });
  it("leaves nothing on the disk when the workspace ends", async () => {
    const own = await startSlack();
    const folders = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("posture-local-slack-"));
    const before = folders();
    const headers = { "content-type": "application/json", authorization: `Bearer ${own.botToken}` };
    const body = JSON.stringify({ filename: "a.txt", length: 1 });
    const answer: unknown = await (await fetch(`${own.apiUrl}files.getUploadURLExternal`, { method: "POST", headers, body })).json();
    expect(await sent(Announced.parse(answer).upload_url, "x")).toBe(200);
    const made = folders().filter((name) => !before.includes(name));
    expect(made).toHaveLength(1);
    await own.close();
    expect(existsSync(`${tmpdir()}/${made[0]}`)).toBe(false);
  });
});

describe("what Slack refuses of files", () => {
  it.each([
    ["no name", { length: 1 }, "invalid_arguments"],
    ["a name of 256 characters", { filename: "x".repeat(256), length: 1 }, "invalid_arguments"],
    ["nothing in it", { filename: "a.csv", length: 0 }, "missing_argument"],
    ["no length", { filename: "a.csv" }, "invalid_arguments"],
    ["more than a gigabyte", { filename: "a.csv", length: 1_000_000_001 }, "file_upload_size_restricted"],
    ["a description of 1001 characters", { filename: "a.png", length: 1, alt_txt: "x".repeat(1001) }, "alt_txt_too_large"],
  ])("%s", async (_, body, error) => expect(await errorOf("files.getUploadURLExternal", body)).toBe(error));

  it("fewer or more bytes than were announced: then there is no file", async () => {
    for (const body of ["12", "1234"]) {
      const { url, id } = await announced("a.csv", 3);
      expect(await sent(url, body)).toBe(400);
      expect(await errorOf("files.completeUploadExternal", { files: [{ id }] })).toBe("file_not_found");
    }
  });
  it("a second use of an address, a late one, and one that it never gave", async () => {
    const used = await announced("a.csv", 1);
    expect([await sent(used.url, "1"), await sent(used.url, "1")]).toEqual([200, 404]);
    const late = await announced("a.csv", 1);
    pass(3_600_001);
    expect(await sent(late.url, "1")).toBe(404);
    expect(await sent(`${slack().url}/upload/v1/0123`, "1")).toBe(404);
  });
  it.each([
    ["a file that was only announced", async () => ({ files: [{ id: (await announced("a.csv", 1)).id }] }), "file_not_found"],
    ["a file that there is not", () => ({ files: [{ id: "F0" }] }), "file_not_found"],
    ["a file that was shared already", async () => ({ files: [{ id: await shared("a.csv", "1") }] }), "file_not_found"],
    ["no files", () => ({ files: [] }), "invalid_arguments"],
    ["a channel that there is not", async () => ({ files: [{ id: await uploaded("a.csv", "1") }], channel_id: "C0" }), "channel_not_found"],
    [
      "a person in the place of a channel",
      async () => ({ files: [{ id: await uploaded("a.csv", "1") }], channel_id: "U0123" }),
      "channel_not_found",
    ],
    [
      "blocks that break a rule",
      async () => ({ files: [{ id: await uploaded("a.csv", "1") }], channel_id: channel(), blocks: [{ type: "header" }] }),
      "invalid_blocks",
    ],
    [
      "a markdown block beside a file",
      async () => ({ files: [{ id: await uploaded("a.csv", "1") }], channel_id: channel(), blocks: [{ type: "markdown", text: "x" }] }),
      "internal_error",
    ],
  ])("%s", async (_, body, error) => {
    const before = slack()
      .messages()
      .filter(({ text }) => text !== "").length;
    expect(await errorOf("files.completeUploadExternal", await body())).toBe(error);
    expect(
      slack()
        .messages()
        .filter(({ text }) => text !== ""),
    ).toHaveLength(before);
  });
  it("a file of somebody else, and a token that it does not know", async () => {
    const id = await uploaded("a.csv", "1");
    expect(await errorOf("files.completeUploadExternal", { files: [{ id }] }, "xoxp-ana")).toBe("file_not_found");
    expect(await errorOf("files.getUploadURLExternal", { filename: "a.csv", length: 1 }, "xoxb-foreign")).toBe("invalid_auth");
  });
});

describe("a picture in a block", () => {
  const image = (id: string): object => ({ type: "image", slack_file: { id }, alt_text: "A trend" });
  const posted = (id: string, token?: string): Promise<unknown> =>
    call("chat.postMessage", { channel: channel(), text: "x", blocks: [image(id)] }, token);
  const invalid = {
    ok: false,
    error: "invalid_blocks",
    response_metadata: { messages: ["[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"] },
  };

  it("may be a file that was shared nowhere, where it is the app's own", async () => {
    const id = await shared("trend.png", PNG, {});
    expect(await posted(id)).toMatchObject({ ok: true });
    expect(await posted(id, "xoxp-ana")).toMatchObject(invalid);
  });
  it("may not be what is no picture, what there is not, or what was deleted", async () => {
    expect(await posted(await shared("a.csv", "1", {}))).toMatchObject(invalid);
    expect(await posted("F0")).toMatchObject(invalid);
    const id = await shared("trend.png", PNG, {});
    await call("files.delete", { file: id });
    expect(await posted(id)).toMatchObject(invalid);
  });
});

describe("Slack, while it does not know yet what a file is,", () => {
  it("shows it in no block, and names no type", async () => {
    let late = 0;
    const own = await startSlack({ processing: 2000, now: () => Date.now() + late });
    const ask = async (method: string, body: object): Promise<Record<string, unknown>> => {
      const headers = { "content-type": "application/json", authorization: `Bearer ${own.botToken}` };
      const response = await fetch(`${own.apiUrl}${method}`, { method: "POST", headers, body: JSON.stringify(body) });
      return z.record(z.string(), z.unknown()).parse(await response.json());
    };
    const { upload_url: url, file_id: id } = Announced.parse(
      await ask("files.getUploadURLExternal", { filename: "t.png", length: PNG.length }),
    );
    await sent(url, PNG);
    await ask("files.completeUploadExternal", { files: [{ id }] });
    const message = { channel: own.channelId, text: "x", blocks: [{ type: "image", slack_file: { id }, alt_text: "A trend" }] };
    expect(await ask("files.info", { file: id })).toMatchObject({ file: { mimetype: "" } });
    expect(await ask("chat.postMessage", message)).toMatchObject({ ok: false, error: "invalid_blocks" });
    late = 3000;
    expect(await ask("files.info", { file: id })).toMatchObject({ file: { mimetype: "image/png" } });
    expect(await ask("chat.postMessage", message)).toMatchObject({ ok: true });
    await own.close();
  });
});

describe("direct messages", () => {
  it("are one conversation of the app with each person, however often it is opened", async () => {
    expect(await directOf("ana")).toBe(await directOf("ana"));
    expect(await directOf("ana")).not.toBe(await directOf("ben"));
    expect(await errorOf("conversations.open", { users: "U0" })).toBe("user_not_found");
  });
  it("hold what the app writes there, and not the channel", async () => {
    const before = slack().messages().length;
    await call("chat.postMessage", { channel: await directOf("gus"), text: "For Gus" });
    expect(slack().directMessages("Gus").at(-1)).toMatchObject({ text: "For Gus", direct: "Gus" });
    expect(
      slack()
        .directMessages("Ana")
        .some(({ text }) => text === "For Gus"),
    ).toBe(false);
    expect(slack().messages()).toHaveLength(before);
  });
  it("take commands and clicks, which say where they were made", async () => {
    const heard: { readonly channel: string | undefined; readonly text?: string }[] = [];
    app().command("/where", async ({ ack, body, respond }) => {
      heard.push({ channel: body.channel_id, text: body.channel_name });
      await ack();
      await respond({ text: "Here", response_type: "ephemeral" });
    });
    app().action("there", async ({ ack, body }) => {
      heard.push({ channel: body.channel?.id });
      await ack();
    });
    const direct = await directOf("ana");
    await slack().command("/where am I", "Ana", "direct");
    await expect.poll(() => slack().directMessages("Ana").at(-1)).toMatchObject({ text: "Here", ephemeralFor: "Ana" });
    const blocks = [{ type: "actions", elements: [{ type: "button", text: { type: "plain_text", text: "There" }, action_id: "there" }] }];
    const { ts } = z.object({ ts: z.string() }).parse(await call("chat.postMessage", { channel: direct, text: "x", blocks }));
    await slack().click({ user: "Ana", message: ts, label: "There" });
    expect(heard).toEqual([{ channel: direct, text: "directmessage" }, { channel: direct }]);
    await expect(slack().click({ user: "Ben", message: ts, label: "There" })).rejects.toThrow("direct messages of Ana");
  });
});
