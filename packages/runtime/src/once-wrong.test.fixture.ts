import type { DoorState } from "./house.test.fixture.ts";
import type { Plot, Step } from "./happenings.test.fixture.ts";

/* Stories that ended wrongly once, as short as they could be made. They are told before any others. */

const door = (name: "a" | "b" | "c" | "d" | "e" | "f" | "g", awake = true): DoorState => ({ name, open: true, guard: { awake } });
const sweep: Step = { do: "sweep", meanwhile: [] };

export const ONCE_WRONG: readonly Plot[] = [
  // A rule expired, and a re-check of one finding wrote that down, without the others that the rule had hidden.
  {
    options: { reach: "global", primes: false, reports: false },
    doors: [door("a"), door("b"), door("c")],
    steps: [
      sweep,
      { do: "remove", names: ["c", "f"] },
      { do: "sweep", meanwhile: [{ at: 0, happening: { do: "suppress by rule", hours: 1 } }] },
      { do: "time", minutes: 4320 },
      { do: "set", door: door("c") },
      { do: "re-check", name: "c", door: true, old: false },
    ],
  },
  // What came back with its region and was resolved at once was doubted, and not read again.
  {
    options: { reach: "regional", primes: false, reports: false },
    doors: [door("a"), door("d"), door("e"), door("f"), door("g")],
    steps: [
      sweep,
      { do: "enable", region: "eu-west-1", enabled: false },
      sweep,
      { do: "enable", region: "eu-west-1", enabled: true },
      { do: "shut", names: ["f", "g", "e", "a"] },
    ],
  },
  // A rule that a sweep gave its check's new name was lifted by its old one, and nobody heard of it.
  {
    options: { reach: "global", primes: true, reports: false },
    doors: [door("b"), door("c")],
    steps: [
      { do: "start anew", renamed: true, guards: false },
      sweep,
      { do: "sweep", meanwhile: [{ at: 1, happening: { do: "suppress by rule", hours: 1 } }] },
      { do: "sweep", meanwhile: [{ at: 3, happening: { do: "lift", nth: 0 } }] },
    ],
  },
];
