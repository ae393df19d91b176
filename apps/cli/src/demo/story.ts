import { setTimeout } from "node:timers/promises";
import { closeGroup, colleague, OPENED, openGroup } from "./changes.ts";
import type { House } from "./house.ts";

type Message = ReturnType<House["slack"]["messages"]>[number];

/** The one that is meant to be public. */
const WEBSITE = "example-marketing-site";
const PATIENCE = 30_000;

/** Tells of one step: what happened, and what there is to see of it. */
export type Tell = (happened: string, seen: string) => void;

/**
 * What the demo plays when nobody watches: each step is what a person would do in the page, and waits for what they would see.
 * @throws {Error} where it does not come, or `signal` is aborted
 */
export async function play({ aws, slack, accountId, example }: House, tell: Tell, signal: AbortSignal): Promise<void> {
  const seen = (what: string, test: (message: Message) => boolean): Promise<Message> => sees(slack, what, test, signal);

  const digest = await seen("the digest of the first sweep", ({ text }) => text.startsWith("First sweep"));
  tell("The first sweep is told in one digest", firstLine(digest));

  if (example) {
    await slack.click({ message: digest.ts, label: "Open a finding", value: optionOf(digest, "does not keep old versions") });
    const opened = await seen(
      "the example plugin's finding",
      ({ ts, text }) => ts !== digest.ts && text.includes("does not keep old versions"),
    );
    tell("Ana opens a finding of the example plugin from the digest's menu", firstLine(opened));
  }

  await slack.click({ message: digest.ts, label: "Post the criticals" });
  const critical = await seen("the message about the public website", ({ text }) => text.includes("Critical") && text.includes(WEBSITE));
  tell("Ana posts the criticals; this is one of them", firstLine(critical));

  aws.patchWorld(openGroup(accountId), colleague(accountId));
  const news = await seen("the message about the port that was opened", ({ text }) => text.includes(OPENED.name));
  tell("Somebody opens a port, and its message is there at once", firstLine(news));

  await slack.click({ message: news.ts, label: "Re-check" });
  await seen("the verdict", ({ ts, blocks }) => ts === news.ts && contains(blocks, "still failing"));
  tell("Ana re-checks it", "still failing");

  aws.patchWorld(closeGroup(accountId), colleague(accountId));
  const fixed = await seen("the resolved message", ({ ts, text }) => ts === news.ts && text.startsWith("✅"));
  tell("It is fixed, and the message says so by itself", firstLine(fixed));

  await slack.click({ message: critical.ts, label: "Suppress" });
  const refused = await slack.submit({ values: { Basis: "By design", Justification: "no" } });
  tell("Ana suppresses it without a reason", Object.values(refused.errors ?? {}).join(" "));
  await slack.submit({ values: { Basis: "By design", Justification: "A public website, reviewed with its owners." } });
  const suppressed = await seen("the suppressed message", ({ ts, text }) => ts === critical.ts && text.startsWith("🔕"));
  tell("And with one", firstLine(suppressed));

  await slack.command("/posture summary");
  const summary = await seen("the summary", ({ text }) => text.startsWith("Posture summary"));
  tell("Ana types /posture summary", firstLine(summary));
}

/** Waits until the channel shows it. */
async function sees(slack: House["slack"], what: string, test: (message: Message) => boolean, signal: AbortSignal): Promise<Message> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const found = slack.messages().find(test);
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not appear in the channel within ${PATIENCE / 1000} s`);
    await setTimeout(50, undefined, { signal });
  }
}

function firstLine({ text }: Message): string {
  const [line = ""] = text.split("\n");
  return line;
}

function contains(blocks: unknown, words: string): boolean {
  return JSON.stringify(blocks).includes(words);
}

/** The value of the menu's first option with these words. @throws {Error} where there is none */
function optionOf({ blocks }: Message, words: string): string {
  for (const block of blocks) {
    if (block.type !== "actions") continue;
    for (const element of block.elements) {
      if (element.type !== "static_select") continue;
      const option = element.options?.find(({ text }) => text.text.includes(words));
      if (option?.value !== undefined) return option.value;
    }
  }
  throw new Error(`the digest's menu has no finding that "${words}"`);
}
