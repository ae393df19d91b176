import { filterOf } from "@posture/runtime";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHECK } from "../finding.test.fixture.ts";
import type { HomeActionIntake } from "../inbox/intake.ts";
import { DEEDS } from "../roles/deed.ts";
import {
  ALL,
  askedOf,
  decodeFilter,
  encodeFilter,
  filterIn,
  HOME_ACTION,
  HOME_DEEDS,
  type HomeFilter,
  knownFilter,
  NO_FILTER,
  verbOf,
} from "./codec.ts";

const filters: fc.Arbitrary<HomeFilter> = fc.record(
  {
    severity: fc.constantFrom("critical", "high", "medium", "low"),
    category: fc.constantFrom("iam", "s3"),
    region: fc.constantFrom("eu-west-1", "global"),
    account: fc.constantFrom("111122223333"),
    page: fc.integer({ min: 1, max: 1000 }),
  },
  { requiredKeys: ["page"] },
);

function click(before: HomeFilter, action_id: string, chosen?: string, menus: Record<string, string> = {}): HomeActionIntake {
  const values = Object.fromEntries(Object.entries(menus).map(([id, value]) => [id, { selected_option: { value } }]));
  return {
    type: "block_actions",
    user: { id: "U1" },
    trigger_id: "t",
    view: { type: "home", id: "V1", private_metadata: encodeFilter(before), state: { values: { block: values } } },
    actions: [{ type: "x", action_id, action_ts: "1", ...(chosen !== undefined && { selected_option: { value: chosen } }) }],
  };
}

describe("the filter of the Home tab", () => {
  test("comes back as it was kept, and anything that we did not write asks for everything", () => {
    fc.assert(
      fc.property(filters, (it) => {
        expect(decodeFilter(encodeFilter(it))).toEqual(it);
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (it) => {
        expect(decodeFilter(it).page).toBeGreaterThan(0);
      }),
    );
    expect([decodeFilter(undefined), decodeFilter('{"severity":"grave","page":1}')]).toEqual([NO_FILTER, NO_FILTER]);
  });

  test("takes what was chosen, begins at its first page, and lets go of it for all", () => {
    const before: HomeFilter = { severity: "high", page: 4 };
    expect(filterIn(click(before, HOME_ACTION.region, "eu-west-1"))).toEqual({ severity: "high", region: "eu-west-1", page: 1 });
    expect(filterIn(click(before, HOME_ACTION.severity, ALL))).toEqual({ page: 1 });
    expect(filterIn(click(before, HOME_ACTION.exportCsv))).toEqual(before);
    expect(filterIn(click(before, HOME_ACTION.severity, "grave"))).toEqual(before);
  });

  test("takes the menus as they are shown where two were used before the first was answered", () => {
    const it = click(NO_FILTER, HOME_ACTION.region, "eu-west-1", { [HOME_ACTION.severity]: "high", [HOME_ACTION.region]: ALL });
    expect(filterIn(it)).toEqual({ severity: "high", region: "eu-west-1", page: 1 });
  });

  test("asks nothing that the store could not answer, also when a category has gone with its plugin", () => {
    const gone = knownFilter({ category: "iam", severity: "low", page: 3 }, [CHECK]);
    expect(gone).toEqual({ severity: "low", page: 1 });
    expect(() => filterOf(askedOf(gone), [CHECK])).not.toThrow();
    expect(askedOf(knownFilter({ category: "s3", page: 3 }, [CHECK]))).toEqual({ statuses: ["open"], categories: ["s3"] });
  });
});

test("of everything that can be pressed there it is known who may", () => {
  const ids = Object.values(HOME_ACTION);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) {
    const verb = verbOf(id);
    expect(id).toMatch(/^home_/);
    expect(verb === "link" || (verb !== null && HOME_DEEDS[verb] in DEEDS), id).toBe(true);
  }
  expect(verbOf("home_destroy")).toBeNull();
});
