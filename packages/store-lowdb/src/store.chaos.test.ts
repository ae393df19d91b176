import { describe, expect, it } from "vitest";
import { cutPower } from "./cuts.fixture.ts";
import { killWriters } from "./kills.fixture.ts";
import { kept } from "./result.fixture.ts";
import { scratch } from "./scratch.fixture.ts";

const SEED = Number(process.env["POSTURE_SEED"] ?? 2026);
const KILLS = 2_000;
const CUTS = 1_000;
const STORES = 20;
const place = scratch();

/** To keep what came of it: `POSTURE_CHAOS_RESULT=bench/results/chaos.json pnpm test:chaos` */
describe("the lowdb store", () => {
  it(`loses and doubles nothing in ${KILLS} kills and ${CUTS} cuts of the power`, { timeout: 3_600_000 }, async () => {
    const cuts = await cutPower(place(), SEED, CUTS);
    expect(cuts.wrong).toEqual([]);
    const totals = { stores: STORES, kills: 0, atFailpoints: 0, acknowledged: 0, records: 0, wrong: 0 };
    for (let n = 0; n < STORES; n += 1) {
      const { wrong, ...killed } = await killWriters(`${place()}-${n}`, SEED + n, KILLS / STORES, 10);
      expect(wrong).toEqual([]);
      totals.kills += killed.kills;
      totals.atFailpoints += killed.atFailpoints;
      totals.acknowledged += killed.acknowledged;
      totals.records += killed.records;
    }
    expect(totals.kills).toBe(KILLS);
    kept(process.env["POSTURE_CHAOS_RESULT"], {
      what: "the embedded store, its process killed and its power cut: afterwards nothing acknowledged is missing, nothing is there twice, the chain is whole, and the state is that of the log",
      seed: SEED,
      kills: totals,
      powerCuts: { ...cuts, wrong: cuts.wrong.length },
    });
  });
});
