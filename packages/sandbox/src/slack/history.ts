import { z } from "zod";
import { type Arguments, text } from "./arguments.ts";

export const Kept: z.ZodType<readonly KeptMessage[]> = z.array(z.looseObject({ ts: z.string() }));
interface KeptMessage {
  readonly ts: string;
  readonly [member: string]: unknown;
}

const MOST = 999;
const USUAL = 100;

/**
 * The part of a channel's history that a call asks for, the newest first. Pure.
 *
 * @param kept all messages of the channel, the newest first
 * @see https://docs.slack.dev/reference/methods/conversations.history
 */
export function historyOf(kept: readonly KeptMessage[], given: Arguments): Readonly<Record<string, unknown>> {
  const within = kept.filter(isWithin(given));
  const cursor = text(given, "cursor") ?? "";
  const from = cursor === "" ? 0 : within.findIndex(({ ts }) => ts === Buffer.from(cursor, "base64").toString());
  if (from < 0) return { ok: false, error: "invalid_cursor" };
  const limit = Math.min(MOST, Number(given["limit"] ?? USUAL) || USUAL);
  const next = within[from + limit];
  return {
    ok: true,
    messages: within
      .slice(from, from + limit)
      .map((message) => (isTrue(given["include_all_metadata"]) ? message : withoutMetadata(message))),
    has_more: next !== undefined,
    response_metadata: { next_cursor: next === undefined ? "" : Buffer.from(next.ts).toString("base64") },
  };
}

/** The ends belong to it only if `inclusive` says so. */
function isWithin(given: Arguments): (message: KeptMessage) => boolean {
  const oldest = Number(given["oldest"] ?? 0);
  const latest = Number(given["latest"] ?? Number.POSITIVE_INFINITY);
  const inclusive = isTrue(given["inclusive"]);
  return ({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
}

function withoutMetadata({ metadata: _metadata, ...message }: KeptMessage): KeptMessage {
  return message;
}

/** As JSON, and as in a form. */
function isTrue(value: unknown): boolean {
  return value === true || value === "true" || value === "1";
}
