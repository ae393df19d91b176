import { setImmediate } from "node:timers/promises";
import { TARGETS, SLACK, SUPPRESSIONS } from "@posture/config";
import {
  type Actor,
  type Check,
  type Finding,
  type FindingStore,
  fingerprintOf,
  HOUR,
  type Instant,
  memoryStore,
  plus,
  type ResolvedCheck,
  type Status,
  type StoreView,
  type Suppression,
} from "@posture/core";
import { type Limits, tell } from "@posture/engine";
import { listener } from "./announcer.test.fixture.ts";
import { askingOf } from "./asking.test.fixture.ts";
import { runAssign } from "./assigning.ts";
import { changeOf, type Context } from "./context.ts";
import { contextOf } from "./create.ts";
import { readAfter } from "./events/reading.ts";
import type { Between, Happening, Step, Target } from "./happenings.test.fixture.ts";
import { AFTER_RENAME, BEFORE_RENAME, type DoorState, House, type HouseOptions, NEW_ID, OLD_ID, refOf } from "./house.test.fixture.ts";
import type { StatusChange } from "./posture.ts";
import { Rechecks } from "./recheck-run.ts";
import { runLift } from "./deciding.ts";
import { watchedStore } from "./watched-store.test.fixture.ts";
import { runTick } from "./passing.ts";
import { runSuppress } from "./suppressing.ts";
import { runSweep } from "./sweep-run.ts";

/* A story: what happens in a house, and what Posture does meanwhile. All but the house is the real thing. */

/** So few that a small house reaches them. */
export const FEW: Limits = { share: 0.2, count: 2 };

const BY: Extract<Actor, { kind: "user" }> = { kind: "user", id: "U0ANN", via: "slack" };

export class Story {
  readonly house: House;
  /** By sweep: what was read live when its decision began. */
  readonly #live = new Map<string, ReadonlyMap<string, Instant>>();
  readonly store: FindingStore = watchedStore(
    memoryStore(() => this.#breath()),
    () => this.context.readLive,
    this.#live,
  );
  /** Of each sweep: the looks that it took, and which doors were read live while it ran. */
  readonly sweeps: Map<string, { readonly looks: readonly number[]; readonly live: ReadonlyMap<string, Instant> }> = new Map();
  /** What people were told last of each finding, and what is wrong with how they were. */
  readonly told: Map<string, Status> = new Map();
  readonly wrongs: string[] = [];
  context: Context;
  #rechecks: Rechecks;
  #renamed = false;
  #guards = true;
  #queue: Between[] = [];
  #answers = 0;
  #rules = 0;
  #changes = 0;
  /** What was begun while something was decided, and comes after it. */
  #begun: Promise<void>[] = [];
  /** What happened between two parts of a decision. */
  readonly interruptions: Happening["do"][] = [];

  constructor(options: HouseOptions, doors: readonly DoorState[] = []) {
    this.house = new House(options);
    for (const door of doors) this.house.doors.set(door.name, door);
    this.context = this.#start();
    this.#rechecks = new Rechecks(this.context);
  }

  /** The same house and the same configuration, and nothing known. */
  anew(): Story {
    const other = new Story(this.house.options, [...this.house.doors.values()]);
    for (const region of this.house.shutRegions) other.house.shutRegions.add(region);
    other.house.time = this.house.time;
    other.#configure(this.#renamed, this.#guards);
    return other;
  }

  async play(it: Step): Promise<void> {
    switch (it.do) {
      case "sweep":
        return this.sweep(it.meanwhile);
      case "start anew":
        return this.#configure(it.renamed, it.guards);
      case "enable":
        return void (it.enabled ? this.house.shutRegions.delete(it.region) : this.house.shutRegions.add(it.region));
      default:
        return this.#happen(it);
    }
  }

  async sweep(meanwhile: readonly Between[] = []): Promise<void> {
    this.#queue = meanwhile.toSorted((a, b) => a.at - b.at);
    this.#answers = 0;
    const before = this.house.looks;
    const { id } = await runSweep(this.context, {});
    await Promise.all(this.#begun);
    this.#begun = [];
    const looks = Array.from({ length: this.house.looks - before }, (_, i) => before + 1 + i);
    this.sweeps.set(id, { looks, live: this.#live.get(id) ?? new Map() });
    const late = this.#queue;
    this.#queue = [];
    for (const it of late) await this.#happen(it.happening);
  }

  /** A check is renamed once and for ever; a check that is off may come back. */
  #configure(renamed: boolean, guards: boolean): void {
    this.#renamed ||= renamed;
    this.#guards = guards;
    this.context = this.#start();
    this.#rechecks = new Rechecks(this.context);
  }

  #start(): Context {
    const checks = (this.#renamed ? AFTER_RENAME : BEFORE_RENAME)
      .filter(({ id }) => this.#guards || id !== "house/guard-asleep")
      .map(asSet);
    const config = {
      file: null,
      given: {},
      plugins: [],
      checks,
      collectors: [],
      accounts: [],
      regions: null,
      store: null,
      events: null,
      targets: TARGETS,
      suppressions: SUPPRESSIONS,
      slack: SLACK,
    };
    const { house, store } = this;
    const context = contextOf(
      { store, now: house.now },
      config,
      askingOf(house, checks, () => this.#meanwhile()),
    );
    return {
      ...context,
      limits: FEW,
      part: 1,
      announcer: listener((change, view) => this.#tell(change, view)),
      pause: () => this.#pass(),
    };
  }

  /** People are told changes of status only: what they believe must be true all the same. */
  #tell({ after }: StatusChange, view: StoreView): void {
    const { fingerprint, aliases } = after.finding;
    const found = [fingerprint, ...aliases].map((it) => view.findingOf(it));
    if (found.some((it) => it !== after.finding)) this.wrongs.push(`${fingerprint} is not what its names lead to`);
    this.told.set(believedAs(after.finding), after.status);
  }

  /** While AWS takes its time, what the story has for this moment happens. */
  async #meanwhile(): Promise<void> {
    this.#answers += 1;
    while ((this.#queue[0]?.at ?? Number.POSITIVE_INFINITY) < this.#answers) await this.#next();
  }
  /** While a sweep is decided, part by part, others go on: half of them that come then are begun in the middle of it. */
  async #breath(): Promise<void> {
    const [next] = this.#queue;
    if (next && next.at % 2 === 1) {
      this.#queue.shift();
      this.interruptions.push(next.happening.do);
      this.#begun.push(this.#happen(next.happening));
    }
    if (this.#begun.length > 0) await setImmediate();
  }
  /** Before a second look a minute passes, and half of what is left happens. */
  async #pass(): Promise<void> {
    this.house.time = plus(this.house.time, HOUR / 60);
    for (let left = Math.ceil(this.#queue.length / 2); left > 0; left -= 1) await this.#next();
  }
  async #next(): Promise<void> {
    const it = this.#queue.shift();
    if (it) await this.#happen(it.happening);
  }

  async #happen(it: Happening): Promise<void> {
    const { house } = this;
    switch (it.do) {
      case "set":
        return void house.doors.set(it.door.name, it.door);
      case "shut":
        for (const door of it.names) house.doors.set(door, { name: door, open: false, guard: null });
        return;
      case "remove":
        for (const door of it.names) house.doors.delete(door);
        return;
      case "spoil":
        return void house.spoilt.set(`${it.facet} ${it.name}`, it.how);
      case "break":
        return void house.broken.set(it.region, { after: it.after, reason: it.reason });
      case "heal":
        house.spoilt.clear();
        return house.broken.clear();
      case "make a report":
        return house.makeReport();
      case "time":
        house.time = plus(house.time, it.minutes * (HOUR / 60));
        return;
      case "tick":
        return runTick(this.context);
      case "re-check": {
        const fingerprint = await this.#known(it);
        if (fingerprint !== null) await this.#rechecks.run(fingerprint, BY);
        return;
      }
      case "hear an event":
        return this.#hear(it.name);
      case "suppress": {
        const wish = { fingerprint: this.#fingerprint(it), justification: "agreed with the owner", by: BY };
        await runSuppress(this.context, { ...wish, expiresAt: plus(house.now(), it.hours * HOUR) });
        return;
      }
      case "assign":
        await runAssign(this.context, this.#fingerprint(it), it.to, BY);
        return;
      case "suppress by rule":
        return this.#rule(it.hours);
      case "lift": {
        const id = await this.store.read({}, ({ suppressions }) => suppressions[it.nth]?.id ?? "none");
        await runLift(this.context, id, BY);
      }
    }
  }

  /** By the old name where the story says so: the button of an old message. */
  #fingerprint({ name, door, old }: Target): string {
    return fingerprintOf(door ? (this.#renamed && !old ? NEW_ID : OLD_ID) : "house/guard-asleep", refOf(name));
  }
  #known(it: Target): Promise<string | null> {
    const fingerprint = this.#fingerprint(it);
    return this.store.read({ findings: { fingerprints: [fingerprint] } }, (view) => (view.findingOf(fingerprint) ? fingerprint : null));
  }

  /** It may be about a resource that has no finding yet. */
  #hear(door: string): Promise<void> {
    const { checks, now } = this.context;
    const change = { eventId: `event-${(this.#changes += 1)}`, name: "OpenDoor", at: now(), by: BY.id };
    return readAfter(this.context, { ref: refOf(door), checkIds: new Set(checks.keys()), change, primed: {} });
  }

  /** A rule about the door, under the name that the check had at first. */
  #rule(hours: number): Promise<void> {
    const id = `rule-${(this.#rules += 1)}`;
    return this.store.transact({ findings: "all" }, (view) => {
      // Its turn may come long after it was asked for.
      const from = this.house.now();
      const suppression: Suppression = {
        id,
        scope: { rule: { checks: [OLD_ID] } },
        justification: "agreed with the owner",
        by: BY,
        from,
        expiresAt: plus(from, hours * HOUR),
        approval: "not-needed",
        ended: null,
      };
      const told = tell(view, [{ fingerprint: "", fact: { type: "suppress", suppression } }], from);
      return { ...changeOf(this.context, view, told, { kind: "suppression", suppression }, from), result: undefined };
    });
  }
}

/** Whatever its check is called at the moment. */
export function believedAs({ checkId, ref }: Finding): string {
  return `${checkId === OLD_ID ? NEW_ID : checkId} ${ref.name}`;
}

function asSet(check: Check): ResolvedCheck {
  return { check, enabled: true, severity: check.severity, params: undefined, variants: [] };
}
