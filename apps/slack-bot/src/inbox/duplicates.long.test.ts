import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { chanceOf, expectOneEffectEach } from "./duplicates.test.fixture.ts";

/* POSTURE_SEED says which; to keep what came of it: `POSTURE_DUPLICATES_RESULT=<file> pnpm test:long apps/slack-bot/src/inbox` */

const seed = Number(process.env["POSTURE_SEED"] ?? Date.now() % 2 ** 31);

test(`a thousand commands, clicks and submissions have one effect each, however often they are delivered: seed ${seed}`, async () => {
  const delivered = await expectOneEffectEach(1000, 12, chanceOf(seed));
  console.info(JSON.stringify({ seed, ...delivered }));
  expect(delivered.deliveries).toBeGreaterThan(2500);
  const result = process.env["POSTURE_DUPLICATES_RESULT"];
  if (result !== undefined) await writeFile(result, `${JSON.stringify({ seed, ...delivered }, null, 2)}\n`);
});
