import type { SweepRecord } from "@posture/core";
import { createPosture } from "@posture/runtime";
import { expect, test } from "vitest";
import { apartOf } from "./apart.ts";
import { envOf } from "./bot.test.fixture.ts";
import { Fleet, type OneBot, until } from "./bots.test.fixture.ts";
import { closedGroup, openedGroup } from "./story.test.fixture.ts";

/* Several bots on one database: what people ask a bot for that does not lead, and that must be done once. */

const now = (): string => new Date().toISOString();
const fleet = Fleet.forFile("handed", { latencyMs: 30 });

type Told = ReturnType<typeof fleet.slack.messages>[number];

function ask(bot: OneBot, text: string): Promise<unknown> {
  fleet.hear(bot);
  return fleet.slack.command(text);
}
const answers = (beginning: string): number => fleet.slack.messages().filter(({ text }) => text.startsWith(beginning)).length;
async function sweeps(): Promise<readonly SweepRecord[]> {
  const all: SweepRecord[] = [];
  for await (const { writes } of fleet.store.records()) for (const write of writes) if (write.kind === "sweep") all.push(write.value);
  return all;
}
/** A bot that leads and has told of this group, which was open before it started: its sweep at the start has seen it. */
async function leading(group: { readonly id: string; readonly name: string }): Promise<readonly [OneBot, () => Told | undefined]> {
  fleet.aws.patchWorld(openedGroup(fleet.accountId, group));
  const bot = await fleet.another();
  const message = (): Told | undefined => fleet.slack.messages().find(({ text, threadTs }) => text.includes(group.name) && !threadTs);
  await until("the group to be told", () => message() !== undefined);
  expect(bot.leads).toBe(true);
  return [bot, message];
}
const isNothingLeft = (): Promise<boolean> => fleet.store.read({ inbox: { states: ["received"] } }, ({ inbox }) => inbox.length === 0);

test("a sweep that a bot is asked for that does not lead is done by the one that leads, once, and whoever asked is told", async () => {
  const first = await fleet.another();
  await until("the first sweep to be told", () => fleet.slack.messages().length > 0);
  const second = await fleet.another();
  expect([first.leads, second.leads]).toEqual([true, false]);
  const before = (await sweeps()).length;

  // The first one's sweep goes on until the second one's request has come to it.
  fleet.aws.addFault({ operation: "ec2:*", kind: "slow", delayMs: 30_000 });
  await ask(first, "/posture scan");
  await until("the first to be told that it began", () => answers("Sweeping. ") === 1);
  await ask(second, "/posture scan");
  await until("the second to be told that one is running", () => answers("A sweep is running already. ") === 1);
  fleet.aws.clearFaults();
  await until("both to be told what came of it", () => answers("Swept: nothing has changed") === 2);
  expect((await sweeps()).length).toBe(before + 1);

  // Asked while nobody leads: the one that leads next does it.
  await first.end("SIGKILL");
  await ask(second, "/posture scan");
  expect(second.leads).toBe(false);
  await until("it to be told", () => answers("Swept: ") === 3);
  expect(second.leads).toBe(true);
  await until("every request to be done", isNothingLeft);
  await second.end("SIGTERM");
}, 120_000);

test("a re-check at a bot that does not lead shows in the channel while it reads", async () => {
  const group = { id: "sg-0ddddddddddddddd1", name: "group-2" };
  const [bot, message] = await leading(group);
  const other = await fleet.another();

  fleet.aws.addFault({ operation: "ec2:*", kind: "slow", delayMs: 30_000 });
  fleet.hear(other);
  await fleet.slack.click({ user: "Ana", message: message()?.ts ?? "", label: "Re-check" });
  await until("its message to say that it is being read", () => message()?.text.startsWith("⏳ Checking") === true);
  fleet.aws.patchWorld(closedGroup(fleet.accountId, group));
  fleet.aws.clearFaults();
  await until("its message to say what came of it", () => message()?.text.includes("Checking") === false);
  expect(message()?.text).toContain("Resolved");
  await other.end("SIGTERM");
  await bot.end("SIGTERM");
}, 120_000);

test("what a process commits beside the bots that tells nothing itself, the one that leads tells at once", async () => {
  const group = { id: "sg-0ccccccccccccccc1", name: "group-1" };
  const [bot, message] = await leading(group);
  const posture = await createPosture({ store: fleet.store, now, folder: fleet.folder, env: envOf(fleet.aws) });
  const [finding] = (await posture.list({ statuses: ["open"], severities: ["critical"] })).flatMap((it) =>
    it.finding.ref.arn.includes(group.id) ? [it.finding] : [],
  );
  const by = { kind: "user", id: "arn:aws:iam::111122223333:user/ana", via: "cli" } as const;
  const justification = "Only for the migration of the shop.";
  expect((await posture.suppress({ fingerprint: finding?.fingerprint ?? "", justification, by })).kind).toBe("suppressed");
  await until("its message to say so", () => message()?.text.includes("Suppressed") === true);
  await posture.close();
  await bot.end("SIGTERM");
}, 120_000);

test("of several bots one reads a resource at a time for a re-check, and a read that failed is in nobody's way", async () => {
  const { shared } = fleet.store;
  if (!shared) throw new Error("nobody else can have it open");
  const [one, two] = [apartOf(shared, "one"), apartOf(shared, "two")];
  let [reading, most] = [0, 0];
  const read = async (): Promise<string> => {
    most = Math.max(most, (reading += 1));
    await shared.seq();
    reading -= 1;
    return "read";
  };
  expect(await Promise.all([one("f", read), two("f", read)])).toEqual(["read", "read"]);
  expect(most).toBe(1);
  await expect(one("f", () => Promise.reject(new Error("AWS does not answer")))).rejects.toThrow("AWS does not answer");
  expect(await two("f", read)).toBe("read");
});
