import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { expect, it } from "vitest";
import { type Kills, killWriters } from "./kills.fixture.ts";
import { startPostgres } from "./server.fixture.ts";

/** To keep what came of it: `POSTURE_PG_KILLS_RESULT=bench/results/postgres-kills.json pnpm test:chaos packages/store-postgres` */
const SEED = Number(process.env["POSTURE_SEED"] ?? 2026);
const KILLS = Number(process.env["POSTURE_PG_KILLS"] ?? 500);
const RESULT = process.env["POSTURE_PG_KILLS_RESULT"];
const OF_ONE_STORE = 50;

it(
  `the Postgres store loses and doubles nothing in ${KILLS} kills of who writes to it, and as many crashes of the server as a tenth of them`,
  {
    timeout: 7_200_000,
  },
  async () => {
    // With its own settings: everything synced, as where it matters.
    const server = await startPostgres(["max_connections=100"]);
    const rounds: Kills[] = [];
    try {
      for (let round = 0; round * OF_ONE_STORE < KILLS; round += 1) {
        const url = `${server.url}?schema=kills_${round}`;
        const killed = await killWriters(url, SEED + round, OF_ONE_STORE, { crash: server.crash, crashEvery: 10 });
        expect(killed.wrong).toEqual([]);
        rounds.push(killed);
      }
    } finally {
      await server.stop();
    }
    const sum = (of: (it: Kills) => number): number => rounds.reduce((total, it) => total + of(it), 0);
    const result = {
      what: "processes that wrote to one Postgres, four at once, killed with SIGKILL; the server was killed with SIGKILL as well, and started again on its data. Afterwards nothing acknowledged is missing, nothing is there twice, the chain is whole, and the state is that of the log",
      run: "POSTURE_PG_KILLS=… POSTURE_PG_KILLS_RESULT=… pnpm test:chaos packages/store-postgres",
      seeds: rounds.map((_, n) => SEED + n),
      stores: rounds.length,
      processes: 4,
      kills: sum(({ kills }) => kills),
      ofTheseAtFailpoints: sum(({ atFailpoints }) => atFailpoints),
      serverCrashes: sum(({ crashes }) => crashes),
      acknowledged: sum(({ acknowledged }) => acknowledged),
      refused: sum(({ refused }) => refused),
      inDoubt: sum(({ inDoubt }) => inDoubt),
      committedUnheard: sum(({ unheard }) => unheard),
      records: sum(({ records }) => records),
      lost: 0,
      doubled: 0,
      machine: {
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
        cpus: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
      },
    };
    if (RESULT !== undefined) await writeFile(RESULT, `${JSON.stringify(result, null, 2)}\n`);
    expect(result.serverCrashes).toBeGreaterThan(0);
  },
);
