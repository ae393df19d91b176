import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { WebClient } from "@slack/web-api";
import { expect, test, vi } from "vitest";
import { envOf, type Message, now, says, soon, Team } from "./bot.test.fixture.ts";
import { closedGroup, openedGroup } from "./story.test.fixture.ts";

/* What command lines commit while no bot runs: the next start tells it. */

const CLI = fileURLToPath(new URL("../../cli/src/main.ts", import.meta.url));
const team = Team.forFile();
const group = (n: number): { id: string; name: string } => ({ id: `sg-0${String(n).padStart(16, "c")}`, name: `group-${n}` });

/** As a person runs it: a process of its own. */
async function posture(...words: readonly string[]): Promise<string> {
  const env = { ...process.env, ...envOf(team.aws), POSTURE_STORE: team.store };
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=@posture/source", CLI, ...words], {
    env,
    cwd: team.folder,
  });
  return stdout;
}
async function idOf(arn: string): Promise<string> {
  return team.stored(async (store) => (await store.named(arn, now()))[0]?.id ?? "");
}
const arnOf = ({ id }: { readonly id: string }): string => `arn:aws:ec2:eu-west-1:${team.accountId}:security-group/${id}`;
const updates = (message: Message): number =>
  team.slack.ledger().filter(({ method, arguments: given }) => method === "chat.update" && given["ts"] === message.ts).length;
const told = (ts: string): readonly string[] => team.slack.messages().flatMap((it) => (it.threadTs === ts ? [it.text] : []));

async function swept(): Promise<void> {
  const answers = (): number => team.slack.messages().filter(({ text }) => text.startsWith("Swept")).length;
  const before = answers();
  await team.slack.command("/posture scan");
  await vi.waitFor(() => expect(answers()).toBe(before + 1), soon);
}
async function opened(n: number): Promise<Message> {
  // One that runs since the bot has started may have read the groups already.
  await swept();
  team.aws.patchWorld(openedGroup(team.accountId, group(n)));
  await swept();
  return team.shown(({ text, threadTs }) => text.includes(group(n).name) && threadTs === undefined);
}
async function settled(): Promise<void> {
  const isSettled = (): Promise<boolean> =>
    team.stored((store) => store.read({ outbox: { states: ["due", "sending", "unknown"] } }, ({ outbox }) => outbox.length === 0));
  await vi.waitFor(async () => expect(await isSettled()).toBe(true), soon);
}

test("what a command line suppressed while no bot ran, its message says once the bot is back, and by whom; it is changed once", async () => {
  const message = await opened(1);
  await settled();
  const id = await idOf(arnOf(group(1)));
  await team.bot.stop();
  const before = updates(message);
  await posture("suppress", id, "--reason", "Only for the migration of the shop.", "--days", "3");
  expect(updates(message)).toBe(before);
  await team.start();
  await vi.waitFor(() => expect(team.current(message.ts)?.text).toContain("Suppressed"), soon);
  expect(says(team.current(message.ts), "Only for the migration of the shop.")).toBe(true);
  await vi.waitFor(() => expect(told(message.ts).join("\n")).toMatch(/Only for the migration of the shop/), soon);
  expect(told(message.ts).join("\n")).toContain("arn:aws:");
  await settled();
  expect(updates(message)).toBe(before + 1);
  // And nothing more, however often it starts.
  await team.restart();
  await settled();
  expect(updates(message)).toBe(before + 1);
});

test("whom a command line assigned is told alone when the bot is back, and the message names them", async () => {
  const message = await opened(5);
  await settled();
  const id = await idOf(arnOf(group(5)));
  await team.bot.stop();
  const ben = String((await new WebClient("xoxp-ben", { slackApiUrl: team.slack.apiUrl }).auth.test()).user_id);
  await posture("assign", id, ben);
  await team.start();
  await vi.waitFor(() => expect(says(team.current(message.ts), ben)).toBe(true), soon);
  await settled();
  expect(team.slack.directMessages("Ben").filter(({ text }) => text.startsWith("Assigned to you: "))).toHaveLength(1);
});

test("what was suppressed and lifted in between leaves the message as it was", async () => {
  const message = await opened(2);
  await settled();
  const id = await idOf(arnOf(group(2)));
  await team.bot.stop();
  await posture("suppress", id, "--reason", "Suppressed by mistake, it seems.", "--days", "3");
  await posture("unsuppress", id);
  await team.start();
  await settled();
  expect(team.current(message.ts)?.text).toBe(message.text);
});

test("what a sweep of a command line found and saw resolved is told when the bot is back", async () => {
  const message = await opened(3);
  await settled();
  await team.bot.stop();
  team.aws.patchWorld(closedGroup(team.accountId, group(3)));
  team.aws.patchWorld(openedGroup(team.accountId, group(4)));
  await team.sweepAlone();
  await team.start();
  await vi.waitFor(() => expect(team.current(message.ts)?.text).toContain("Resolved"), soon);
  await team.shown(({ text, threadTs }) => text.includes(group(4).name) && threadTs === undefined);
});
