import { expect, test } from "vitest";
import { missedOf } from "./tampering.test.fixture.ts";

/** `POSTURE_TAMPERINGS` and `POSTURE_SEED` say how many, and which are the first; bench/results/audit-tampering.json is of a longer run. */
const COUNT = Number(process.env["POSTURE_TAMPERINGS"] ?? 20_000);
const FIRST = Number(process.env["POSTURE_SEED"] ?? 10_000);

test(`each of ${COUNT} tamperings (seeds ${FIRST} to ${FIRST + COUNT - 1}) with a log of 500 records is found out, and called by its name`, async () => {
  const begun = performance.now();
  const missed = await missedOf(FIRST, COUNT);
  console.log(
    `${COUNT} tamperings, seeds ${FIRST} to ${FIRST + COUNT - 1}: ${missed.length} missed, ${Math.round((performance.now() - begun) / 1000)} s`,
  );
  expect(missed).toEqual([]);
}, 1_800_000);
