import { expect, test } from "vitest";
import { findingsOf, fresh, useFaults } from "./faults.test.fixture.ts";
import { firstPartyPlugins } from "./plugins.ts";

useFaults();

test("in the demo's account something fails of each check", async () => {
  const posture = await fresh();
  await posture.sweep();
  const failing = new Set((await findingsOf(posture)).map(({ checkId }) => checkId));
  expect(firstPartyPlugins.flatMap(({ checks }) => checks.map(({ id }) => id)).filter((id) => !failing.has(id))).toEqual([]);
});
