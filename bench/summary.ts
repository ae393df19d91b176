/* One summary of a store with 100,000 findings: milliseconds, processor time, and the longest pause of the event loop. Run: pnpm bench:summary [findings] */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { DAY, type FindingStore, type Instant, plus } from "../packages/core/src/index.ts";
import { createPosture, openStore } from "../packages/runtime/src/index.ts";
import { keep, median } from "./common.ts";
import { fill, NOON } from "./filled.ts";

const RUNS = 15;
const MANY = Number(process.argv[2] ?? 100_000);

async function measured(store: FindingStore, now: Instant): Promise<object> {
  const posture = await createPosture({ store, now: () => now, folder: tmpdir() });
  try {
    const runs: { ms: number; cpu: number; pause: number }[] = [];
    for (let i = 0; i < RUNS; i += 1) {
      const monitor = monitorEventLoopDelay({ resolution: 1 });
      monitor.enable();
      const [begun, cpu] = [performance.now(), process.cpuUsage()];
      await posture.summary();
      const used = process.cpuUsage(cpu);
      const ms = performance.now() - begun;
      monitor.disable();
      runs.push({ ms, cpu: (used.user + used.system) / 1000, pause: monitor.max / 1e6 });
    }
    const of = (pick: (run: (typeof runs)[number]) => number): number => Math.round(median(runs.map(pick)));
    const worst = (pick: (run: (typeof runs)[number]) => number): number => Math.round(Math.max(...runs.map(pick)));
    return {
      milliseconds: { median: of(({ ms }) => ms), longest: worst(({ ms }) => ms) },
      processorMilliseconds: of(({ cpu }) => cpu),
      longestPause: { median: of(({ pause }) => pause), longest: worst(({ pause }) => pause) },
    };
  } finally {
    await posture.close();
  }
}

const folder = await mkdtemp(join(tmpdir(), "bench-summary-"));
try {
  const results: Record<string, object> = {};
  for (const place of ["memory", join(folder, "store")]) {
    const store = await openStore(place, { now: () => NOON });
    await fill(store, MANY);
    const kind = place === "memory" ? "memory" : "lowdb";
    results[kind] = await measured(store, NOON);
    results[`${kind}, nothing written for 20 days`] = await measured(store, plus(NOON, 20 * DAY));
    await store.close();
  }
  keep("summary", { findings: MANY, runs: RUNS, results });
} finally {
  await rm(folder, { recursive: true, force: true });
}
