import type { Instant } from "@posture/core";
import type { ActionsBlock, KnownBlock } from "@slack/types";
import { ACTION, encodeShare, type Shared } from "../codec.ts";
import { MOST_TYPED } from "../asking/words.ts";
import type { Message } from "../slack/port.ts";
import { button, cut, escaped, literal, printable, repeatedBlock, rich, section, when } from "./parts.ts";

/** Slack shows so many buttons and menus side by side; more are on a line of their own. */
const MOST_IN_A_ROW = 5;

/** The answer with a button that posts it for all to see. Where the button could not say which answer it is, there is none. Pure. */
export function withShare(message: Message, shared: Shared): Message {
  if (shared.typed.length > MOST_TYPED) return message;
  const share = button("Share to channel", ACTION.share, encodeShare(shared));
  return eachBlocks(message, (blocks) => {
    const at = blocks.findLastIndex(({ type }) => type === "actions");
    const row = blocks[at];
    return row?.type === "actions" && row.elements.length < MOST_IN_A_ROW
      ? blocks.with(at, { ...row, elements: [...row.elements, share] })
      : [...blocks, { type: "actions", elements: [share] }];
  });
}

/** Can it be shared? A mistake, for one, cannot. Pure. */
export function isShareable({ blocks }: Message): boolean {
  return blocks.some((block) => block.type === "actions" && block.elements.some(isShare));
}

/** The same for whoever may not share it. Pure. */
export function withoutShare(message: Message): Message {
  return eachBlocks(message, (blocks) =>
    blocks.flatMap((block): KnownBlock[] => {
      if (block.type !== "actions") return [block];
      const elements = block.elements.filter((it) => !isShare(it));
      return elements.length > 0 ? [{ ...block, elements }] : [];
    }),
  );
}

function isShare(element: ActionsBlock["elements"][number]): boolean {
  return "action_id" in element && element.action_id === ACTION.share;
}

export interface SharedModel {
  readonly message: Message;
  /** How people are called, by id: whoever asked, and whom the answer mentions. */
  readonly names: ReadonlyMap<string, string>;
  readonly by: string;
  /** The command that was typed. */
  readonly command: string;
  readonly now: Instant;
  readonly mayRepeat: boolean;
}

/** An answer as everybody in the channel reads it: what can only be pressed by who asked is gone, and it calls nobody. Pure. */
export function sharedMessage({ message, names, by, command, now, mayRepeat }: SharedModel): Message {
  const who = names.get(by) ?? "somebody";
  const said = rich(
    section(
      literal("Asked by "),
      literal(`@${who}`, { bold: true }),
      literal(", as of "),
      when(now),
      literal(": "),
      literal(cut(command, 600), { code: true }),
    ),
  );
  const shown = eachBlocks(message, (blocks) => [
    ...blocks.filter(({ type }) => type !== "actions").map((block) => uncalling(block, names)),
    said,
    ...(mayRepeat ? [repeatedBlock()] : []),
  ]);
  return { ...shown, text: `${message.text} Asked by ${escaped(printable(`@${who}`))}.` };
}

/** The block with names in the place of mentions: who is spoken of is not called. Pure. */
function uncalling<T>(block: T, names: ReadonlyMap<string, string>): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- elements of rich text take the place of others, and texts that of texts
  return quiet(block, names) as T;
}

const MENTION = /<([@!#])([^<>|]*)(?:\|([^<>]*))?>/g;

function quiet(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((it: unknown) => quiet(it, names));
  if (typeof value !== "object" || value === null) return value;
  const given: Readonly<Record<string, unknown>> = { ...value };
  const nameOf = (id: unknown): string => `@${names.get(String(id)) ?? "somebody"}`;
  switch (given["type"]) {
    case "user":
      return literal(nameOf(given["user_id"]));
    case "usergroup":
      return literal("@a user group");
    case "broadcast":
      return literal(`@${String(given["range"])}`);
    case "mrkdwn":
      return {
        ...given,
        text: String(given["text"]).replaceAll(MENTION, (whole, mark: string, id: string) => calm(whole, mark, id, nameOf)),
      };
    default:
      return Object.fromEntries(Object.entries(given).map(([key, inner]) => [key, quiet(inner, names)]));
  }
}

/** A date stays one. */
function calm(whole: string, mark: string, id: string, nameOf: (id: string) => string): string {
  if (mark === "@") return escaped(printable(nameOf(id)));
  return mark === "!" && !id.startsWith("date^") ? "@a group" : whole;
}

/** People whom the message mentions, by id. Pure. */
export function peopleIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(peopleIn);
  if (typeof value !== "object" || value === null) return [];
  const given: Readonly<Record<string, unknown>> = { ...value };
  if (given["type"] === "user" && typeof given["user_id"] === "string") return [given["user_id"]];
  if (given["type"] === "mrkdwn") return [...String(given["text"]).matchAll(/<@([^<>|]+)/g)].map(([, id = ""]) => id);
  return Object.values(given).flatMap(peopleIn);
}

function eachBlocks(message: Message, change: (blocks: readonly KnownBlock[]) => readonly KnownBlock[]): Message {
  const { blocks, plainer } = message;
  return { ...message, blocks: change(blocks), ...(plainer && { plainer: change(plainer) }) };
}
