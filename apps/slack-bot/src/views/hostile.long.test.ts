import { expect, test } from "vitest";
import { expectPayloadsHarmless } from "./hostile.test.fixture.ts";
import { payloadsOf, textsOf } from "./payloads.test.fixture.ts";

/* More worlds, and others each time: POSTURE_HOSTILE says how many, POSTURE_HOSTILE_SEED which. */

const numRuns = Number(process.env["POSTURE_HOSTILE"] ?? 250);
const seed = Number(process.env["POSTURE_HOSTILE_SEED"] ?? Date.now() % 2 ** 31);

test(
  `whatever AWS and people write, nothing of it is a mention, a link or markup: ${numRuns} worlds, seed ${seed}`,
  () => {
    const payloads = expectPayloadsHarmless((texts) => payloadsOf(textsOf(texts)), { seed, numRuns });
    console.info(JSON.stringify({ seed, worlds: numRuns, payloads }));
    expect(payloads).toBeGreaterThan(numRuns);
  },
  Math.max(60_000, numRuns * 500),
);
