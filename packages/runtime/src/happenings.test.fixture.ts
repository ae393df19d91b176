import type { UnknownReason } from "@posture/core";
import fc from "fast-check";
import { type DoorState, type HouseOptions, REGIONS } from "./house.test.fixture.ts";

/* What can happen in a story. */

/** A finding of a story: about the door or its guard, and by which name it is called. */
export interface Target {
  readonly name: string;
  readonly door: boolean;
  /** By the name that the check had at first. */
  readonly old: boolean;
}

/** At any time, also while AWS is being asked. */
export type Happening =
  | { readonly do: "set"; readonly door: DoorState }
  | { readonly do: "shut" | "remove"; readonly names: readonly string[] }
  | { readonly do: "spoil"; readonly name: string; readonly facet: string; readonly how: UnknownReason | "throws" }
  | { readonly do: "break"; readonly region: string; readonly after: number; readonly reason: UnknownReason }
  | { readonly do: "heal" | "make a report" | "tick" }
  | ({ readonly do: "re-check" } & Target)
  | { readonly do: "hear an event"; readonly name: string }
  | ({ readonly do: "suppress"; readonly hours: number } & Target)
  | { readonly do: "suppress by rule"; readonly hours: number }
  | ({ readonly do: "assign"; readonly to: string | null } & Target)
  | { readonly do: "lift"; readonly nth: number }
  | { readonly do: "time"; readonly minutes: number };

/** `at`: before which answer of AWS, counted from the sweep's first. */
export interface Between {
  readonly at: number;
  readonly happening: Happening;
}

/** And what needs Posture to stand still: a sweep, a start with another configuration, a region that AWS enables or not. */
export type Step =
  | Happening
  | { readonly do: "sweep"; readonly meanwhile: readonly Between[] }
  | { readonly do: "start anew"; readonly renamed: boolean; readonly guards: boolean }
  | { readonly do: "enable"; readonly region: string; readonly enabled: boolean };

const NAMES = ["a", "b", "c", "d", "e", "f", "g"];
const name: fc.Arbitrary<string> = fc.constantFrom(...NAMES);
const names: fc.Arbitrary<string[]> = fc.uniqueArray(name, { minLength: 1, maxLength: NAMES.length });
const guard: fc.Arbitrary<DoorState["guard"]> = fc.constantFrom({ awake: true }, { awake: false }, null);
const target: fc.Arbitrary<Target> = fc.record({ name, door: fc.boolean(), old: fc.boolean() });
const hours: fc.Arbitrary<number> = fc.constantFrom(1, 30, 900);

function rarely(weight: number, arbitrary: fc.Arbitrary<Happening>): { weight: number; arbitrary: fc.Arbitrary<Happening> } {
  return { weight, arbitrary };
}
const happening: fc.Arbitrary<Happening> = fc.oneof(
  rarely(
    6,
    fc.record({ name, open: fc.boolean(), guard }).map((door) => ({ do: "set", door })),
  ),
  rarely(
    3,
    names.map((some) => ({ do: "shut", names: some })),
  ),
  rarely(
    3,
    names.map((some) => ({ do: "remove", names: some })),
  ),
  rarely(
    3,
    fc
      .tuple(name, fc.constantFrom("open", "guard"), fc.constantFrom("denied", "throttled", "malformed", "throws"))
      .map(([it, facet, how]) => ({ do: "spoil", name: it, facet, how })),
  ),
  rarely(
    3,
    fc
      .tuple(fc.constantFrom(...REGIONS, "global"), fc.nat(2), fc.constantFrom("denied", "throttled", "malformed"))
      .map(([region, after, reason]) => ({ do: "break", region, after, reason })),
  ),
  rarely(4, fc.constant({ do: "heal" })),
  rarely(1, fc.constant({ do: "make a report" })),
  rarely(1, fc.constant({ do: "tick" })),
  rarely(
    6,
    target.map((it) => ({ do: "re-check", ...it })),
  ),
  rarely(
    3,
    name.map((it) => ({ do: "hear an event", name: it })),
  ),
  rarely(
    4,
    fc.tuple(target, hours).map(([it, long]) => ({ do: "suppress", hours: long, ...it })),
  ),
  rarely(
    1,
    hours.map((long) => ({ do: "suppress by rule", hours: long })),
  ),
  rarely(
    1,
    fc.nat(3).map((nth) => ({ do: "lift", nth })),
  ),
  rarely(
    1,
    fc.tuple(target, fc.constantFrom("U0ANN", "U0BOB", null)).map(([it, to]) => ({ do: "assign", to, ...it })),
  ),
  rarely(
    3,
    fc.constantFrom(1, 20, 61, 300, 4320).map((minutes) => ({ do: "time", minutes })),
  ),
);

const sweep: fc.Arbitrary<Step> = fc
  .array(fc.record({ at: fc.nat(24), happening }), { maxLength: 6 })
  .map((meanwhile) => ({ do: "sweep", meanwhile }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: happening },
  { weight: 4, arbitrary: sweep },
  { weight: 1, arbitrary: fc.tuple(fc.boolean(), fc.boolean()).map(([renamed, guards]): Step => ({ do: "start anew", renamed, guards })) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...REGIONS), fc.boolean()).map(([region, enabled]): Step => ({ do: "enable", region, enabled })),
  },
);

export interface Plot {
  readonly options: HouseOptions;
  /** How the house is at first. */
  readonly doors: readonly DoorState[];
  readonly steps: readonly Step[];
}
export const plots: fc.Arbitrary<Plot> = fc.record({
  options: fc.record({ reach: fc.constantFrom("global", "regional"), primes: fc.boolean(), reports: fc.boolean() }),
  doors: fc
    .subarray(NAMES)
    .chain((some) => fc.tuple(...some.map((it) => fc.record({ name: fc.constant(it), open: fc.constantFrom(true, true, false), guard })))),
  steps: fc.array(step, { minLength: 6, maxLength: 24, size: "max" }),
});
