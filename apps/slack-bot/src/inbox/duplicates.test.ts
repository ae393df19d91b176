import { expect, test } from "vitest";
import { chanceOf, expectOneEffectEach } from "./duplicates.test.fixture.ts";

test("fifty commands, clicks and submissions have one effect each, however often and to whichever process they are delivered", async () => {
  const { deliveries, answers } = await expectOneEffectEach(51, 2, chanceOf(20_261_125));
  expect(deliveries).toBeGreaterThan(100);
  expect(answers["200"]).toBeGreaterThan(51);
});
