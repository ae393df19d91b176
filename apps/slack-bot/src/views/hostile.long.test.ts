import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { expect, test } from "vitest";
import { expectPayloadsHarmless } from "./hostile.test.fixture.ts";
import { payloadsOf } from "./payloads.test.fixture.ts";
import { textsOf } from "./world.test.fixture.ts";

/*
 * More worlds, and others each time. POSTURE_HOSTILE says how many, POSTURE_HOSTILE_SEED which, POSTURE_HOSTILE_RESULT where to keep what came of them:
 * `POSTURE_HOSTILE=2000 POSTURE_HOSTILE_RESULT=bench/results/slack-payloads.json pnpm test:long apps/slack-bot/src/views`
 */

const worlds = Number(process.env["POSTURE_HOSTILE"] ?? 100);
const seed = Number(process.env["POSTURE_HOSTILE_SEED"] ?? Date.now() % 2 ** 31);
const result = process.env["POSTURE_HOSTILE_RESULT"];

test(
  `whatever AWS and people write, nothing of it is a mention, a link or markup: ${worlds} worlds, seed ${seed}`,
  async () => {
    const began = performance.now();
    const tally = expectPayloadsHarmless((texts) => payloadsOf(textsOf(texts)), { seed, numRuns: worlds });
    const seconds = Math.round((performance.now() - began) / 1000);
    console.info(JSON.stringify({ seed, worlds, seconds, ...tally }));
    expect(tally.payloads).toBeGreaterThan(worlds);
    if (result !== undefined) await writeFile(result, `${JSON.stringify(kept({ seed, worlds, seconds, ...tally }), null, 2)}\n`);
  },
  Math.max(120_000, worlds * 2000),
);

function kept(tally: object): object {
  return {
    what: "everything that the bot can send to Slack (messages, windows, the Home tab), made of names, tags, messages, errors and justifications that mean no good; Slack's documented limits hold for each, and nothing that came from outside is a mention, a link, an emoji or formatted",
    how: "POSTURE_HOSTILE=<worlds> POSTURE_HOSTILE_SEED=<seed> POSTURE_HOSTILE_RESULT=<file> pnpm test:long apps/slack-bot/src/views",
    wrong: 0,
    ...tally,
    machine: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cpus: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
    },
  };
}
