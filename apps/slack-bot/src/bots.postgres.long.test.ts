import type { SweepRecord } from "@posture/core";
import type { LocalSlack } from "@posture/sandbox/slack";
import { expect, test } from "vitest";
import { Fleet, until } from "./bots.test.fixture.ts";
import { isFindingRow, numberOf } from "./outbox/messages.ts";
import { type Row, rowOf } from "./outbox/rows.ts";
import { closedGroup, openedGroup } from "./story.test.fixture.ts";

/* Two bots on one database. The one that leads is killed, or stands still for longer than its lease, while it sends and while people click. */

const fleet = Fleet.forFile("bots", { latencyMs: 3, schedule: "*/2 * * * * *" });

function rows(): Promise<readonly Row[]> {
  return fleet.store.read({ outbox: {} }, ({ outbox }) => outbox.map(rowOf).filter((row) => row !== null));
}

async function isSent(): Promise<boolean> {
  return (await rows()).every(({ state }) => state === "sent" || state === "dead");
}

const group = (n: number): { id: string; name: string } => ({ id: `sg-0${String(n).padStart(16, "c")}`, name: `group-${n}` });
const live = (): ReturnType<LocalSlack["messages"]> => fleet.slack.messages().filter(({ ephemeralFor }) => ephemeralFor === undefined);
const findingOf = (name: string): ReturnType<LocalSlack["messages"]>[number] | undefined => live().find(({ text }) => text.includes(name));

test("what one bot is told the other one sends, and whoever goes on sends nothing twice, nothing late and nothing out of order", async () => {
  const first = await fleet.another();
  expect(first.leads).toBe(true);
  await until("the first sweep to be told", () => live().length > 0);
  const second = await fleet.another();
  expect(second.leads).toBe(false);

  // The second bot takes the click; the first one posts.
  fleet.hear(second);
  const digest = live().find(({ text }) => text.startsWith("First sweep"));
  await fleet.slack.click({ user: "Ben", message: digest?.ts ?? "", label: "Post the criticals" });
  await until("a critical to be told", () => live().length > 2, 10_000);

  // Killed in the middle of posting, with a request that it has taken and not finished.
  for (const n of [1, 2, 3, 4]) fleet.aws.patchWorld(openedGroup(fleet.accountId, group(n)));
  fleet.slack.fault({ method: "chat.postMessage", kind: "hang_after", times: 1 });
  fleet.hear(first);
  const critical = live().find(({ text }) => text.includes("Critical ·"));
  await until("a post to hang", () => fleet.slack.ledger().some(({ fault }) => fault === "hang_after"));
  await fleet.slack.click({ user: "Ana", message: critical?.ts ?? "", label: "Re-check" });
  await first.end("SIGKILL");
  fleet.hear(second);
  await until("the second one to lead", () => second.leads);
  await until("everything to be told", async () => findingOf("group-4") !== undefined && (await isSent()), 90_000);
  for (const n of [1, 2]) fleet.aws.patchWorld(closedGroup(fleet.accountId, group(n)));
  await until("what was closed to be told", () => findingOf("group-1")?.text.includes("Resolved") === true, 30_000);

  // Asleep for longer than its lease, in the middle of posting: what it had begun, another finishes.
  const third = await fleet.another();
  expect(third.leads).toBe(false);
  for (const n of [1, 2, 5]) fleet.aws.patchWorld(openedGroup(fleet.accountId, group(n)));
  await until("something to be on its way", async () => !(await isSent()));
  second.signal("SIGSTOP");
  await until("the third one to lead", () => third.leads);
  fleet.hear(third);
  await until("everything to be told by it", async () => findingOf("group-5") !== undefined && (await isSent()), 60_000);
  second.signal("SIGCONT");
  await until("the second one to know that it does not lead", () => !second.leads, 30_000);
  fleet.aws.patchWorld(openedGroup(fleet.accountId, group(6)));
  await until("news to be told", async () => findingOf("group-6") !== undefined && (await isSent()), 30_000);

  // Who stops lets another lead at once.
  const stopped = performance.now();
  await third.end("SIGTERM");
  await until("the second one to lead again", () => second.leads);
  expect(performance.now() - stopped).toBeLessThan(10_000);
  fleet.aws.patchWorld(closedGroup(fleet.accountId, group(6)));
  await until("the last news", async () => findingOf("group-6")?.text.includes("Resolved") === true && (await isSent()), 30_000);
  await until("every request to be done", () => fleet.store.read({ inbox: { states: ["received"] } }, ({ inbox }) => inbox.length === 0));
  await second.end("SIGTERM");
  await expectOnceAndInOrder();
  await expectSweepsApart();
}, 300_000);

async function expectOnceAndInOrder(): Promise<void> {
  const known = await rows();
  const posts = fleet.slack.ledger().filter(({ method, outcome }) => method === "chat.postMessage" && outcome?.ok === true);
  const keys = posts.map((call) => keyOf(call.arguments["metadata"]));
  expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
  expect(new Set(live().map(({ ts }) => ts))).toEqual(new Set(known.flatMap(({ body }) => body.ts ?? [])));
  for (const { key, body } of known) expect([key, body.shown, body.mayRepeat]).toEqual([key, body.wanted, false]);
  const inOrder = (same: readonly Row[]): void => {
    const times = same.toSorted((a, b) => numberOf(a) - numberOf(b)).flatMap(({ body }) => (body.ts === null ? [] : [Number(body.ts)]));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  };
  for (const same of Map.groupBy(known.filter(isFindingRow), ({ subject }) => subject).values()) inOrder(same);
  const replies = known.filter(({ body }) => body.type === "reply");
  for (const same of Map.groupBy(replies, ({ key }) => key.slice(0, key.lastIndexOf(":"))).values()) inOrder(same);
  // Whoever sends keeps the pace of the channel.
  const times = posts.filter((call) => call.arguments["thread_ts"] === undefined).map(({ at }) => Date.parse(at));
  const between = times.slice(1).map((at, i) => at - (times[i] ?? 0));
  expect(Math.min(...between)).toBeGreaterThan(800);
}

/** No two bots read AWS at the same time on schedule. */
async function expectSweepsApart(): Promise<void> {
  const sweeps: SweepRecord[] = [];
  for await (const { writes } of fleet.store.records()) for (const write of writes) if (write.kind === "sweep") sweeps.push(write.value);
  const inOrder = sweeps.toSorted((a, b) => (a.begunAt < b.begunAt ? -1 : 1));
  const overlapping = inOrder.filter((it, i) => it.begunAt < (inOrder[i - 1]?.finishedAt ?? ""));
  expect(inOrder.length).toBeGreaterThan(5);
  expect(overlapping.length).toBeLessThanOrEqual(1); // the one that slept in its sweep
}

function keyOf(metadata: unknown): string {
  const given: unknown = typeof metadata === "string" ? JSON.parse(metadata) : metadata;
  return Object(given).event_payload.key;
}
