import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Message } from "./port.ts";

/** A file that is to go to Slack. */
export interface Outgoing {
  /** What it is called there. */
  readonly name: string;
  /** Read as it leaves, so that it need not fit into memory. */
  readonly content: Blob;
  /** What a picture shows, in words. */
  readonly altText?: string;
}

export interface FileFacts {
  /** Empty until Slack has found out. */
  readonly mimetype: string;
  /** Where people open it; `null`: Slack gave no address. */
  readonly permalink: string | null;
  /** Conversations that it was shared in. */
  readonly sharedIn: readonly string[];
}

/** What Posture asks of Slack about files. What it throws is classed by `failureOf`. */
export interface FilesPort {
  /** The id of the app's direct messages with a person. */
  dm(user: string): Promise<string>;
  /** Brings a file to Slack. Nobody sees it before it is shared, so a second try does no harm. Answers its id. */
  upload(file: Outgoing): Promise<string>;
  /** Shows an uploaded file in a conversation, with a message; `null`: nowhere, and the app's blocks can show it as a picture. */
  share(id: string, title: string, to: { readonly channel: string; readonly message: Message } | null): Promise<void>;
  file(id: string): Promise<FileFacts>;
}

const announced = z.object({ upload_url: z.url(), file_id: z.string() });
const opened = z.object({ channel: z.object({ id: z.string() }) });
const shares = z.record(z.string(), z.unknown());
const facts = z.object({
  file: z.object({
    mimetype: z.string().default(""),
    permalink: z.unknown(),
    shares: z.object({ public: shares.optional(), private: shares.optional() }).default({}),
  }),
});

/** Slack's own calls for files; its client would read the whole file into memory. Source: https://docs.slack.dev/messaging/working-with-files */
export function filesPort(client: WebClient): FilesPort {
  return {
    async dm(user) {
      return opened.parse(await client.conversations.open({ users: user })).channel.id;
    },
    async upload({ name, content, altText }) {
      const args = { filename: name, length: content.size, ...(altText !== undefined && { alt_txt: altText }) };
      // The client's own types call the description by another name than Slack does.
      const { upload_url: url, file_id: id } = announced.parse(await client.apiCall("files.getUploadURLExternal", args));
      if (!isUploadAddress(url, client.slackApiUrl)) throw new Error("Slack gave an address for the file that is not Slack's");
      await send(url, content);
      return id;
    },
    async share(id, title, to) {
      // Where there are words, Slack passes over the blocks.
      const words = to && to.message.blocks.length === 0 ? { initial_comment: to.message.text } : {};
      const place = to && { channel_id: to.channel, ...(to.message.blocks.length > 0 ? { blocks: [...to.message.blocks] } : words) };
      await client.apiCall("files.completeUploadExternal", { files: [{ id, title }], ...place });
    },
    async file(id) {
      const { file } = facts.parse(await client.files.info({ file: id }));
      const permalink = z.url({ protocol: /^https?$/ }).safeParse(file.permalink).data ?? null;
      const sharedIn = Object.keys({ ...file.shares.public, ...file.shares.private });
      return { mimetype: file.mimetype, permalink, sharedIn };
    },
  };
}

/** May findings be sent there? Only to Slack itself, or to the local Slack that is used instead of it. Pure. */
export function isUploadAddress(url: string, apiUrl: string): boolean {
  const { protocol, hostname, origin, port, username, password } = new URL(url);
  if (username !== "" || password !== "") return false;
  if (origin === new URL(apiUrl).origin) return true;
  const isSlacks = (host: string): boolean => /(^|\.)slack(-gov)?\.com$/.test(host);
  return protocol === "https:" && port === "" && isSlacks(hostname) && isSlacks(new URL(apiUrl).hostname);
}

/** In milliseconds: a minute, and what a slow line of 250 kB a second takes. */
const patienceFor = (bytes: number): number => 60_000 + Math.ceil(bytes / 250);

async function send(url: string, content: Blob): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: content,
    redirect: "error",
    signal: AbortSignal.timeout(patienceFor(content.size)),
  });
  await response.body?.cancel();
  if (response.status !== 200) throw new Error(`Slack answered the bytes of the file with HTTP ${response.status}`);
}
