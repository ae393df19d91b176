import { refusalOfMessage, refusalOfView } from "@posture/sandbox/slack";
import type { View } from "@slack/types";
import fc from "fast-check";
import { expect } from "vitest";
import type { Message } from "../slack/port.ts";
import { charactersOf } from "./limits.ts";
import { OUTSIDE } from "./world.test.fixture.ts";

/* What could stand in a name, a tag, a message or a justification, and what of it must never come through. */

const FRAGMENTS = [
  "*bold*",
  "_italic_",
  "~struck~",
  "`code`",
  "```\nblock\n```",
  "\n> quote",
  "<!channel>",
  "<!here|here>",
  "<!subteam^S0EVIL>",
  "<@U0EVIL>",
  "<#C0EVIL>",
  "<https://evil.example|click>",
  "https://evil.example/?a=1&b=2",
  "javascript:alert(1)",
  "<!date^0^{date}|x>",
  "@channel @here",
  ":smile:",
  "&lt;",
  "&amp;lt;",
  "&",
  "|",
  "^",
  "\u0000",
  "\u001B[31m",
  "\uD800",
  "\uDC00",
  "\u202Eexe.gnp",
  "\u2066\u2069",
  "\u200B",
  "\uFEFF",
  "👩‍👩‍👧‍👦",
  "🏳️‍🌈",
  "e\u0301\u0301\u0301",
  "漢字",
  "\n",
  "\r\n",
  "\t",
  " ",
  "\u2028",
  "{name}",
  "__proto__",
  "constructor",
] as const;

const fragment = fc.constantFrom(...FRAGMENTS);
/** Of up to 2,000 characters, or a little more. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.array(fragment, { maxLength: 12 }).map((it) => it.join("")) },
  { weight: 2, arbitrary: fc.tuple(fragment, fragment).map(([a, b]) => `${a}${b}`.repeat(1 + Math.floor(2000 / (a.length + b.length)))) },
  { weight: 2, arbitrary: fc.array(fc.nat(0x10ffff), { maxLength: 2000, size: "max" }).map((it) => String.fromCodePoint(...it)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "",
      " ",
      "exports",
      "__proto__",
      "constructor",
      "toString",
      "x".repeat(2000),
      "漢".repeat(2000),
      "&".repeat(2000),
    ),
  },
);

/** What Slack would be sent. */
export type Payload = { readonly name: string; readonly message: Message } | { readonly name: string; readonly view: View };

/** People and channels that the payloads are made with; anybody else was named by what is hostile. */
const PEOPLE = ["U0ANA", "U0BEN"] as const;
/** Where a ticket, a page of ours or a permalink may lead. */
const LEADS = /^https:\/\/(?:[a-z0-9-]+\.)*(?:aws\.amazon\.com|example\.com|slack\.example)(?:[/?#]|$)/;
/** More characters in all are refused: https://github.com/slackapi/bolt-js/issues/2509. */
const MOST_CHARACTERS = 13_200;
/** Bytes, escaped: https://docs.slack.dev/reference/methods/chat.update#errors */
const MOST_TEXT = 4000;

/** What is wrong with a payload, a sentence each. */
export function wrongWithPayload(payload: Payload): readonly string[] {
  const refusal =
    "view" in payload
      ? refusalOfView(payload.view, payload.view.type === "home" ? "home" : "modal")
      : refusalOfMessage(payload.message.blocks, true);
  const blocks = "view" in payload ? payload.view.blocks : payload.message.blocks;
  const text = "view" in payload ? "" : payload.message.text;
  return [
    ...(refusal ? [refusal.error, ...refusal.messages] : []),
    ...("view" in payload ? [] : wrongWithFallback(text)),
    ...(text.length + charactersOf(blocks) > MOST_CHARACTERS && !("view" in payload) ? ["it is too long in all"] : []),
    ...blocks.flatMap((block) => wrongIn(block, [block.type])),
  ];
}

function wrongWithFallback(text: string): readonly string[] {
  return [
    ...(text.trim() === "" ? ["the text is empty"] : []),
    ...(bytesOf(text) > MOST_TEXT ? [`the text has ${bytesOf(text)} bytes`] : []),
    ...wrongInMrkdwn(text),
    ...wrongCharacters(text),
  ];
}

/** What comes back to the bot, and nobody reads. */
const UNSEEN: ReadonlySet<string> = new Set(["value", "action_id", "block_id", "private_metadata", "callback_id"]);

/** Goes through everything that a person sees. */
function wrongIn(value: unknown, path: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((it: unknown, i) => wrongIn(it, [...path, String(i)]));
  if (typeof value !== "object" || value === null) return [];
  const it: Readonly<Record<string, unknown>> = { ...value };
  const say = (found: readonly string[]): readonly string[] => found.map((what) => `${path.join("/")}: ${what}`);
  const text = typeof it["text"] === "string" ? it["text"] : undefined;
  const inner = Object.entries(it).flatMap(([key, part]) => wrongIn(part, [...path, key]));
  const characters = say(
    Object.entries(it).flatMap(([key, part]) => (typeof part === "string" && !UNSEEN.has(key) ? wrongCharacters(part) : [])),
  );
  switch (it["type"]) {
    case "mrkdwn":
      return [
        ...inner,
        ...characters,
        ...say(wrongInMrkdwn(text ?? "")),
        ...say((text ?? "").includes(OUTSIDE) ? [`a text that is not ours is formatted: ${excerpt(text ?? "", new RegExp(OUTSIDE))}`] : []),
        ...say(it["verbatim"] === true || !/https?:/.test(text ?? "") ? [] : ["an address would become a link"]),
      ];
    case "user":
      return [...inner, ...say(PEOPLE.some((id) => id === it["user_id"]) ? [] : [`it mentions ${String(it["user_id"])}`])];
    case "usergroup":
      return [...inner, ...say(it["usergroup_id"] === "S0OWN" ? [] : [`it mentions ${String(it["usergroup_id"])}`])];
    case "plain_text":
      return [...inner, ...characters, ...say(it["emoji"] === false ? [] : ["its colons would become emoji"])];
    case "broadcast":
    case "emoji":
      return [...inner, ...say([`it holds a ${it["type"]}`])];
    case "channel":
      return [...inner, ...say(String(it["channel_id"]).startsWith("C0OWN") ? [] : [`it names the channel ${String(it["channel_id"])}`])];
    case "markdown":
      return [...inner, ...say(["markdown is formatted"])];
    case "link":
      return [...inner, ...characters, ...say(LEADS.test(String(it["url"])) ? [] : [`it leads to ${String(it["url"])}`])];
    default: {
      const leads = [it["url"], it["image_url"]].filter((url) => typeof url === "string");
      return [...inner, ...characters, ...say(leads.filter((url) => !LEADS.test(url)).map((url) => `it leads to ${url}`))];
    }
  }
}

/** Ours: a date with its fallback, a person, the bot's own channel. */
const OURS = /<!date\^\d+\^\{date_short_pretty\} at \{time\}\|[\d :UTC-]+>|<@(?:U0ANA|U0BEN)>|<#C0OWN(?:CHANNEL)?>/g;

function wrongInMrkdwn(text: string): readonly string[] {
  const rest = text.replaceAll(OURS, "");
  return [
    ...(/[<>]/.test(rest) ? [`it holds markup: ${excerpt(rest, /[<>]/)}`] : []),
    ...(/&(?!amp;|lt;|gt;)/.test(rest) ? [`it is not escaped: ${excerpt(rest, /&(?!amp;|lt;|gt;)/)}`] : []),
  ];
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"));
}

function excerpt(text: string, at: RegExp): string {
  const place = text.search(at);
  return JSON.stringify(text.slice(Math.max(0, place - 20), place + 30));
}

/** What draws nothing, or turns what follows; U+200D joins emoji. Half of a character is none. */
function wrongCharacters(text: string): readonly string[] {
  const found = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
  const wrong = [...text.matchAll(found)].map(([it]) => it).filter((it) => it !== "\n" && it !== "\t" && it !== "\u200D");
  return wrong.length === 0 ? [] : [`it holds U+${(wrong[0]?.codePointAt(0) ?? 0).toString(16)}`];
}

/** That nothing is wrong with any. */
export function expectHarmless(payloads: readonly Payload[]): void {
  const wrong = payloads.flatMap((payload) => wrongWithPayload(payload).map((what) => `${payload.name}: ${what}`));
  expect([...new Set(wrong)].slice(0, 20)).toEqual([]);
}

/** How many payloads there were: of each sort, and of how many names. */
export interface Tally {
  readonly payloads: number;
  readonly messages: number;
  readonly windows: number;
  readonly homes: number;
  readonly names: number;
}

/** The same of many worlds, each of texts that mean no good. */
export function expectPayloadsHarmless(
  payloadsOf: (texts: readonly string[]) => readonly Payload[],
  how: { readonly seed: number; readonly numRuns: number },
): Tally {
  const tally = { payloads: 0, messages: 0, windows: 0, homes: 0 };
  const names = new Set<string>();
  const worlds = fc.array(hostileText, { minLength: 5, maxLength: 25, size: "max" });
  const harmless = fc.property(worlds, (texts) => {
    for (const payload of expectedHarmless(payloadsOf(texts))) {
      tally.payloads += 1;
      tally[sortOf(payload)] += 1;
      names.add(payload.name);
    }
  });
  fc.assert(harmless, { ...how, endOnFailure: true });
  return { ...tally, names: names.size };
}

function expectedHarmless(payloads: readonly Payload[]): readonly Payload[] {
  expectHarmless(payloads);
  return payloads;
}

function sortOf(payload: Payload): "messages" | "windows" | "homes" {
  if (!("view" in payload)) return "messages";
  return payload.view.type === "home" ? "homes" : "windows";
}
