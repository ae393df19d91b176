/* Commit latency, start and the longest pause of the event loop of the embedded store. Run: node --conditions=@posture/source bench/store-lowdb.ts [findings …] */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Finding, fingerprintOf, type Instant, type Write } from "../packages/core/src/index.ts";
import { openLowdbStore } from "../packages/store-lowdb/src/index.ts";

const AT: Instant = "2026-01-01T00:00:00.000Z";
const now = (): Instant => new Date().toISOString();

function finding(n: number): Write {
  const ref = {
    type: "AWS::S3::Bucket",
    arn: `arn:aws:s3:::example-${n}`,
    name: `example-${n}`,
    accountId: "111122223333",
    region: "eu-west-1",
  };
  const value: Finding = {
    fingerprint: fingerprintOf("s3/bucket-acl-public", ref),
    aliases: [],
    checkId: "s3/bucket-acl-public",
    ref,
    severity: "high",
    title: "Bucket ACL is public",
    condition: "failing",
    watched: "yes",
    coveredBy: null,
    openedAt: AT,
    clearedAt: null,
    reopened: 0,
    lastSeenAt: AT,
    evidenceAt: AT,
    stale: null,
    message: {
      id: "public",
      text: `The ACL of ${ref.name} grants READ to everyone.`,
      evidence: { grants: [{ to: "AllUsers", permission: "READ" }] },
      notes: [],
    },
  };
  return { kind: "finding", value };
}

async function timed<T>(run: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const begun = performance.now();
  const value = await run();
  return { ms: Math.round(performance.now() - begun), value };
}

function quantile(sorted: readonly number[], q: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(2);
}

/** Resolves with the longest pause in milliseconds, garbage collection included. */
async function longestPause(run: () => Promise<unknown>): Promise<number> {
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  monitor.enable();
  await run();
  monitor.disable();
  return Math.round(monitor.max / 1e6);
}

for (const count of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10_000, 100_000]) {
  const folder = await mkdtemp(join(tmpdir(), "bench-store-"));
  try {
    const options = { folder, now };
    const store = await openLowdbStore(options);
    const fill = await timed(async () => {
      for (let n = 0; n < count; n += 1_000) {
        await store.transact({}, () => ({
          at: AT,
          events: [],
          writes: Array.from({ length: 1_000 }, (_, i) => finding(n + i)),
          result: 0,
        }));
      }
    });
    const latencies: number[] = [];
    for (let n = 0; n < 500; n += 1) {
      const begun = performance.now();
      await store.transact({ findings: { fingerprints: [`v1-${n}`] } }, () => ({ at: AT, events: [], writes: [finding(n)], result: 0 }));
      latencies.push(performance.now() - begun);
    }
    latencies.sort((a, b) => a - b);
    let snapshot = 0;
    const pause = await longestPause(async () => {
      await store.transact({}, () => ({ at: AT, events: [], writes: [finding(0)], result: 0 }));
      snapshot = (await timed(() => store.snapshot())).ms;
    });
    const fromLog = await timed(() => openLowdbStore({ ...options, readOnly: true }));
    await store.close();
    const start = await timed(() => openLowdbStore(options));
    await start.value.close();
    for (const name of await readdir(folder)) if (name.startsWith("snapshot")) await rm(join(folder, name));
    const replay = await timed(() => openLowdbStore(options));
    await replay.value.close();
    console.log(
      JSON.stringify({
        findings: count,
        fillMs: fill.ms,
        commitMs: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), max: quantile(latencies, 1) },
        snapshotMs: snapshot,
        longestPauseMs: pause,
        readerMs: fromLog.ms,
        startFromSnapshotMs: start.ms,
        startFromLogMs: replay.ms,
        rssMB: Math.round(process.memoryUsage.rss() / 1e6),
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
