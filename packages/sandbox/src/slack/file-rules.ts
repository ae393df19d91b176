import { z } from "zod";
import { type Arguments, text } from "./arguments.ts";
import { type Refusal, refusalOfMessage } from "./blockkit/judge.ts";
import type { Answer } from "./workspace.ts";

/** A file that is on its way. */
export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly altText: string;
  /** In bytes, as announced. */
  readonly length: number;
  /** The token of whoever announced it. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
  readonly state: "announced" | "used" | "there";
  /** Where the emulator wants it. */
  readonly emulated: string;
}

/** Characters. Slack names no number; no file system has longer names. */
const MOST_NAME = 255;
/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal#errors */
const MOST_ALT_TEXT = 1000;
/** Bytes: https://slack.com/help/articles/201330736 */
const MOST_BYTES = 1_000_000_000;
/** Milliseconds. Slack says only that the address does not last. */
const LASTS = 60 * 60_000;

/** Why a file may not be announced like this; `null`: it may. Pure. */
export function refusalOfUpload(given: Arguments): Answer | null {
  const name = text(given, "filename")?.trim() ?? "";
  const length = Number(given["length"]);
  if (name === "") return invalid("missing required field: filename");
  if (name.length > MOST_NAME) return invalid(`must be less than ${MOST_NAME + 1} characters [json-pointer:/filename]`);
  if ((text(given, "alt_txt") ?? "").length > MOST_ALT_TEXT) return { ok: false, error: "alt_txt_too_large" };
  if (length === 0) return { ok: false, error: "missing_argument" };
  if (!Number.isInteger(length) || length < 0) return invalid("must be an integer [json-pointer:/length]");
  return length > MOST_BYTES ? { ok: false, error: "file_upload_size_restricted" } : null;
}

export function isExpired({ begunAt }: Upload, now: number): boolean {
  return now - begunAt > LASTS;
}

export interface Share {
  readonly wishes: readonly Wish[];
  readonly comment: string;
  /** Ignored where there is a comment. */
  readonly blocks: readonly unknown[];
}
interface Wish {
  readonly id: string;
  readonly title?: string | undefined;
}
const Wishes: z.ZodType<readonly Wish[]> = z
  .array(z.object({ id: z.string().min(1), title: z.string().optional() }))
  .min(1)
  .refine((files) => new Set(files.map(({ id }) => id)).size === files.length);

/** What is to become of uploaded files, or why not. Pure. */
export function shareIn(given: Arguments): Share | { readonly refusal: Answer } {
  const wishes = Wishes.safeParse(parsed(given["files"]));
  if (!wishes.success) return { refusal: invalid("invalid files [json-pointer:/files]") };
  const comment = text(given, "initial_comment") ?? "";
  const blocks = z.array(z.looseObject({ type: z.string() })).safeParse(parsed(given["blocks"] ?? []));
  if (comment !== "") return { wishes: wishes.data, comment, blocks: [] };
  if (!blocks.success) return { refusal: { ok: false, error: "invalid_blocks_format" } };
  const wrong = refusalOfMessage(blocks.data, true);
  if (wrong) return { refusal: { ok: false, error: wrong.error, response_metadata: { messages: wrong.messages } } };
  // https://github.com/slackapi/python-slack-sdk/issues/1756
  if (blocks.data.some(({ type }) => type === "markdown")) return { refusal: { ok: false, error: "internal_error" } };
  // A file is shared with a person in the conversation that conversations.open gives.
  if (text(given, "channel_id")?.startsWith("U")) return { refusal: { ok: false, error: "channel_not_found" } };
  return { wishes: wishes.data, comment, blocks: blocks.data };
}

function parsed(value: unknown): unknown {
  try {
    return typeof value === "string" ? JSON.parse(value) : value;
  } catch {
    return null;
  }
}

function invalid(message: string): Answer {
  return { ok: false, error: "invalid_arguments", response_metadata: { messages: [`[ERROR] ${message}`] } };
}

/** The ids of files that blocks show as pictures, and where they stand. */
function picturesIn(value: unknown, pointer: string): readonly { readonly id: string; readonly pointer: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const file = name === "slack_file" ? z.object({ id: z.string() }).safeParse(inner) : undefined;
    return file?.success ? [{ id: file.data.id, pointer: `${pointer}/${name}` }] : picturesIn(inner, `${pointer}/${name}`);
  });
}

/** What Slack says of blocks that show what is no picture for whoever posts them. Pure. */
export function refusalOfPictures(blocks: unknown, isPicture: (id: string) => boolean): Refusal {
  const missing = picturesIn(blocks, "/blocks").filter(({ id }) => !isPicture(id));
  const messages = missing.map(({ pointer }) => `[ERROR] invalid slack file [json-pointer:${pointer}]`);
  return missing.length === 0 ? null : { error: "invalid_blocks", messages };
}
