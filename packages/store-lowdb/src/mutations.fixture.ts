import { mkdir } from "node:fs/promises";
import { isPostureError } from "@posture/core";
import { Chance } from "./chance.fixture.ts";
import { Disk } from "./disk.fixture.ts";
import { OLDER_STORE } from "./older.fixture.ts";
import { type LowdbStore, openLowdbStore } from "./store.ts";
import { now, recordsOf, row } from "./writes.fixture.ts";

type Files = ReadonlyMap<string, Buffer>;

/** Written by whoever takes the lock, before anything is read. */
const LOCK: ReadonlySet<string> = new Set(["lock", "owner.json"]);

/** What came of a store that was damaged. */
type Fate =
  /** With an error that says what to do; the files are as they were found. */
  | "refused"
  /** With a warning; everything is there, or everything before some record. */
  | "opened with a warning"
  /** By a reader, which says nothing of an end that is not whole: somebody may be writing it at this moment. Everything before some record is there. */
  | "read up to an end that is not whole"
  /** Everything is there. */
  | "opened whole"
  /** As above; reading the log from its beginning finds the damage, which a snapshot covers. */
  | "opened whole, damage in the log behind a snapshot"
  /** Cut off exactly behind a record that nothing else speaks of: what is left is what an earlier moment was. */
  | "as it was earlier";

export interface Damage {
  readonly mutations: number;
  readonly fates: Readonly<Record<string, number>>;
  readonly codes: Readonly<Record<string, number>>;
  readonly kinds: Readonly<Record<string, number>>;
  readonly wrong: readonly string[];
}

/** Damages stores in one way or two, opens them, and says which of them were silently less, or other, than they had been. */
export async function damageStores(folder: string, seed: number, mutations: number): Promise<Damage> {
  const chance = new Chance(seed);
  const place = `${folder}/store`;
  await mkdir(place, { recursive: true });
  const stores = await Promise.all([1, 2, 3].map((n) => storeOf(`${folder}/${n}/store`, n)));
  stores.push(new Map(Object.entries(OLDER_STORE).map(([name, text]) => [name, Buffer.from(text)])));
  const wholes = await Promise.all(stores.map((files, i) => contentOf(files, `${folder}/w${i}/store`)));
  const [fates, codes, kinds, wrong]: [Record<string, number>, Record<string, number>, Record<string, number>, string[]] = [{}, {}, {}, []];
  const count = (counts: Record<string, number>, key: string): void => void (counts[key] = (counts[key] ?? 0) + 1);
  for (let n = 1; n <= mutations; n += 1) {
    const which = chance.below(stores.length);
    const [original, other] = [stores[which] ?? new Map(), stores[(which + 1) % stores.length] ?? new Map()];
    const damaged = new Map<string, Buffer>(original);
    const done = [damage(damaged, other, chance)];
    if (chance.isOneIn(8)) done.push(damage(damaged, other, chance));
    for (const kind of done) count(kinds, kind.split(" of ")[0] ?? kind);
    const what = `seed ${seed}, mutation ${n} (${done.join(", ")})`;
    const { fate, code, problem } = await fateOf(place, original, damaged, wholes[which] ?? [], chance.isOneIn(4));
    count(fates, fate);
    if (code !== null) count(codes, code);
    if (problem !== null) wrong.push(`${what}: ${problem}`);
  }
  return { mutations, fates, codes, kinds, wrong };
}

/** Records one at a time and several at once, two snapshots and an anchor, and records after them unless it was closed as it should be. */
async function storeOf(place: string, n: number): Promise<Files> {
  await mkdir(place, { recursive: true });
  const disk = new Disk();
  const store = await openLowdbStore({ folder: place, files: disk.files, now });
  for (let i = 0; i < 12; i += 1) {
    await Promise.all(
      Array.from({ length: 1 + (i % 3) }, (_, j) =>
        store.transact({}, () => ({ at: now(), events: [], writes: [row(`${n}-${i}-${j}`, "ü".repeat(i * 60 * n))], result: 0 })),
      ),
    );
    if (i === 4 || i === 8) await store.snapshot();
  }
  const killed = disk.all();
  await store.close();
  return n === 3 ? disk.all() : killed;
}

/** What a store says that it holds, in the order of the log. */
async function contentOf(files: Files, place: string): Promise<readonly string[]> {
  await mkdir(place, { recursive: true });
  const store = await openLowdbStore({ folder: place, files: new Disk(files).files, now });
  try {
    return await rowsIn(store);
  } finally {
    await store.close();
  }
}

function rowsIn(store: LowdbStore): Promise<readonly string[]> {
  return store.read({ findings: "all", outbox: {} }, ({ outbox, findings }) => [...outbox, ...findings].map((it) => JSON.stringify(it)));
}

interface Outcome {
  readonly fate: Fate;
  readonly code: string | null;
  readonly problem: string | null;
}

async function fateOf(place: string, original: Files, damaged: Files, whole: readonly string[], readOnly: boolean): Promise<Outcome> {
  const disk = new Disk(damaged);
  const warnings: string[] = [];
  try {
    const store = await openLowdbStore({ folder: place, files: disk.files, now, readOnly, onWarning: (warning) => warnings.push(warning) });
    try {
      const seen = {
        warnings,
        readOnly,
        isEarlier: isEarlier(original, damaged),
        isProven: isProven(original, damaged, store.head().seq),
        log: await logOf(store),
      };
      return judged(await rowsIn(store), whole, seen);
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!isPostureError(error)) return { fate: "refused", code: null, problem: `it threw ${String(error)}` };
    const touched = [...damaged]
      .filter(([name]) => !LOCK.has(name))
      .filter(([name, bytes]) => !disk.all().get(name)?.equals(bytes))
      .map(([name]) => name);
    const problem = touched.length > 0 ? `${touched.join()} was changed` : error.next === "" ? "it does not say what to do" : null;
    return { fate: "refused", code: error.code, problem };
  }
}

async function logOf(store: LowdbStore): Promise<"whole" | "damaged"> {
  try {
    await recordsOf(store);
    return "whole";
  } catch (error) {
    if (isPostureError(error) && error.code === "POSTURE_STORE_CORRUPT") return "damaged";
    throw error;
  }
}

interface Seen {
  readonly warnings: readonly string[];
  readonly isEarlier: boolean;
  /** Something of a later append stands behind what is damaged, so that it cannot be an end that was never acknowledged. */
  readonly isProven: boolean;
  /** A reader says nothing of what a writer may be writing at this moment. */
  readonly readOnly: boolean;
  readonly log: "whole" | "damaged";
}

function judged(
  rows: readonly string[],
  whole: readonly string[],
  { warnings, isEarlier: earlier, isProven: proven, readOnly, log }: Seen,
): Outcome {
  const isWhole = rows.length === whole.length && rows.every((it) => whole.includes(it));
  const isBeginning = rows.every((it) => whole.includes(it));
  const of = (fate: Fate, problem: string | null = null): Outcome => ({ fate, code: null, problem });
  if (isWhole && log === "damaged") return of("opened whole, damage in the log behind a snapshot");
  if (isWhole) return of(warnings.length > 0 ? "opened with a warning" : "opened whole");
  if (earlier) return of("as it was earlier");
  if (proven) return of("opened with a warning", "less than was written, and later records prove it");
  const other = isBeginning ? null : "what it holds is not what was written";
  if (warnings.length > 0) return of("opened with a warning", other);
  if (readOnly) return of("read up to an end that is not whole", other);
  return of("opened whole", `${rows.length} of ${whole.length} rows, and not a word`);
}

/** The log is the beginning of what it was, up to the end of a line: so it was once, or a reader sees so much of it. */
function isEarlier(original: Files, damaged: Files): boolean {
  const [was, is] = [original.get("log.jsonl"), damaged.get("log.jsonl")];
  return was !== undefined && is !== undefined && is.length < was.length && is.at(-1) === 10 && was.subarray(0, is.length).equals(is);
}

function isProven(original: Files, damaged: Files, seq: number): boolean {
  const [was = [], is = []] = [original, damaged].map((files) => files.get("log.jsonl")?.toString("latin1").split("\n").slice(0, -1));
  return is.slice(is.indexOf(was[seq] ?? "") + 1).some((line) => line.startsWith("{") && was.indexOf(line) > seq);
}

const FOREIGN = [
  "",
  "null",
  "0",
  "[]\n",
  "{}",
  '{"findings":[]}\n',
  "SQLite format 3\0",
  "\u0089PNG\r\n\u001A\n",
  "<html></html>\n",
  "id,title\n1,x\n",
];

/** Changes the files in one way, and says which. */
function damage(files: Map<string, Buffer>, other: Files, chance: Chance): string {
  const names = [...files.keys()].filter((name) => !LOCK.has(name)).toSorted();
  const name = chance.isOneIn(2) && files.has("log.jsonl") ? "log.jsonl" : (names[chance.below(names.length)] ?? "log.jsonl");
  const bytes = Buffer.from(files.get(name) ?? "");
  const at = chance.below(Math.max(1, bytes.length));
  const length = 1 + chance.below(chance.isOneIn(3) ? 4_096 : 40);
  const put = (kind: string, changed: Buffer | string): string => {
    files.set(name, Buffer.from(changed));
    return `${kind} of ${name} at ${at}`;
  };
  const lines = bytes.toString("latin1").split("\n");
  const line = chance.below(lines.length);
  const ofLines = (kind: string, changed: readonly string[]): string => put(kind, Buffer.from(changed.join("\n"), "latin1"));
  switch (chance.below(20)) {
    case 0:
    case 1:
    case 2:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
      return put("one bit", bytes);
    case 3:
      return put("another byte", bytes.fill(chance.below(256), at, Math.min(bytes.length, at + 1)));
    case 4:
      return put("the end cut off", bytes.subarray(0, at));
    case 5:
      return put("the end cut off at 512", bytes.subarray(0, at - (at % 512)));
    case 6:
      return put("zeros", bytes.fill(0, at, Math.min(bytes.length, at + length)));
    case 7:
      return put("zeros to the end", bytes.fill(0, at));
    case 8:
      return put("zeros after the end", Buffer.concat([bytes, Buffer.alloc(length)]));
    case 9:
      return put(
        "garbage",
        Buffer.concat([bytes.subarray(0, at), Buffer.from(Array.from({ length }, () => chance.below(256))), bytes.subarray(at)]),
      );
    case 10:
      return put("a piece taken out", Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]));
    case 11:
      return put("a piece twice", Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]));
    case 12:
      return ofLines("a line taken out", lines.toSpliced(line, 1));
    case 13:
      return ofLines("a line twice", lines.toSpliced(line, 0, lines[line] ?? ""));
    case 14:
      return ofLines("a line moved", lines.toSpliced(line, 1).toSpliced(chance.below(lines.length), 0, lines[line] ?? ""));
    case 15:
      return put("a foreign file instead", FOREIGN[chance.below(FOREIGN.length)] ?? "");
    case 16:
      return put("another store's file instead", other.get(name) ?? [...other.values()][0] ?? "");
    case 17: {
      const second = names[chance.below(names.length)] ?? name;
      files.set(name, files.get(second) ?? bytes);
      files.set(second, bytes);
      return `swapped of ${name} and ${second}`;
    }
    case 18:
      files.delete(name);
      return `missing of ${name}`;
    default:
      return put("another version", bytes.toString("latin1").replace(/"version":\d+/, `"version":${chance.below(5)}`));
  }
}
