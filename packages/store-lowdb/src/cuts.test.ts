import { describe, expect, it } from "vitest";
import { cutPower } from "./cuts.fixture.ts";
import { scratch } from "./scratch.fixture.ts";

describe("a cut of the power", () => {
  const place = scratch();

  it("loses nothing that was acknowledged, doubles nothing, and leaves the state of the log, in 100 cuts", async () => {
    const { wrong, cuts, acknowledged } = await cutPower(place(), 7, 100);
    expect(wrong).toEqual([]);
    expect([cuts, acknowledged > 1_000]).toEqual([100, true]);
  });
});
