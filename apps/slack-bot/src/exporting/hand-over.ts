import type { Desk } from "../desk.ts";
import { type Failure, failureOf } from "../slack/failure.ts";
import type { FileFacts, Outgoing } from "../slack/files.ts";
import type { Message } from "../slack/port.ts";
import { fitted } from "../views/limits.ts";
import { uploadRefusal } from "./refusals.ts";

export type Handed = { readonly kind: "there"; readonly permalink: string | null } | { readonly kind: "refused"; readonly why: string };

/** Brings a file into a conversation. Where Slack does not say whether it arrived, it looks; where it does not see it, it tries again and says so. */
export async function handOver(desk: Desk, file: Outgoing, channel: string, message: (mayRepeat: boolean) => Message): Promise<Handed> {
  let mayRepeat = false;
  for (let left = TRIES - 1; ; left -= 1) {
    const tried = await tryOnce(desk, file, channel, message(mayRepeat));
    if (tried.kind === "there") return tried;
    mayRepeat ||= tried.mayBeThere;
    desk.log.warn({ failure: tried.failure, left }, "a file was not delivered");
    if (left === 0 || !isWorthAnother(tried.failure)) return { kind: "refused", why: uploadRefusal(tried.failure, mayRepeat) };
    await pause(tried.failure.retryAfter ?? PAUSE);
  }
}

const TRIES = 3;
const PAUSE = 1000;
const LONGEST_PAUSE = 60_000;

/** Pure. */
function isWorthAnother({ kind, retryAfter = 0 }: Failure): boolean {
  return (kind === "later" || kind === "unknown") && retryAfter <= LONGEST_PAUSE;
}

type Tried = Extract<Handed, { kind: "there" }> | { readonly kind: "failed"; readonly failure: Failure; readonly mayBeThere: boolean };

async function tryOnce(desk: Desk, file: Outgoing, channel: string, message: Message): Promise<Tried> {
  let id: string;
  try {
    id = await desk.slack.upload(file);
  } catch (error) {
    return { kind: "failed", failure: failureOf(error), mayBeThere: false };
  }
  try {
    await share(desk, id, file.name, channel, fitted(message));
    return { kind: "there", permalink: (await looked(desk, id))?.permalink ?? null };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== "unknown") return { kind: "failed", failure, mayBeThere: false };
    const seen = await lookedFor(desk, id, channel);
    return seen ? { kind: "there", permalink: seen.permalink } : { kind: "failed", failure, mayBeThere: true };
  }
}

/** What Slack does not take as blocks it takes as words. */
async function share({ slack, log }: Desk, id: string, title: string, channel: string, message: Message): Promise<void> {
  try {
    await slack.share(id, title, { channel, message });
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== "payload") throw error;
    log.warn({ failure }, "the message of a file was not taken as blocks");
    await slack.share(id, title, { channel, message: { ...message, blocks: [] } });
  }
}

const LOOKS = 3;

/** Slack shares a file a moment after it said so: https://github.com/slackapi/python-slack-sdk/issues/1277 */
async function lookedFor(desk: Desk, id: string, channel: string): Promise<FileFacts | null> {
  for (let look = 1; look <= LOOKS; look += 1) {
    const facts = await looked(desk, id);
    if (facts?.sharedIn.includes(channel)) return facts;
    if (look < LOOKS) await pause(PAUSE);
  }
  return null;
}

/** `null`: the app may not ask, or Slack does not answer. */
async function looked({ slack, log }: Desk, id: string): Promise<FileFacts | null> {
  try {
    return await slack.file(id);
  } catch (error) {
    log.debug({ failure: failureOf(error) }, "what is known of a file could not be asked");
    return null;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
