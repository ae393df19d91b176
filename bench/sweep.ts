/* What a sweep costs as accounts grow: time, calls, memory. Run: node --conditions=@posture/source bench/sweep.ts */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ALL, bucket, each, REGION, REGIONAL, SIZE, WITH_ACL, worldOf } from "../packages/runtime/src/account.test.fixture.ts";
import { demoWorld, type World } from "../packages/sandbox/src/aws/index.ts";
import { type AccountSize, minimumCalls } from "../packages/testing/src/minimum-calls.ts";
import { at, keep, median, startSandbox } from "./common.ts";

const RUNS = 3;
const LATENCY_MS = 20;

interface Scenario {
  readonly name: string;
  readonly world: World;
  readonly size: AccountSize;
}
/** What sweep-once.ts says. */
interface Once {
  readonly seconds: number;
  readonly findings: number;
  readonly incomplete: number;
  readonly peakKibibytes: number;
}
interface Run extends Once {
  readonly calls: readonly string[];
}

const times = (factor: number): AccountSize => ({
  ...SIZE,
  users: SIZE.users * factor,
  roles: SIZE.roles * factor,
  groups: SIZE.groups * factor,
  policies: SIZE.policies * factor,
  keyUsers: SIZE.keyUsers * factor,
  buckets: SIZE.buckets * factor,
});

function scenariosOf(factor: number): readonly Scenario[] {
  const size = times(factor);
  const { users, roles, buckets } = size;
  const many = `${users} users, ${roles} roles, ${buckets} buckets`;
  return [
    {
      name: `${many}; the account's block is complete`,
      world: worldOf(size, { publicAccessBlock: ALL, buckets: each(buckets, bucket) }),
      size,
    },
    {
      name: `${many}; no blocks, all ACLs in effect`,
      world: worldOf(size, { buckets: each(buckets, (i) => ({ ...bucket(i), ...WITH_ACL })) }),
      size: { ...size, isBlocked: false, heedingAcls: buckets, withAcls: buckets },
    },
  ];
}

/** Of its buckets three have no block that ignores ACLs, and two of these have ACLs, one with four objects. */
function demo(): Scenario {
  const world = demoWorld();
  const [account] = world.accounts;
  if (account?.iam === undefined) throw new Error("the demo world has no account with IAM");
  const { users, roles, groups, policies } = account.iam;
  const withKey = users.filter(({ AccessKeys }) => AccessKeys?.some(({ Status }) => Status === "Active"));
  const size: AccountSize = {
    users: users.length,
    roles: roles.length,
    groups: groups.length,
    policies: policies.length,
    keyUsers: withKey.length,
    buckets: account.buckets.length,
    isBlocked: false,
    heedingAcls: 3,
    withAcls: 2,
    sampledObjects: 4,
    inDoubt: 0,
  };
  return { name: "the demo's account, two regions", world, size };
}

async function sweepOnce(url: string, folder: string): Promise<Run> {
  await fetch(`${url}/_sandbox/calls`, { method: "DELETE" });
  const env = {
    PATH: process.env["PATH"],
    AWS_ENDPOINT_URL: url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const words = ["--conditions=@posture/source", at("sweep-once.ts")];
  const { stdout } = await promisify(execFile)(process.execPath, words, { env, cwd: folder });
  const once: Once = JSON.parse(stdout);
  if (once.incomplete > 0) throw new Error(`a sweep left ${once.incomplete} listings incomplete`);
  const answer = await fetch(`${url}/_sandbox/calls`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what our own sandbox answers
  const { calls } = (await answer.json()) as { calls: readonly { service: string; operation: string }[] };
  return { ...once, calls: calls.map(({ service, operation }) => `${service}:${operation}`) };
}

async function measure({ name, world, size }: Scenario): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), "bench-sweep-"));
  try {
    await writeFile(join(folder, "world.json"), JSON.stringify(world));
    const sandbox = await startSandbox("--world", join(folder, "world.json"), "--latency", String(LATENCY_MS));
    try {
      const runs: Run[] = [];
      while (runs.length < RUNS) runs.push(await sweepOnce(sandbox.url, folder));
      return summaryOf(name, size, runs);
    } finally {
      await sandbox.stop();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

function summaryOf(name: string, size: AccountSize, runs: readonly Run[]): object {
  const least = minimumCalls(size);
  const isCounted = (call: string): boolean => !REGIONAL.test(call);
  const summary = {
    name,
    seconds: Number(median(runs.map(({ seconds }) => seconds)).toFixed(2)),
    secondsOfEach: runs.map(({ seconds }) => Number(seconds.toFixed(2))),
    calls: median(runs.map(({ calls }) => calls.filter(isCounted).length)),
    leastCalls: Object.values(least).reduce((sum, count) => sum + count, 0),
    regionalCalls: median(runs.map(({ calls }) => calls.filter((call) => !isCounted(call)).length)),
    peakMB: Math.round((median(runs.map(({ peakKibibytes }) => peakKibibytes)) * 1024) / 1e6),
    findings: median(runs.map(({ findings }) => findings)),
    moreThanLeast: moreThan(least, runs.at(-1)?.calls.filter(isCounted) ?? []),
  };
  console.error(JSON.stringify(summary));
  return summary;
}

/** The operations that were not called as often as the formula says, with the difference. */
function moreThan(least: Readonly<Record<string, number>>, calls: readonly string[]): Readonly<Record<string, number>> {
  const names = new Set([...Object.keys(least), ...calls]);
  const differences = [...names].map((name): [string, number] => [name, calls.filter((call) => call === name).length - (least[name] ?? 0)]);
  return Object.fromEntries(differences.filter(([, difference]) => difference !== 0));
}

const accounts: object[] = [];
for (const scenario of [demo(), ...scenariosOf(1), ...scenariosOf(10)]) accounts.push(await measure(scenario));
keep("sweep", {
  what: `one sweep by every check, from a fresh process with an empty store, against the simulated AWS in another with ${LATENCY_MS} ms latency; medians of ${RUNS} runs. calls: of IAM, S3 and the run's own, beside the fewest there can be; regionalCalls: of the services that are asked region by region. peakMB: the resident set of the sweeping process at its largest, the collecting thread included`,
  latencyMs: LATENCY_MS,
  runs: RUNS,
  accounts,
});
