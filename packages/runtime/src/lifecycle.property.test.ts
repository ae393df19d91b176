import { expect, test } from "vitest";
import { expectOneTruth } from "./lifecycle.test.fixture.ts";

test("whatever interleaves, a clean sweep ends where one on an empty store ends, and nothing opens or is resolved without an answer that says so", async () => {
  const tally = await expectOneTruth(800, 20_261_124);
  const { sweeps, secondLooks, heldBack, interruptions, events } = tally;
  // The stories are worth their time only if all of this is in them.
  expect(sweeps).toBeGreaterThan(1400);
  expect(secondLooks).toBeGreaterThan(70);
  expect(heldBack).toBeGreaterThan(15);
  for (const what of ["re-check", "hear an event", "suppress", "tick", "time"]) expect(interruptions[what], what).toBeGreaterThan(7);
  for (const type of ["reopened", "renamed", "went-stale", "suppression-ended", "watched-changed", "covered", "recheck-answered"])
    expect(events[type], type).toBeGreaterThan(15);
});
