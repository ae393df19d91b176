import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { applyWrite, emptyState, GENESIS, hashOf, type LogRecord, type StoreView, viewOf, type Wanted } from "@posture/core";
import { type Chance, chanceOf } from "./proxy.fixture.ts";
import { openPostgresStore } from "./store.ts";

const EVERYTHING: Wanted = { findings: "all", outbox: {}, inbox: {} };
const PROCESSES = 4;
/** Transactions that one process has under way at once, at most. */
const LANES = 2;
const FOR_EVER = "1000000";

export interface Kills {
  readonly kills: number;
  readonly atFailpoints: number;
  readonly crashes: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly inDoubt: number;
  /** Of which nobody was told anything, since who had asked was killed; committed all the same. */
  readonly unheard: number;
  readonly records: number;
  readonly wrong: readonly string[];
}

interface Life {
  readonly run: string;
  readonly killed: boolean;
  readonly lines: readonly string[];
}

/**
 * Four processes at once write to one store until they are killed, and others come in their place. Every other one kills itself before or just after a
 * message to the server, the rest are killed from outside. `crash`: kills the server and starts it again; called after every `crashEvery` kills.
 */
export async function killWriters(
  url: string,
  seed: number,
  wanted: number,
  server?: { readonly crash: () => Promise<void>; readonly crashEvery: number },
): Promise<Kills> {
  const chance = chanceOf(seed);
  const lives: Life[] = [];
  let [begun, kills, atFailpoints, crashes] = [0, 0, 0, 0];
  let crashing: Promise<void> | undefined;
  const place = async (): Promise<void> => {
    while (begun < wanted) {
      const n = (begun += 1);
      const life = await lifeOf(url, `s${seed}k${n}`, n % 2 === 0, chance);
      lives.push(life);
      if (!life.killed) {
        // The server was away for too long; another takes its place.
        begun -= life.lines.includes("open") ? 0 : 1;
        continue;
      }
      kills += 1;
      if (n % 2 === 0) atFailpoints += 1;
      if (server && !crashing && kills >= (crashes + 1) * server.crashEvery) {
        crashes += 1;
        crashing = pause(chance() * 300).then(server.crash);
        await crashing.finally(() => (crashing = undefined));
      }
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, place));
  return { kills, atFailpoints, crashes, ...(await lookInto(url, lives)) };
}

async function lifeOf(url: string, run: string, isFailpoint: boolean, chance: Chance): Promise<Life> {
  const script = new URL("./writer.fixture.ts", import.meta.url).pathname;
  const failpoint = isFailpoint
    ? [chance() < 0.5 ? "before" : "after", String(1 + Math.floor(chance() * (chance() < 0.3 ? 30 : 300)))]
    : [];
  const words = ["--conditions=@posture/source", script, `${url}&application_name=writer`, run, FOR_EVER, ...failpoint];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "ignore"] });
  const lines: string[] = [];
  const acknowledgements = Math.floor(chance() * 30);
  const delay = chance() * 20;
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => {
    lines.push(line);
    const isDue = lines.length - 1 === acknowledgements;
    if (!isFailpoint && isDue) setTimeout(() => child.kill("SIGKILL"), delay);
  });
  const [[, signal]] = await Promise.all([once(child, "exit"), once(reader, "close")]);
  return { run, killed: signal === "SIGKILL", lines };
}

/** Every promise of the store, looked at from outside. */
async function lookInto(url: string, lives: readonly Life[]): Promise<Omit<Kills, "kills" | "atFailpoints" | "crashes">> {
  const store = await openPostgresStore({ url, now: () => new Date().toISOString() });
  try {
    const records: LogRecord[] = [];
    for await (const record of store.records()) records.push(record);
    const view = await store.read(EVERYTHING, (it) => it);
    const of = (word: string): string[] =>
      lives.flatMap(({ lines }) => lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.split(" ")[1] ?? ""] : [])));
    const [ack, refused, doubt] = [of("ack"), of("refused"), of("doubt")];
    const kept = records.flatMap(({ events }) => events.map(({ subject }) => subject));
    const [there, told] = [new Set(kept), new Set([...ack, ...doubt])];
    const unheard = kept.filter((key) => !told.has(key));
    const mayBeUnheard = new Set(lives.filter(({ killed }) => killed).map(({ run }) => run));
    const perLife = Map.groupBy(unheard, (key) => key.split("-")[0] ?? "");
    const wrong: string[] = [];
    const must = (holds: boolean, what: string): void => void (holds || wrong.push(what));
    const lost = ack.filter((key) => !there.has(key));
    must(lost.length === 0, `acknowledged and lost: ${lost.join(", ")}`);
    must(there.size === kept.length, `${kept.length - there.size} are there twice`);
    must(!refused.some((key) => there.has(key)), "what was refused is there");
    must(
      [...perLife].every(([run, keys]) => mayBeUnheard.has(run) && keys.length <= LANES),
      "what nobody asked for is there",
    );
    must(
      records.every(
        (it, i) => it.seq === i + 1 && it.prev === (records[i - 1]?.hash ?? GENESIS) && hashOf(it) === it.hash && it.events.length === 1,
      ),
      "the chain is broken",
    );
    must(view.outbox.find(({ key }) => key === "counter")?.body === records.length, "an increment is lost");
    const state = emptyState();
    for (const write of records.flatMap(({ writes }) => writes)) applyWrite(state, write);
    must(contentOf(view) === contentOf(viewOf(state, EVERYTHING)), "the state is not that of the log");
    return {
      acknowledged: ack.length,
      refused: refused.length,
      inDoubt: doubt.length,
      unheard: unheard.length,
      records: records.length,
      wrong: wrong.map((what) => `${new URL(url).search}: ${what}`),
    };
  } finally {
    await store.close();
  }
}

function contentOf({ findings, outbox }: StoreView): string {
  const told = (rows: readonly object[]): string[] => rows.map((it) => JSON.stringify(it)).toSorted();
  return JSON.stringify([told(findings), told(outbox)]);
}
