import { mkdir } from "node:fs/promises";
import { type DayCounts, fingerprintOf, GENESIS, hashOf, type Instant, plus, DAY, type Tally, type Write } from "@posture/core";
import { Chance } from "./chance.fixture.ts";
import { Disk } from "./disk.fixture.ts";
import { keysOf, recordsOf, row } from "./writes.fixture.ts";
import { type LowdbStore, openLowdbStore } from "./store.ts";

const BEGIN: Instant = "2026-01-01T12:00:00.000Z";

/** A moment at which the power went: what is left on the disk, and what had been acknowledged. */
interface Cut {
  readonly left: ReadonlyMap<string, Buffer>;
  readonly acknowledged: ReadonlySet<string>;
  readonly during: string;
}

export interface Cuts {
  readonly cuts: number;
  readonly acknowledged: number;
  /** By the step that the power went at. */
  readonly during: Readonly<Record<string, number>>;
  readonly torn: number;
  readonly wrong: readonly string[];
}

/** Writes to stores whose power is cut again and again, also while they recover from the cut before, and says what was wrong afterwards. */
export async function cutPower(folder: string, seed: number, wanted: number): Promise<Cuts> {
  const chance = new Chance(seed);
  const [wrong, during]: [string[], Record<string, number>] = [[], {}];
  let [cuts, acknowledged, torn, lives] = [0, 0, 0, 0];
  let next: Cut = { left: new Map(), acknowledged: new Set(), during: "" };
  while (cuts < wanted) {
    lives += 1;
    const place = `${folder}/${lives}/store`;
    await mkdir(place, { recursive: true });
    const taken = await lifeOf(place, next, chance, `${lives}`);
    for (const cut of taken.slice(0, wanted - cuts)) {
      cuts += 1;
      const kind = cut.during.replace(/snapshot-\d+/, "snapshot").replace(/\.\d+-\d+\.tmp$/, "");
      during[kind] = (during[kind] ?? 0) + 1;
      acknowledged += cut.acknowledged.size;
      const after = await lookInto(place, cut);
      torn += after.torn;
      wrong.push(...after.wrong.map((what) => `seed ${seed}, cut ${cuts} during ${cut.during}: ${what}`));
    }
    // Every life but each tenth begins where one of the cuts of the one before left it.
    const from = taken[chance.below(Math.max(1, taken.length))];
    next = !from || wrong.length > 0 || lives % 10 === 0 ? { left: new Map(), acknowledged: new Set(), during: "" } : from;
  }
  return { cuts, acknowledged, during, torn, wrong };
}

/** One process that opens what a cut has left, and writes. The power goes at some of its steps; what each of these would leave is kept, and the process goes on. */
async function lifeOf(place: string, from: Cut, chance: Chance, life: string): Promise<Cut[]> {
  const acknowledged = new Set(from.acknowledged);
  const cuts: Cut[] = [];
  const disk = new Disk(from.left, (_, during) => {
    if (chance.isOneIn(12)) cuts.push({ left: disk.cut(chance), acknowledged: new Set(acknowledged), during });
  });
  const store = await openLowdbStore({ folder: place, files: disk.files, now: () => BEGIN, snapshotEvery: { bytes: 6_000 } });
  let [at, n] = [plus(BEGIN, chance.below(3) * DAY), 0];
  const lane = async (name: string): Promise<void> => {
    for (let i = 0; i < 8; i += 1) {
      const key = `${life}-${name}-${i}`;
      if (chance.isOneIn(8)) at = plus(at, DAY * (1 + chance.below(2)));
      n += 1;
      const writes = [
        row(key, "x".repeat(chance.below(chance.isOneIn(4) ? 3_000 : 200))),
        finding(`${life}-${n % 7}`, at, chance.isOneIn(2)),
      ];
      const events = [{ type: "opened", subject: key, at, actor: { kind: "system" }, source: "sweep", note: "" }] as const;
      const instant = at;
      await store.transact({}, () => ({ at: instant, events, writes, result: 0 }));
      acknowledged.add(key);
    }
  };
  await Promise.all(["a", "b", "c", "d"].map(lane));
  await store.close();
  return cuts;
}

/** What is wrong with what a cut has left: nothing acknowledged may be missing, nothing may be there twice, and the state is that of the log. */
async function lookInto(place: string, { left, acknowledged }: Cut): Promise<{ readonly wrong: readonly string[]; readonly torn: number }> {
  const warnings: string[] = [];
  try {
    const whole = await told(place, new Disk(left), warnings);
    const wrong: string[] = [];
    const keys = new Set(whole.keys);
    const lost = [...acknowledged].filter((key) => !keys.has(key));
    if (lost.length > 0) wrong.push(`lost ${lost.join(", ")}`);
    if (keys.size !== whole.written.length) wrong.push(`${whole.written.length} rows were written under ${keys.size} keys`);
    if (!whole.isChained) wrong.push("the chain is broken");
    const withoutSnapshots = new Map([...left].filter(([name]) => !/^snapshot|^anchor/.test(name)));
    const replayed = await told(place, new Disk(withoutSnapshots), []);
    if (JSON.stringify(replayed) !== JSON.stringify(whole)) wrong.push("the state is not that of the log");
    return { wrong, torn: warnings.filter((warning) => warning.includes("cut short")).length };
  } catch (error) {
    return { wrong: [error instanceof Error ? error.message : String(error)], torn: 0 };
  }
}

interface Told {
  readonly keys: readonly string[];
  readonly written: readonly string[];
  readonly isChained: boolean;
  readonly days: readonly DayCounts[];
  readonly tallies: readonly Tally[];
  readonly findings: readonly string[];
}

async function told(place: string, disk: Disk, warnings: string[]): Promise<Told> {
  const store = await openLowdbStore({
    folder: place,
    files: disk.files,
    now: () => BEGIN,
    onWarning: (warning) => warnings.push(warning),
  });
  try {
    return await everythingIn(store);
  } finally {
    await store.close();
  }
}

async function everythingIn(store: LowdbStore): Promise<Told> {
  const records = await recordsOf(store);
  const days = await store.days("2026-01-01", plus(BEGIN, 3_650 * DAY));
  const isChained = records.every(
    (record, i) => record.seq === i + 1 && record.prev === (records[i - 1]?.hash ?? GENESIS) && hashOf(record) === record.hash,
  );
  return {
    keys: (await keysOf(store)).toSorted(),
    written: records.flatMap(({ writes }) => writes.flatMap((write) => (write.kind === "outbox" ? [write.value.key] : []))),
    isChained,
    days: days.slice(0, 200),
    tallies: await Promise.all(days.slice(0, 200).map(({ day }) => store.tally(day))),
    findings: await store.read({ findings: "all" }, ({ findings }) => findings.map((it) => JSON.stringify(it)).toSorted()),
  };
}

function finding(name: string, at: Instant, isFailing: boolean): Write {
  const ref = { type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${name}`, name, accountId: "111122223333", region: "eu-west-1" };
  return {
    kind: "finding",
    value: {
      fingerprint: fingerprintOf("example/open", ref),
      aliases: [],
      checkId: "example/open",
      ref,
      severity: "high",
      title: "Bucket is open",
      condition: isFailing ? "failing" : "cleared",
      watched: "yes",
      coveredBy: null,
      message: { id: "open", text: `Bucket ${name} is open.`, evidence: {}, notes: [] },
      openedAt: BEGIN,
      clearedAt: isFailing ? null : at,
      reopened: 0,
      lastSeenAt: at,
      evidenceAt: at,
      stale: null,
    },
  };
}
