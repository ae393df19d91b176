import { describe, expect, it } from "vitest";
import { damageStores } from "./mutations.fixture.ts";
import { kept } from "./result.fixture.ts";
import { scratch } from "./scratch.fixture.ts";

const SEED = Number(process.env["POSTURE_SEED"] ?? 2026);
const place = scratch();

describe("a store that was damaged in one way or two", () => {
  /** To keep what came of it: `POSTURE_DAMAGE_RESULT=bench/results/store-damage.json pnpm test:long packages/store-lowdb` */
  it("is refused, or warned of, or whole, in 10000 mutations", { timeout: 600_000 }, async () => {
    const { wrong, ...result } = await damageStores(place(), SEED, 10_000);
    expect(wrong).toEqual([]);
    kept(process.env["POSTURE_DAMAGE_RESULT"], {
      what: "stores damaged in one way or two, then opened",
      seed: SEED,
      ...result,
      silentlyLess: wrong.length,
    });
  });
});
