import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { expect, test } from "vitest";
import { expectEachOnce } from "./faults.test.fixture.ts";

/*
 * More of the same stories, and others each time. POSTURE_FAULTS says how many, POSTURE_FAULTS_SEED which, POSTURE_FAULTS_RESULT where to keep what came of
 * them: `POSTURE_FAULTS=2000 POSTURE_FAULTS_RESULT=bench/results/slack-faults.json pnpm test:long apps/slack-bot/src/outbox`
 */

const runs = Number(process.env["POSTURE_FAULTS"] ?? 150);
const seed = Number(process.env["POSTURE_FAULTS_SEED"] ?? Date.now() % 2 ** 31);
const result = process.env["POSTURE_FAULTS_RESULT"];

test(
  `however Slack fails and the bot ends, each message is there once: ${runs} stories, seed ${seed}`,
  async () => {
    const began = performance.now();
    const tally = await expectEachOnce(runs, seed);
    const seconds = Math.round((performance.now() - began) / 1000);
    console.info(JSON.stringify({ seed, runs, seconds, ...tally }));
    expect(tally.counts["messages"]).toBeGreaterThan(runs);
    if (result !== undefined) await writeFile(result, `${JSON.stringify(kept({ seed, runs, seconds, ...tally }), null, 2)}\n`);
  },
  // As long as it takes: how many there are was somebody's choice.
  Math.max(60_000, runs * 1000),
);

function kept(stories: object): object {
  return {
    what: "stories in which Slack fails in every way while findings open, resolve and reopen after sweeps and change events, and are suppressed until that expires, in four channels, one of which has quiet hours, and the bot is stopped, dies in the middle of a step, or has another bot lead in its place while it lives on; in the end each message is in Slack once, in its order, and says what is true, and no channel waited for another",
    how: "POSTURE_FAULTS=<runs> POSTURE_FAULTS_SEED=<seed> POSTURE_FAULTS_RESULT=<file> pnpm test:long apps/slack-bot/src/outbox",
    disagreements: 0,
    ...stories,
    machine: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cpus: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
    },
  };
}
