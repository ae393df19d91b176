import { cancel, intro, isCancel, multiselect, select, text } from "@clack/prompts";
import type { Readable, Writable } from "node:stream";
import { isRegion } from "./arguments.ts";
import { DEFAULT_WISHES, type SlackWishes, unwantedChecks, type Wishes } from "./configuration-file.ts";
import { plural } from "./words.ts";

/** Where questions are asked, and answers typed. */
export interface Desk {
  readonly input: Readable;
  readonly output: Writable;
}

interface Known {
  readonly id: string;
  readonly categories: readonly string[];
}

/** Asks for what a configuration says. `null`: whoever was asked does not want to go on. */
export async function asked(checks: readonly Known[], desk: Desk): Promise<Wishes | null> {
  intro("What shall Posture watch? (Ctrl-C ends, and nothing is written)", desk);
  try {
    const regions = await regionsAsked(desk);
    const off = unwantedChecks(checks, await servicesAsked(checks, desk));
    const store = answered(
      await text({
        ...desk,
        message: "Where is what it finds kept?",
        placeholder: DEFAULT_WISHES.store,
        defaultValue: DEFAULT_WISHES.store,
      }),
    );
    return { regions, store: store.trim() || DEFAULT_WISHES.store, off, slack: await slackAsked(desk) };
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    cancel("Nothing was written.", desk);
    return null;
  }
}

async function regionsAsked(desk: Desk): Promise<readonly string[]> {
  const which = await select({
    ...desk,
    message: "Which regions?",
    options: [
      { value: "all", label: "Every enabled region of the account" },
      { value: "some", label: "Only some", hint: "fewer calls, and what is elsewhere is not seen" },
    ],
  });
  if (answered(which) === "all") return [];
  const names = await text({
    ...desk,
    message: "Which ones?",
    placeholder: "eu-west-1 us-east-1",
    validate: (typed) => troubleWith(typed ?? ""),
  });
  return [...new Set(namesIn(answered(names)))];
}

async function servicesAsked(checks: readonly Known[], desk: Desk): Promise<readonly string[]> {
  const categories = [...new Set(checks.flatMap((check) => check.categories))].toSorted();
  const hint = (category: string): string => plural(checks.filter((check) => check.categories.includes(category)).length, "check");
  return answered(
    await multiselect({
      ...desk,
      message: "Which checks? (space switches one on or off)",
      options: categories.map((value) => ({ value, label: value, hint: hint(value) })),
      initialValues: categories,
      required: true,
    }),
  );
}

async function slackAsked(desk: Desk): Promise<SlackWishes | null> {
  const how = await select({
    ...desk,
    message: "Shall it tell Slack what it finds?",
    options: [
      { value: "no", label: "No, or not yet" },
      { value: "http", label: "Yes, over HTTP", hint: "Slack reaches the bot at an https address" },
      { value: "socket", label: "Yes, in Socket Mode", hint: "the bot opens the connection, nothing comes in" },
    ],
  });
  const way = answered(how);
  if (way !== "http" && way !== "socket") return null;
  const channel = await text({
    ...desk,
    message: "In which channel?",
    placeholder: USUAL_CHANNEL,
    defaultValue: USUAL_CHANNEL,
    validate: (typed) => channelTrouble(typed ?? ""),
  });
  return { way, channel: channelNamed(answered(channel)) };
}

const USUAL_CHANNEL = "#security";

/** An id stays one; a name gets its `#`. */
function channelNamed(typed: string): string {
  const name = typed.trim() || USUAL_CHANNEL;
  return /^#|^[CG][A-Z0-9]{6,}$/.test(name) ? name : `#${name}`;
}

function channelTrouble(typed: string): string | undefined {
  const fits = /^(#[^\s#@<>|,A-Z]{1,80}|[CG][A-Z0-9]{6,})$/.test(channelNamed(typed));
  return fits ? undefined : "That is not how Slack writes a channel: its name in small letters, such as #security, or its id.";
}

function namesIn(typed: string): string[] {
  return typed.split(/[\s,]+/).filter((name) => name !== "");
}

function troubleWith(typed: string): string | undefined {
  const names = namesIn(typed);
  if (names.length === 0) return "Name one at least.";
  const wrong = names.find((name) => !isRegion(name));
  return wrong === undefined ? undefined : `${wrong} is not the name of a region; those look like eu-west-1.`;
}

class Cancelled extends Error {}

/** @throws {Cancelled} */
function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new Cancelled();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one symbol that the library answers with is that of a cancellation
  return answer as Exclude<T, symbol>;
}
