/* What the embedded store takes with many findings: time, and how long others have to wait for their turn meanwhile. Run: pnpm bench:store-lowdb [findings] */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { batches, DAY, type Finding, type Instant, plus, type Write } from "../packages/core/src/index.ts";
import type { Found } from "../packages/engine/src/index.ts";
import { createPosture } from "../packages/runtime/src/index.ts";
import type { Context } from "../packages/runtime/src/context.ts";
import { runLift } from "../packages/runtime/src/deciding.ts";
import { runTick } from "../packages/runtime/src/passing.ts";
import { runSuppress } from "../packages/runtime/src/suppressing.ts";
import { runSweep } from "../packages/runtime/src/sweep-run.ts";
import { type LowdbStore, openLowdbStore } from "../packages/store-lowdb/src/index.ts";
import { cannedContext, foundAgain } from "./canned.ts";
import { keep, median } from "./common.ts";
import { fill, findingOf, messageOf, NOON } from "./filled.ts";

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

/** How much the machine has to do, as the last minute had it: the two processors of a busy one are shared by more than two. */
function load(): number {
  return Number((loadavg()[0] ?? 0).toFixed(1));
}
const before = load();

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
  let found: readonly Found[] = [];
  const canned = cannedContext(held, now, () => found);
  await measure("a tick that has nothing to say", () => runTick(canned), wake);
  await measure(
    "a tick after 1,000 suppressions have expired",
    () => runTick(canned),
    async () => {
      const from = clock.now;
      await held.transact({}, () => ({ at: from, events: [], writes: expiringAtOnce(from), result: 0 }));
      clock.now = plus(clock.now, DAY + 1);
      await wake();
    },
  );
  await measure(
    "a sweep that changes one finding",
    () => runSweep(canned, {}),
    async () => {
      clock.now = plus(clock.now, 1000);
      const failing = await held.read({ findings: "all" }, ({ findings }) => findings.filter(({ condition }) => condition === "failing"));
      found = foundAgain(failing, plus(now(), 1), (n) => n !== 7);
      clock.now = plus(clock.now, 1000);
    },
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

  const all = foundAgain(
    Array.from({ length: MANY }, (_, n) => findingOf(n)),
    plus(NOON, 1),
  );
  await measure(
    "a first sweep that finds them all",
    async (context) => runSweep(context, {}),
    async () => {
      clock.now = plus(NOON, 1000);
      store = await openLowdbStore({ folder: join(folder, "first"), now });
      return cannedContext(store, now, () => all);
    },
    async () => {
      await closed();
      await rm(join(folder, "first"), { recursive: true });
    },
  );

  const told = Array.from({ length: MANY / 10 }, (_, n) => n);
  const inMessages = foundAgain(
    told.map(findingOf).map((finding): Finding => ({ ...finding, coveredBy: null })),
    plus(NOON, 2000),
    () => false,
  );
  const rule = { checks: ["example/cover", "example/other"] };
  const many = `${told.length.toLocaleString("en")} findings that all have messages`;
  const withMessages = async (): Promise<Context> => {
    clock.now = plus(NOON, 1000);
    store = await openLowdbStore({ folder: join(folder, "told"), now });
    const writes = told.flatMap((n): Write[] => [openOf(n), { kind: "outbox", value: messageOf(n) }]);
    for (const some of batches(writes)) await store.transact({}, () => ({ at: now(), events: [], writes: some, result: 0 }));
    clock.now = plus(NOON, 3000);
    return cannedContext(store, now, () => inMessages);
  };
  const gone = async (): Promise<void> => {
    await closed();
    await rm(join(folder, "told"), { recursive: true });
  };
  const ruled = async (context: Context): Promise<string> => {
    const expiresAt = plus(now(), 10 * DAY);
    const answer = await runSuppress(context, { rule, justification: "Reviewed by the team.", by, expiresAt });
    if (answer.kind !== "suppressed" || answer.preview.hidden.length < told.length) throw new Error("not all of them were suppressed");
    return answer.suppression.id;
  };
  await measure(`a rule hides ${many}`, ruled, withMessages, gone);
  await measure(
    `the rule is lifted from ${many}`,
    ({ context, id }) => runLift(context, id, by),
    async () => {
      const context = await withMessages();
      return { context, id: await ruled(context) };
    },
    gone,
  );
  await measure(`a sweep resolves ${many}`, (context) => runSweep(context, {}), withMessages, gone);
  keep("store-lowdb", {
    findings: MANY,
    runs: RUNS,
    load: [before, load()],
    results,
    memoryMB: Math.round(process.memoryUsage.rss() / 1e6),
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Whatever it was, it is open. */
function openOf(n: number): Write {
  return { kind: "finding", value: { ...findingOf(n), condition: "failing", clearedAt: null, coveredBy: null } };
}

function expiring(from: Instant): Write[] {
  return Array.from({ length: 10 }, (_, i) => suppressionOf(`e-${from}-${i}`, 10 * i + 2, from, plus(from, (3 * i + 1) * DAY)));
}

/** Within the same second, but not at the same instant. */
function expiringAtOnce(from: Instant): Write[] {
  return Array.from({ length: 1_000 }, (_, i) => suppressionOf(`o-${from}-${i}`, 70 * i + 3, from, plus(from, DAY - i)));
}

function suppressionOf(id: string, n: number, from: Instant, expiresAt: Instant): Write {
  const { fingerprint } = findingOf(n);
  const by = { kind: "system" } as const;
  const justification = "Reviewed by the team.";
  return {
    kind: "suppression",
    value: { id, scope: { fingerprint }, justification, by, from, expiresAt, approval: "not-needed", ended: null },
  };
}
