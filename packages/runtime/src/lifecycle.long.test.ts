import { expect, test } from "vitest";
import { expectOneTruth } from "./lifecycle.test.fixture.ts";

/*
 * More of the same stories. POSTURE_LIFECYCLE_RUNS says how many, POSTURE_LIFECYCLE_SEED which.
 * The seed is one that holds: docs/decisions/0070 has those that do not, and what they show.
 */

const runs = Number(process.env["POSTURE_LIFECYCLE_RUNS"] ?? 5000);
const seed = Number(process.env["POSTURE_LIFECYCLE_SEED"] ?? 20_261_124);

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
