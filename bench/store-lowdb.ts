/* What the embedded store takes with many findings: time, and how long others have to wait for their turn meanwhile. Run: pnpm bench:store-lowdb [findings] */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY, type Instant, type Outcome, plus, type Write } from "../packages/core/src/index.ts";
import { type About, tell } from "../packages/engine/src/index.ts";
import { createPosture } from "../packages/runtime/src/index.ts";
import { type LowdbStore, openLowdbStore } from "../packages/store-lowdb/src/index.ts";
import { keep, median } from "./common.ts";
import { fill, findingOf, NOON } from "./filled.ts";

const MANY = Number(process.argv[2] ?? 100_000);
const RUNS = Number(process.argv[3] ?? 5);

interface Metered {
  readonly ms: number;
  /** Processor time of this thread in milliseconds: what `ms` would be without whatever else the machine does, and without the disk. */
  readonly cpu: number;
  /** The longest turn of the event loop: by the clock, and by processor time. */
  readonly turn: number;
  readonly busy: number;
}

async function metered(run: () => Promise<unknown>): Promise<Metered> {
  let [turn, busy] = [0, 0];
  let [at, used] = [performance.now(), threadTime()];
  const look = (): void => {
    const [now, usage] = [performance.now(), threadTime()];
    [turn, busy] = [Math.max(turn, now - at), Math.max(busy, usage - used)];
    [at, used] = [now, usage];
  };
  const watch = setInterval(look, 1);
  const [begun, before] = [performance.now(), threadTime()];
  await run();
  const [ms, cpu] = [performance.now() - begun, threadTime() - before];
  clearInterval(watch);
  look();
  return { ms, cpu, turn, busy };
}

function threadTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

const results: Record<string, object> = {};

/** `before` and `after` are not measured. */
async function measure<T>(
  name: string,
  run: (given: T) => Promise<unknown>,
  before: () => Promise<T>,
  after?: () => Promise<unknown>,
): Promise<void> {
  const runs: Metered[] = [];
  for (let i = 0; i < RUNS; i += 1) {
    const given = await before();
    globalThis.gc?.();
    runs.push(await metered(() => run(given)));
    await after?.();
  }
  const of = (pick: (it: Metered) => number): object => ({
    median: Math.round(median(runs.map(pick))),
    longest: Math.round(Math.max(...runs.map(pick))),
  });
  results[name] = {
    milliseconds: of(({ ms }) => ms),
    processorMilliseconds: of(({ cpu }) => cpu),
    longestTurn: of(({ turn }) => turn),
    longestTurnProcessor: of(({ busy }) => busy),
  };
  console.error(name, JSON.stringify(results[name]));
}

const folder = await mkdtemp(join(tmpdir(), "bench-store-"));
const clock = { now: NOON };
const now = (): Instant => clock.now;
const open = (): Promise<LowdbStore> => openLowdbStore({ folder, now });
const nothing = async (): Promise<undefined> => undefined;
try {
  const filling = await open();
  await fill(filling, MANY);
  await filling.close();

  let store: LowdbStore | undefined;
  const closed = async (): Promise<void> => store?.close();
  const opened = async (): Promise<void> => void (store = await open());
  await measure("start from a snapshot", opened, nothing, closed);
  const withoutSnapshots = async (): Promise<void> => {
    for (const name of await readdir(folder)) if (name.startsWith("snapshot")) await rm(join(folder, name));
  };
  await measure("start from the log alone", opened, withoutSnapshots, closed);

  store = await open();
  const held = store;
  const posture = await createPosture({ store: held, now, folder: tmpdir() });
  const put = (n: number): Promise<unknown> => {
    const write: Write = { kind: "finding", value: { ...findingOf(n), lastSeenAt: now() } };
    return held.transact({}, () => ({ at: now(), events: [], writes: [write], result: 0 }));
  };
  const wake = (): Promise<unknown> => put(1);
  const { fingerprint } = findingOf(2);
  const by = { kind: "user", id: "U00000001", via: "slack" } as const;
  const suppressed = async (): Promise<string> => {
    const answer = await posture.suppress({ fingerprint, justification: "Reviewed by the team.", by });
    if (answer.kind !== "suppressed") throw new Error(`refused: ${answer.why}`);
    return answer.suppression.id;
  };
  const lifted = async (id: string): Promise<unknown> => posture.lift(id, by);

  await measure("one commit", wake, nothing);
  await measure("summary", () => posture.summary(), wake);
  await measure("the first commit of a day", wake, async () => (clock.now = plus(clock.now, DAY)));
  await measure("the first commit after 30 days, of which 10 end a suppression", wake, async () => {
    clock.now = plus(clock.now, DAY);
    const from = clock.now;
    await held.transact({}, () => ({ at: from, events: [], writes: expiring(from), result: 0 }));
    clock.now = plus(clock.now, 30 * DAY);
  });
  let id = "";
  await measure(
    "suppress one",
    async () => (id = await suppressed()),
    nothing,
    async () => lifted(id),
  );
  await measure("lift one", lifted, suppressed);
  await measure("tick", () => posture.tick(), wake);
  await measure(
    "a sweep's commit that changes one finding",
    (facts) => swept(held, facts),
    async () => seenAgain(held, plus(now(), 1)),
  );
  await measure("snapshot", () => held.snapshot(), wake);
  await measure(
    "snapshot, with 50 commits meanwhile",
    async () => {
      const writing = held.snapshot();
      for (let n = 0; n < 50; n += 1) await put(n);
      await writing;
    },
    wake,
  );
  await posture.close();
  await held.close();
  keep("store-lowdb", { findings: MANY, runs: RUNS, results, memoryMB: Math.round(process.memoryUsage.rss() / 1e6) });
} finally {
  await rm(folder, { recursive: true, force: true });
}

function expiring(from: Instant): Write[] {
  return Array.from({ length: 10 }, (_, i): Write => ({
    kind: "suppression",
    value: {
      id: `e-${from}-${i}`,
      scope: { fingerprint: findingOf(10 * i + 2).fingerprint },
      justification: "Reviewed by the team.",
      by: { kind: "system" },
      from,
      expiresAt: plus(from, (3 * i + 1) * DAY),
      approval: "not-needed",
      ended: null,
    },
  }));
}

/** What a sweep has to say when everything is as it was, but for one finding that it resolves. */
async function seenAgain(store: LowdbStore, at: Instant): Promise<readonly About[]> {
  const failing = await store.read({ findings: "all" }, ({ findings }) => findings.filter(({ condition }) => condition === "failing"));
  return failing.map(({ fingerprint, checkId, ref, severity, title, message, coveredBy }, i): About => {
    const check = { id: checkId, severity, title, ...(coveredBy && { coveredBy }) };
    const { id: messageId, text, evidence, notes } = message;
    const outcome: Outcome =
      i === 7
        ? { status: "pass", evidenceAt: at }
        : { status: "fail", evidenceAt: at, messageId, text, evidence, notes, covered: coveredBy !== null };
    return { fingerprint, fact: { type: "observed", by: "sweep", check, ref, outcome } };
  });
}

async function swept(store: LowdbStore, facts: readonly About[]): Promise<unknown> {
  return store.transact({ findings: "all", outbox: {} }, (view) => {
    const { events, writes } = tell(view, facts, plus(now(), 2));
    return { at: now(), events, writes, result: 0 };
  });
}
