/* How much longer than Node itself the command line takes to start. Run: pnpm build && node --conditions=@posture/source bench/start.ts */
import { spawnSync } from "node:child_process";
import { at, keep, median } from "./common.ts";

const RUNS = 20;
const MOST_MS = 30;

function startOf(words: readonly string[]): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  const took = performance.now() - begun;
  if (status !== 0) throw new Error(`node ${words.join(" ")} ended with ${status}: ${stderr}`);
  return took;
}

const empty = ["--input-type=module", "--eval", ""];
const posture = [at("../dist/bundle/posture.js"), "--version"];
startOf(empty);
startOf(posture);
// Taken in turns, so that whatever else the machine does falls on both alike.
const pairs = Array.from({ length: RUNS }, () => ({ node: startOf(empty), posture: startOf(posture) }));
const node = median(pairs.map((pair) => pair.node));
const posted = median(pairs.map((pair) => pair.posture));
const difference = median(pairs.map((pair) => pair.posture - pair.node));

keep("start", {
  what: "`node dist/bundle/posture.js --version` beside an empty Node program; medians in milliseconds",
  runs: RUNS,
  nodeMs: Number(node.toFixed(1)),
  postureMs: Number(posted.toFixed(1)),
  differenceMs: Number(difference.toFixed(1)),
  ratio: Number((posted / node).toFixed(2)),
  mostMs: MOST_MS,
});
process.exitCode = difference > MOST_MS ? 1 : 0;
