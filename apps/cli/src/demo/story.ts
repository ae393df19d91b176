import { closeGroup, OPENED, openGroup } from "./changes.ts";
import type { House } from "./house.ts";

type Message = ReturnType<House["slack"]["messages"]>[number];

const PATIENCE = 30_000;

/** What the demo plays when nobody watches: each step is what a person would do in the page, and waits for what they would see. */
export async function play({ aws, slack, accountId }: House, say: (line: string) => void): Promise<void> {
  const seen = (what: string, test: (message: Message) => boolean): Promise<Message> => sees(slack, what, test);

  const digest = await seen("the digest of the first sweep", ({ text }) => text.startsWith("First sweep"));
  say(`The first sweep is told in one digest: ${firstLine(digest)}`);

  await slack.click({ message: digest.ts, label: "Post the criticals" });
  const critical = await seen("a critical finding's message", ({ text }) => text.includes("Critical"));
  say(`Ana posts the criticals: ${firstLine(critical)}`);

  const example = optionOf(digest, /versioning/i);
  if (example !== undefined) {
    await slack.click({ message: digest.ts, label: "Open a finding", value: example });
    const opened = await seen("the example plugin's finding", ({ text }) => /versioning/i.test(text) && !text.startsWith("First sweep"));
    say(`Ana opens a finding of the example plugin from the digest's menu: ${firstLine(opened)}`);
  }

  aws.patchWorld(openGroup(accountId));
  const news = await seen("the message about the port that was opened", ({ text }) => text.includes(OPENED.name));
  say(`Somebody opens a port: ${firstLine(news)}`);

  await slack.click({ message: news.ts, label: "Re-check" });
  const still = await seen("the verdict", ({ ts, blocks }) => ts === news.ts && contains(blocks, "still failing"));
  say(`Ana re-checks: still failing (${firstLine(still)})`);

  aws.patchWorld(closeGroup(accountId));
  await slack.click({ message: news.ts, label: "Re-check" });
  const fixed = await seen("the resolved message", ({ ts, text }) => ts === news.ts && text.startsWith("✅"));
  say(`It is fixed, and re-checked: ${firstLine(fixed)}`);

  await slack.click({ message: critical.ts, label: "Suppress" });
  const refused = await slack.submit({ values: { Justification: "no" } });
  say(`Ana suppresses without a reason: ${Object.values(refused.errors ?? {}).join(" ")}`);
  await slack.submit({ values: { Justification: "A public website, reviewed with its owners." } });
  const suppressed = await seen("the suppressed message", ({ ts, text }) => ts === critical.ts && text.startsWith("🔕"));
  say(`And with one: ${firstLine(suppressed)}`);

  await slack.command("/posture summary");
  await seen("the summary", ({ text }) => text.startsWith("Posture summary"));
}

/** Waits until the channel shows it. */
async function sees(slack: House["slack"], what: string, test: (message: Message) => boolean): Promise<Message> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const found = slack.messages().find(test);
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not appear in the channel within ${PATIENCE / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function firstLine({ text }: Message): string {
  const [line = ""] = text.split("\n");
  return line;
}

function contains(blocks: unknown, words: string): boolean {
  return JSON.stringify(blocks).includes(words);
}

/** The value of the menu's option whose text matches. */
function optionOf({ blocks }: Message, wanted: RegExp): string | undefined {
  for (const block of blocks) {
    if (block.type !== "actions") continue;
    for (const element of block.elements) {
      if (element.type !== "static_select") continue;
      const option = element.options?.find(({ text }) => wanted.test(text.text));
      if (option) return option.value;
    }
  }
  return undefined;
}
