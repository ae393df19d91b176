import {
  type Answer,
  type Check,
  type Collector,
  type Conditional,
  defineCheck,
  defineResource,
  GLOBAL,
  type Instant,
  type Listed,
  ListingFailure,
  type Observed,
  plus,
  type ResourceKind,
  type ResourceRef,
  type Target,
  unreadable,
  type UnknownReason,
} from "@posture/core";
import { z } from "zod";

/* A kind small enough to see through, and a house of such doors that keeps a ledger of every answer it gave. */

export interface Door {
  open: boolean;
  guard: Conditional<{ awake: boolean } | null>;
}
const call = (operation: string): { service: string; operation: string; action: string } => ({
  service: "house",
  operation,
  action: `house:${operation}`,
});
const kind: ResourceKind<Door> = defineResource({
  type: "Test::House::Door",
  lists: [call("ListDoors")],
  lifecycle: [],
  facets: {
    open: { schema: z.boolean(), read: [call("GetDoor")], prime: [call("ListDoors")], changedBy: [] },
    guard: {
      schema: z.object({ awake: z.boolean() }).nullable(),
      read: [call("GetGuard")],
      changedBy: [],
      after: ["open"],
      moot: (_, { open }) => (open === false ? "the door is shut" : null),
    },
  },
  locate: () => [],
});

const docs = "https://docs.aws.amazon.com/";
export const OLD_ID = "house/door-open";
export const NEW_ID = "house/door-ajar";
function doorCheck(id: typeof OLD_ID | typeof NEW_ID, formerIds: readonly [] | readonly [typeof OLD_ID]): Check {
  return defineCheck({
    id,
    formerIds,
    title: "Door stands open",
    risk: "Anyone can walk in.",
    severity: "critical",
    resource: kind,
    needs: ["open"],
    messages: { open: "{name} stands open." },
    remediation: { steps: ["Shut {name}."], docs },
    evaluate: ({ open }, { pass, fail }) => (open ? fail("open") : pass()),
  });
}
/** Covered by the one about the door, whatever that is called. */
function guardCheck(coveredBy: typeof OLD_ID | typeof NEW_ID): Check {
  return defineCheck({
    id: "house/guard-asleep",
    title: "Guard sleeps",
    risk: "Nobody looks.",
    severity: "low",
    resource: kind,
    mayNeed: ["guard"],
    coveredBy,
    messages: { asleep: "The guard of {name} sleeps." },
    remediation: { steps: ["Wake the guard."], docs },
    evaluate({ guard }, { pass, fail, unknown }) {
      if (guard.state === "moot" || guard.state === "absent") return pass();
      if (guard.state === "unreadable") return unknown(guard.reason, "guard");
      return guard.value.awake ? pass() : fail("asleep", { covered: true });
    },
  });
}
export const BEFORE_RENAME: readonly Check[] = [doorCheck(OLD_ID, []), guardCheck(OLD_ID)];
export const AFTER_RENAME: readonly Check[] = [doorCheck(NEW_ID, [OLD_ID]), guardCheck(NEW_ID)];

export const ACCOUNT_ID = "111122223333";
export const REGIONS: readonly string[] = ["eu-west-1", "us-east-1"];

export interface DoorState {
  readonly name: string;
  readonly open: boolean;
  readonly guard: { readonly awake: boolean } | null;
}
export function regionOf(name: string): string {
  return REGIONS[name.charCodeAt(0) % REGIONS.length] ?? "";
}
export function refOf(name: string): ResourceRef {
  const region = regionOf(name);
  return { type: kind.type, arn: `arn:aws:house:${region}:${ACCOUNT_ID}:door/${name}`, name, accountId: ACCOUNT_ID, region };
}

/** One answer about a door: a facet's value, or that there is no such door. `look`: of a sweep; `null`: of a live read. */
export interface Answered {
  readonly look: number | null;
  readonly name: string;
  readonly at: Instant;
  readonly says: "open" | "shut" | "guarded" | "asleep" | "gone";
}
/** One attempt to list a region. `sourceAt`: the report's own time, where the listing is one. */
export interface Attempt {
  readonly look: number;
  readonly region: string;
  readonly began: Instant;
  readonly names: Set<string>;
  sourceAt: Instant | null;
  isWhole: boolean;
}

export interface HouseOptions {
  readonly reach: "global" | "regional";
  /** Whether a listing brings along which doors are open. */
  readonly primes: boolean;
  /** Whether it is a report that was made some time ago. */
  readonly reports: boolean;
}
const PAGE = 2;

export class House {
  readonly options: HouseOptions;
  readonly doors: Map<string, DoorState> = new Map();
  readonly shutRegions: Set<string> = new Set();
  readonly spoilt: Map<string, UnknownReason | "throws"> = new Map();
  readonly broken: Map<string, { readonly after: number; readonly reason: UnknownReason }> = new Map();
  readonly answered: Answered[] = [];
  readonly attempts: Attempt[] = [];
  report: { readonly at: Instant; readonly doors: readonly DoorState[] } | null = null;
  looks = 0;
  time: Instant = "2026-01-01T00:00:00.000Z";

  constructor(options: HouseOptions) {
    this.options = options;
  }
  readonly now = (): Instant => (this.time = plus(this.time, 1));
  makeReport(): void {
    this.report = { at: this.now(), doors: [...this.doors.values()] };
  }
  regions(): readonly string[] {
    return REGIONS.filter((region) => !this.shutRegions.has(region));
  }
  /** The collector of one look, or of a live read. `meanwhile` is what happens while AWS takes its time to answer. */
  hands(look: number | null, meanwhile: () => Promise<void>): Collector {
    return {
      kind,
      reach: this.options.reach,
      list: (target) => this.#list(target, look ?? 0, meanwhile),
      read: (ref, facet) => this.#read(ref, facet, look, meanwhile),
    };
  }

  async *#list({ region }: Target, look: number, meanwhile: () => Promise<void>): AsyncGenerator<Listed, Instant | void> {
    const attempt: Attempt = { look, region, began: this.now(), names: new Set(), sourceAt: null, isWhole: false };
    this.attempts.push(attempt);
    if (this.options.reports && !this.report) this.makeReport();
    const report = this.options.reports ? this.report : null;
    attempt.sourceAt = report?.at ?? null;
    let last = "";
    for (let page = 0; ; page += 1) {
      const asOf = report?.at ?? this.now();
      await meanwhile();
      const broken = this.broken.get(region);
      if (broken && page >= broken.after)
        throw new ListingFailure({ reason: broken.reason, missing: ["house:ListDoors"], detail: "the house did not answer" });
      const left = this.#shown(region, report?.doors).filter(({ name }) => name > last);
      for (const door of left.slice(0, PAGE)) {
        attempt.names.add(door.name);
        yield { ref: refOf(door.name), facets: this.options.primes ? { open: this.#known(door, "open", asOf, look) } : {} };
      }
      last = left.slice(0, PAGE).at(-1)?.name ?? last;
      if (left.length > PAGE) continue;
      attempt.isWhole = true;
      return report?.at;
    }
  }
  #shown(region: string, doors: readonly DoorState[] = [...this.doors.values()]): DoorState[] {
    return doors.filter(({ name }) => region === GLOBAL || regionOf(name) === region).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async #read({ name }: ResourceRef, facet: string, look: number | null, meanwhile: () => Promise<void>): Promise<Answer> {
    const asOf = this.now();
    await meanwhile();
    const spoilt = this.spoilt.get(`${facet} ${name}`);
    if (spoilt === "throws") throw new Error("the collector broke");
    if (spoilt) return unreadable(spoilt, asOf);
    const door = this.doors.get(name);
    if (door) return this.#known(door, facet, asOf, look);
    this.answered.push({ look, name, at: asOf, says: "gone" });
    return { state: "gone", asOf };
  }
  #known(
    { name, open, guard }: DoorState,
    facet: string,
    asOf: Instant,
    look: number | null,
  ): Extract<Observed, { state: "known" | "absent" }> {
    const says = facet === "open" ? (open ? "open" : "shut") : guard && !guard.awake ? "asleep" : "guarded";
    this.answered.push({ look, name, at: asOf, says });
    const value = facet === "open" ? open : guard;
    return value === null ? { state: "absent", asOf } : { state: "known", value, asOf };
  }
}
