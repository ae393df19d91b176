import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { applyWrite, emptyState, type LogRecord, type StoreView, viewOf, type Wanted } from "@posture/core";
import pg from "pg";
import { expect, inject, it } from "vitest";
import { openAt, urlOf } from "./database.test.fixture.ts";
import { type Chance, chanceOf, startProxy } from "./proxy.fixture.ts";
import type { PostgresStore } from "./store.ts";

/** More of it: `POSTURE_CUT_ROUNDS=40 POSTURE_CUT_RESULT=bench/results/postgres-cuts.json pnpm test cuts.postgres` */
const ROUNDS = Number(process.env["POSTURE_CUT_ROUNDS"] ?? 1);
const COMMITS = Number(process.env["POSTURE_CUT_COMMITS"] ?? 25);
const RESULT = process.env["POSTURE_CUT_RESULT"];
const PROCESSES = 4;
const EVERYTHING: Wanted = { findings: "all", outbox: {}, inbox: {} };

interface Told {
  readonly ack: string[];
  readonly refused: string[];
  readonly doubt: string[];
}

interface Round extends Told {
  readonly seed: number;
  readonly records: number;
  readonly resets: number;
  readonly commits: number;
  readonly terminated: number;
}

it(
  `four processes on one store, whose connections are cut at any moment, lose nothing that was acknowledged and double nothing (${ROUNDS} rounds)`,
  async () => {
    const rounds: Round[] = [];
    for (let seed = 1; seed <= ROUNDS; seed += 1) rounds.push(await round(seed));
    if (RESULT !== undefined) await writeFile(RESULT, `${JSON.stringify(summary(rounds), null, 2)}\n`);
    expect(sum(rounds, ({ commits }) => commits)).toBeGreaterThan(0);
    expect(sum(rounds, ({ terminated }) => terminated)).toBeGreaterThan(0);
  },
  60_000 + ROUNDS * (20_000 + COMMITS * 2_000),
);

async function round(seed: number): Promise<Round> {
  const place = `cuts_${seed}`;
  const store = await openAt(place);
  const chance = chanceOf(seed);
  const { hostname, port } = new URL(inject("postgresUrl"));
  const proxy = await startProxy({ host: hostname, port: Number(port) }, { before: 0.004, atCommit: 0.15 }, chance);
  const stopped = new AbortController();
  const terminating = terminate(chance, stopped.signal);
  try {
    const url = new URL(urlOf(place));
    url.port = String(proxy.port);
    const told = await Promise.all(Array.from({ length: PROCESSES }, (_, n) => writer(url.href, `p${n}`)));
    stopped.abort();
    const all: Told = {
      ack: told.flatMap(({ ack }) => ack),
      refused: told.flatMap(({ refused }) => refused),
      doubt: told.flatMap(({ doubt }) => doubt),
    };
    const records = await expectWhole(store, all);
    return { seed, ...all, records, ...proxy.counts, terminated: await terminating };
  } finally {
    stopped.abort();
    await terminating;
    await proxy.stop();
    await store.close();
  }
}

/** Ends connections of the writers from within the server, one every now and then. */
async function terminate(chance: Chance, signal: AbortSignal): Promise<number> {
  const admin = new pg.Client({ connectionString: inject("postgresUrl"), application_name: "terminator" });
  await admin.connect();
  let ended = 0;
  while (!signal.aborted) {
    await pause(50 + chance() * 300);
    const { rowCount } = await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'writer' ORDER BY random() LIMIT 1`,
    );
    ended += rowCount ?? 0;
  }
  await admin.end();
  return ended;
}

async function writer(url: string, run: string): Promise<Told> {
  const script = new URL("./writer.fixture.ts", import.meta.url).pathname;
  const words = ["--conditions=@posture/source", script, `${url}&application_name=writer`, run, String(COMMITS)];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  let [said, complained] = ["", ""];
  child.stdout.on("data", (chunk) => (said += String(chunk)));
  child.stderr.on("data", (chunk) => (complained += String(chunk)));
  const [code] = await once(child, "close");
  expect([code, said.includes("done"), complained]).toEqual([0, true, ""]);
  const of = (word: string): string[] =>
    said.split("\n").flatMap((line) => (line.startsWith(`${word} `) ? [line.split(" ")[1] ?? ""] : []));
  return { ack: of("ack"), refused: of("refused"), doubt: of("doubt") };
}

/** Every promise of the store, looked at from outside. Answers how many records there are. */
async function expectWhole(store: PostgresStore, { ack, refused, doubt }: Told): Promise<number> {
  const records: LogRecord[] = [];
  // It verifies: gapless, chained, each with the hash of its content.
  for await (const record of store.records()) records.push(record);
  const kept = records.flatMap(({ events }) => events.map(({ subject }) => subject));
  expect(new Set(kept).size, "nothing is there twice").toBe(kept.length);
  expect(
    ack.filter((key) => !kept.includes(key)),
    "acknowledged and lost",
  ).toEqual([]);
  expect(
    refused.filter((key) => kept.includes(key)),
    "refused and yet there",
  ).toEqual([]);
  expect(
    kept.filter((key) => !ack.includes(key) && !doubt.includes(key)),
    "there, and nobody was told",
  ).toEqual([]);
  expect(ack.length + refused.length + doubt.length).toBe(PROCESSES * 2 * COMMITS);
  const view = await store.read(EVERYTHING, (it) => it);
  expect(view.outbox.find(({ key }) => key === "counter")?.body, "no increment is lost").toBe(records.length);
  const state = emptyState();
  for (const write of records.flatMap(({ writes }) => writes)) applyWrite(state, write);
  expect(contentOf(view), "the state is what the log adds up to").toEqual(contentOf(viewOf(state, EVERYTHING)));
  return records.length;
}

function contentOf({ findings, outbox }: StoreView): unknown {
  return {
    findings: findings.toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)),
    outbox: outbox.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
  };
}

function sum(rounds: readonly Round[], of: (round: Round) => number): number {
  return rounds.reduce((total, round) => total + of(round), 0);
}

function summary(rounds: readonly Round[]): object {
  return {
    what: "what became of transactions of four processes whose connections were cut; a round that lost or doubled anything would have ended the run",
    run: "POSTURE_CUT_ROUNDS=… POSTURE_CUT_COMMITS=… POSTURE_CUT_RESULT=… pnpm test cuts.postgres",
    seeds: rounds.map(({ seed }) => seed),
    processes: PROCESSES,
    transactions: rounds.length * PROCESSES * 2 * COMMITS,
    acknowledged: sum(rounds, ({ ack }) => ack.length),
    refused: sum(rounds, ({ refused }) => refused.length),
    inDoubt: sum(rounds, ({ doubt }) => doubt.length),
    records: sum(rounds, ({ records }) => records),
    connectionsReset: sum(rounds, ({ resets }) => resets),
    ofTheseAtCommit: sum(rounds, ({ commits }) => commits),
    connectionsTerminated: sum(rounds, ({ terminated }) => terminated),
    lost: 0,
    doubled: 0,
    machine: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cpus: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
    },
  };
}
