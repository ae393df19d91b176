/* One summary of a store with 100,000 findings: milliseconds, processor time, and the longest pause of the event loop. Run: pnpm bench:summary [findings] */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import {
  DAY,
  type Finding,
  type FindingStore,
  fingerprintOf,
  HOUR,
  type Instant,
  plus,
  SEVERITIES,
  SYSTEM,
  type Write,
} from "../packages/core/src/index.ts";
import { createPosture, openStore } from "../packages/runtime/src/index.ts";
import { keep, median } from "./common.ts";

const NOW: Instant = "2026-03-02T12:00:00.000Z";
const RUNS = 15;
const MANY = Number(process.argv[2] ?? 100_000);

/** Every tenth may be covered by another of the same resource, and every hundredth is suppressed. */
function written(n: number): Write[] {
  const name = `example-${n - (n % 2)}`;
  const ref = { type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${name}`, name, accountId: "111122223333", region: "eu-west-1" };
  const checkId = n % 2 === 0 ? "example/cover" : "example/other";
  const fingerprint = fingerprintOf(checkId, ref);
  const finding: Finding = {
    fingerprint,
    aliases: [],
    checkId,
    ref,
    severity: SEVERITIES[n % SEVERITIES.length] ?? "low",
    title: "Bucket is open",
    condition: n % 7 === 0 ? "cleared" : "failing",
    watched: "yes",
    coveredBy: n % 10 === 1 ? "example/cover" : null,
    message: { id: "bad", text: `Bucket ${name} is open.`, evidence: { grants: ["READ"] }, notes: [] },
    openedAt: plus(NOW, -(n % 60) * DAY - HOUR),
    clearedAt: n % 7 === 0 ? plus(NOW, -HOUR) : null,
    reopened: 0,
    lastSeenAt: NOW,
    evidenceAt: NOW,
    stale: null,
  };
  const suppression: Write = {
    kind: "suppression",
    value: {
      id: `s-${n}`,
      scope: { fingerprint },
      justification: "Reviewed by the team.",
      by: SYSTEM,
      from: plus(NOW, -DAY),
      expiresAt: plus(NOW, 10 * DAY),
      approval: "not-needed",
      ended: null,
    },
  };
  return [{ kind: "finding", value: finding }, ...(n % 100 === 3 ? [suppression] : [])];
}

async function filled(store: FindingStore): Promise<FindingStore> {
  for (let n = 0; n < MANY; n += 1_000) {
    const at = plus(NOW, -30 * DAY + (n / MANY) * 30 * DAY);
    const writes = Array.from({ length: 1_000 }, (_, i) => written(n + i)).flat();
    await store.transact({}, () => ({ at, events: [], writes, result: 0 }));
  }
  return store;
}

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
    const store = await filled(await openStore(place, { now: () => NOW }));
    const kind = place === "memory" ? "memory" : "lowdb";
    results[kind] = await measured(store, NOW);
    results[`${kind}, nothing written for 20 days`] = await measured(store, plus(NOW, 20 * DAY));
    await store.close();
  }
  keep("summary", { findings: MANY, runs: RUNS, results });
} finally {
  await rm(folder, { recursive: true, force: true });
}
