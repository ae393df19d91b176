import { memoryStore } from "@posture/core";
import { expect, test } from "vitest";
import { Inbox } from "./inbox.ts";
import { parseInbound } from "./intake.ts";

const now = (): string => new Date().toISOString();
const intake = parseInbound({
  command: "/posture",
  text: "status",
  user_id: "U1",
  channel_id: "C1",
  trigger_id: "1.1",
  team_id: "T1",
  api_app_id: "A1",
});

test("of several bots, what one took is taken up by another once it is not there any more, and by one alone", async () => {
  if (!intake) throw new Error("it is no request");
  const store = memoryStore();
  const [alone, gone, living, leading] = [null, "gone", "living", "leading"].map((owner) => new Inbox(store, now, owner));
  await alone?.keep("of before", intake);
  await gone?.keep("of who is gone", intake);
  await living?.keep("of who is there", intake);
  await leading?.keep("its own", intake);
  const owners = new Set(["living", "leading"]);
  const keysOf = async (inbox: Inbox | undefined): Promise<readonly string[]> =>
    ((await inbox?.inherited(owners)) ?? []).map(({ key }) => key).toSorted();
  expect(await keysOf(leading)).toEqual(["of before", "of who is gone"]);
  expect(await keysOf(leading)).toEqual([]);
  expect(await keysOf(living)).toEqual([]);
  const all = await leading?.left();
  expect(all?.map((it) => it.intake)).toEqual([intake, intake, intake, intake]);
});

test("what a bot hands over is taken up by another one alone, which begins with it", async () => {
  if (!intake) throw new Error("it is no request");
  const store = memoryStore();
  const [standing, leading] = [new Inbox(store, now, "standing"), new Inbox(store, now, "leading")];
  await standing.keep("a sweep", intake);
  await standing.handOver("a sweep");
  const owners = new Set(["standing", "leading"]);
  expect(await leading.inherited(owners)).toEqual([{ key: "a sweep", intake, begun: false }]);
  expect(await leading.inherited(owners)).toEqual([]);
  expect(await standing.inherited(owners)).toEqual([]);
  await leading.done("a sweep");
  await standing.handOver("a sweep");
  expect(await leading.inherited(owners)).toEqual([]);
});
