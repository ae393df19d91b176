import { expect, test } from "vitest";
import { expectOneTruth } from "./lifecycle.test.fixture.ts";

/* More of the same stories, and others each time. POSTURE_LIFECYCLE_RUNS says how many, POSTURE_LIFECYCLE_SEED which. */

const runs = Number(process.env["POSTURE_LIFECYCLE_RUNS"] ?? 5000);
const seed = Number(process.env["POSTURE_LIFECYCLE_SEED"] ?? Date.now() % 2 ** 31);

test(
  `whatever interleaves, one clean sweep tells the truth: ${runs} stories, seed ${seed}`,
  async () => {
    const began = performance.now();
    const tally = await expectOneTruth(runs, seed);
    console.info(JSON.stringify({ seed, seconds: Math.round((performance.now() - began) / 1000), ...tally }, null, 2));
    expect(tally.runs).toBe(runs);
  },
  // As long as it takes: how many there are was somebody's choice.
  Math.max(60_000, runs * 60),
);
