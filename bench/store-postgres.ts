/* The store in Postgres with a million findings: filling, counts, lists, and the export of all of them with its peak memory. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  type Finding,
  type FindingFilter,
  fingerprintOf,
  type Instant,
  plus,
  SEVERITIES,
  type Suppression,
} from "../packages/core/src/index.ts";
import { openPostgresStore, type PostgresStore } from "../packages/store-postgres/src/index.ts";
import { startPostgres, vacuum } from "../packages/store-postgres/src/server.fixture.ts";
import { keep, median } from "./common.ts";

const COUNT = Number(process.argv[2] ?? 1_000_000);
const PART = 5_000;
const SETTINGS = ["shared_buffers=512MB", "max_wal_size=4GB"];
const AT: Instant = "2026-01-01T00:00:00.000Z";
const NOW: Instant = "2026-03-01T12:00:00.000Z";
const TYPES = ["AWS::S3::Bucket", "AWS::EC2::SecurityGroup", "AWS::IAM::Role", "AWS::EC2::Volume"] as const;
const now = (): Instant => new Date().toISOString();

/** A thousand accounts in five regions; one in 20 is resolved, one in 33 has a cover. */
function finding(n: number): Finding {
  const account = n % 1_000;
  const type = TYPES[n % TYPES.length] ?? "AWS::S3::Bucket";
  const isCovered = n % 33 === 1;
  const about = isCovered ? n - 1 : n;
  const ref = {
    type,
    arn: `arn:aws:example:::resource-${about}`,
    name: `resource-${about}`,
    accountId: String(100_000_000_000 + (isCovered ? (n - 1) % 1_000 : account)),
    region: `eu-west-${1 + (Math.floor(n / 1_000) % 5)}`,
  };
  const check = isCovered ? "example/covered" : n % 33 === 0 ? "example/covering" : (`example/check-${n % 20}` as const);
  const cleared = n % 20 === 7;
  return {
    fingerprint: fingerprintOf(check, ref),
    aliases: [],
    checkId: check,
    ref,
    severity: SEVERITIES[Math.min(3, Math.floor(Math.log2(1 + (n % 16))))] ?? "low",
    title: "A resource that others may reach",
    condition: cleared ? "cleared" : "failing",
    watched: "yes",
    coveredBy: isCovered ? "example/covering" : null,
    tags: { team: `team-${n % 50}` },
    message: {
      id: "public",
      text: `The policy of ${ref.name} grants READ to everyone.`,
      evidence: { grants: [{ to: "AllUsers", permission: "READ" }], statement: n % 7 },
      notes: [],
    },
    openedAt: plus(AT, account * 60_000 + (n % 50) * 86_400_000),
    clearedAt: cleared ? plus(AT, 55 * 86_400_000) : null,
    reopened: 0,
    lastSeenAt: NOW,
    evidenceAt: NOW,
    stale: null,
  };
}

function suppression(n: number): Suppression {
  const scope =
    n < 2
      ? { rule: { accounts: [String(100_000_000_000 + n)], checks: ["example/check-3"] } }
      : { fingerprint: finding(n * 40 + 2).fingerprint };
  return {
    id: `s${n}`,
    scope,
    justification: "Reviewed by the team.",
    by: { kind: "user", id: "U111", via: "slack" },
    from: AT,
    expiresAt: "2026-12-31T00:00:00.000Z",
    approval: "not-needed",
    ended: null,
  };
}

async function fill(store: PostgresStore): Promise<number> {
  const begun = performance.now();
  for (let n = 0; n < COUNT; n += PART) {
    const writes = Array.from({ length: Math.min(PART, COUNT - n) }, (_, i) => ({ kind: "finding" as const, value: finding(n + i) }));
    await store.transact({}, () => ({ at: NOW, events: [], writes, result: 0 }));
    if (n % 100_000 === 0) console.error(`${n} findings, ${Math.round((performance.now() - begun) / 1_000)} s`);
  }
  const writes = Array.from({ length: 500 }, (_, n) => ({ kind: "suppression" as const, value: suppression(n) }));
  await store.transact({}, () => ({ at: NOW, events: [], writes, result: 0 }));
  return performance.now() - begun;
}

/** The median of five, in milliseconds, after one that does not count. */
async function timed(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    const begun = performance.now();
    await run();
    if (i > 0) times.push(performance.now() - begun);
  }
  return Math.round(median(times));
}

async function listed(store: PostgresStore, filter: FindingFilter, limit?: number): Promise<number> {
  let count = 0;
  for await (const found of store.list(filter, NOW, limit === undefined ? {} : { limit })) count += found.id === "" ? 0 : 1;
  return count;
}

/** In a process that does nothing else: its peak is that of the export. */
async function exportAll(url: string): Promise<object> {
  const child = spawn(process.execPath, ["--conditions=@posture/source", import.meta.filename, "export", url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk) => (said += String(chunk)));
  await once(child, "close");
  const value: unknown = JSON.parse(said);
  return { ...(typeof value === "object" ? value : {}) };
}

if (process.argv[2] === "export") {
  const store = await openPostgresStore({ url: process.argv[3] ?? "", now, readOnly: true });
  const begun = performance.now();
  let count = 0;
  let characters = 0;
  for await (const { finding: it, status, id } of store.list({}, NOW)) {
    count += 1;
    characters += JSON.stringify({ id, status, ...it }).length;
  }
  await store.close();
  console.log(
    JSON.stringify({
      findings: count,
      seconds: Math.round((performance.now() - begun) / 100) / 10,
      characters,
      peakMB: Math.round((process.resourceUsage().maxRSS * 1_024) / 1e6),
    }),
  );
} else {
  const server = await startPostgres(SETTINGS);
  try {
    const store = await openPostgresStore({ url: server.url, now });
    const fillMs = await fill(store);
    const begun = performance.now();
    const bytes = await vacuum(server.url);
    const vacuumMs = performance.now() - begun;
    const result = {
      findings: COUNT,
      fillSeconds: Math.round(fillMs / 1_000),
      vacuumSeconds: Math.round(vacuumMs / 1_000),
      databaseMB: Math.round(bytes / 1e6),
      milliseconds: {
        counts: await timed(() => store.counts({}, NOW)),
        countsOfAccount: await timed(() => store.counts({ accounts: ["100000000042"] }, NOW)),
        countsOfText: await timed(() => store.counts({ text: "resource-4242" }, NOW)),
        first50: await timed(() => listed(store, { statuses: ["open"] }, 50)),
        first50OfCheck: await timed(() => listed(store, { statuses: ["open"], checks: ["example/check-4"] }, 50)),
        first50Newest: await timed(async () => {
          for await (const found of store.list({}, NOW, { order: "newest", limit: 50 })) if (found.id === "") return;
        }),
        account: await timed(() => listed(store, { statuses: ["open"], accounts: ["100000000042"] })),
        suppressed: await timed(() => listed(store, { statuses: ["suppressed"] })),
        text: await timed(() => listed(store, { text: "resource-4242" }, 50)),
        named: await timed(() => store.named(finding(4_242).fingerprint.slice(3, 11), NOW)),
        commitOfOne: await timed(() =>
          store.transact({ findings: { fingerprints: [finding(3).fingerprint] } }, (view) => ({
            at: now(),
            events: [],
            writes: view.findings.map((value) => ({ kind: "finding" as const, value })),
            result: 0,
          })),
        ),
      },
      countsAre: await store.counts({}, NOW),
      exported: await exportAll(server.url),
      settings: SETTINGS,
    };
    await store.close();
    keep("store-postgres", result);
  } finally {
    await server.stop();
  }
}
