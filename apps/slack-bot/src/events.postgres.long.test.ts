import { expect, test } from "vitest";
import { Fleet, until } from "./bots.test.fixture.ts";
import { GROUP, openedGroup } from "./story.test.fixture.ts";

/* Of several bots one listens to what changes in AWS; whoever leads next takes what waits in the queue. */

const fleet = Fleet.forFile("events", { latencyMs: 3, events: "posture-events" });
const shown = (): string => JSON.stringify(fleet.slack.messages());
const told = (): number => fleet.slack.messages().filter(({ text, threadTs }) => text.includes(GROUP.name) && !threadTs).length;

test("a change that comes while nobody leads is told by whoever leads next, and a bot that stands by says that it does not listen", async () => {
  const first = await fleet.another();
  await until("the first sweep to be told", () => fleet.slack.messages().length > 0);
  const second = await fleet.another();
  expect([first.leads, second.leads]).toEqual([true, false]);
  fleet.hear(second);
  await fleet.slack.command("/posture status");
  await until("the second one to say that it stands by", () => shown().includes("This bot stands by: the one that leads listens."));

  await first.end("SIGKILL");
  fleet.aws.patchWorld(openedGroup(fleet.accountId));
  expect([second.leads, told()]).toEqual([false, 0]);
  await until("the second one to lead", () => second.leads);
  await until("the change to be told", () => told() === 1, 15_000);
  await fleet.slack.command("/posture status");
  await until("the second one to say what it heard of", () => /Listening[^]*Latest change/.test(shown()));
  await second.end("SIGTERM");
}, 90_000);
