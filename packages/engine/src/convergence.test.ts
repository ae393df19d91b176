import { type Finding, type Instant, type ResolvedCheck, resourceKey, type StoreView } from "@posture/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { watchesOf, watchOf } from "./enabled.ts";
import { type About, factsOfReading, factsOfSweep, type Watching } from "./facts.ts";
import type { Judgement } from "./judging.ts";
import { recheck } from "./recheck.ts";
import { type Found, sweep } from "./sweep.ts";
import { tell } from "./tell.ts";
import { ACCOUNT, doorOpen, type FakeDoor, guardAsleep, House, refOf, set } from "./world.test.fixture.ts";

/** Sweeps that overlap with re-checks, changes and faults: whatever happened, a clean sweep at the end leaves what one on an empty store finds. */
const NAMES = ["a", "b", "c"];
const REGIONS = ["eu-west-1", "us-east-1"];
/** Rules on tags, too: one that says how grave a door is, and one without which no guard is looked at. */
const watched: readonly ResolvedCheck[] = [
  set(doorOpen, { variants: [{ place: "overrides[0]", when: { tags: { env: ["dev"] } }, change: { severity: "low" } }] }),
  set(guardAsleep, { enabled: false, variants: [{ place: "overrides[1]", when: { tags: { env: ["*"] } }, change: { enabled: true } }] }),
];
const watching: Watching = {
  checks: new Map(watched.map((it) => [it.check.id, it])),
  accounts: [ACCOUNT],
};

const name = fc.constantFrom(...NAMES);
const step = fc.oneof(
  fc.record({
    do: fc.constant("change" as const),
    name,
    open: fc.boolean(),
    awake: fc.constantFrom(true, false, null),
    env: fc.constantFrom("dev", "prod", null),
  }),
  fc.record({ do: fc.constant("remove" as const), name }),
  fc.record({
    do: fc.constant("spoil" as const),
    name,
    facet: fc.constantFrom("open", "guard", "tags"),
    how: fc.constantFrom("denied" as const, "throttled" as const, "malformed" as const, "throws" as const),
  }),
  fc.record({ do: fc.constant("break" as const), region: fc.constantFrom(...REGIONS), after: fc.nat(2) }),
  fc.record({ do: fc.constant("heal" as const) }),
  ...twice(fc.record({ do: fc.constant("begin a sweep" as const) })),
  ...twice(fc.record({ do: fc.constant("end the sweep" as const) })),
  ...twice(fc.record({ do: fc.constant("read live" as const), name })),
);
/** What matters most comes most often. */
function twice<T>(arbitrary: fc.Arbitrary<T>): [fc.Arbitrary<T>, fc.Arbitrary<T>] {
  return [arbitrary, arbitrary];
}
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

class Story {
  readonly house: House;
  findings: Map<string, Finding> = new Map();
  /** What was true of a door from an instant on. */
  readonly truth: { at: Instant; name: string; open: boolean }[] = [];
  readonly wrongs: string[] = [];
  readonly #knownSince = new Map<string, Instant>();
  #running: { found: Found[]; readLive: Map<string, Instant> } | undefined;

  constructor(primes: boolean, primesTags: boolean) {
    this.house = new House([], { primes, primesTags });
  }

  get view(): StoreView {
    return {
      findings: [...this.findings.values()],
      suppressions: [],
      outbox: [],
      inbox: [],
      sweeps: [],
      sweptAccounts: new Set(),
      findingOf: (fingerprint) => this.findings.get(fingerprint),
      seen: new Map(),
    };
  }

  async play(it: Step): Promise<void> {
    switch (it.do) {
      case "change":
        return this.#set(doorOf(it.name, it.open, it.awake, it.env));
      case "remove":
        return this.#set(it.name);
      case "spoil":
        return void this.house.spoilt.set(`${it.facet} ${it.name}`, it.how);
      case "break":
        return void this.house.brokenListings.set(it.region, { after: it.after, reason: "denied" });
      case "heal":
        this.house.spoilt.clear();
        return this.house.brokenListings.clear();
      case "begin a sweep":
        this.#running ??= { found: await this.#collect(), readLive: new Map() };
        return;
      case "end the sweep":
        return this.end();
      case "read live":
        return this.#readLive(it.name);
    }
  }

  async #collect(): Promise<Found[]> {
    const found: Found[] = [];
    const newcomer = { first: this.house.time, baseline: false };
    await sweep(
      { watches: watchesOf(watched, [this.house]), accounts: [ACCOUNT], seenOf: () => undefined, newcomer },
      { now: this.house.now, emit: (it) => found.push(it) },
    );
    return found;
  }

  end(): void {
    if (!this.#running) return;
    const { found, readLive } = this.#running;
    this.#running = undefined;
    const judgements = found.flatMap((it): readonly Judgement[] => (it.type === "judged" ? it.judgements : []));
    const coverage = found.flatMap((it) => (it.type === "scope" ? [it.coverage] : []));
    const listed = new Set(found.flatMap((it) => (it.type === "scope" ? it.keys : [])));
    this.#hear(factsOfSweep({ judgements, coverage, listed, readLive }, this.view, watching));
  }

  async sweep(): Promise<void> {
    this.#running = { found: await this.#collect(), readLive: new Map() };
    this.end();
  }

  /** What a re-check and a change event do; an event may be about a resource that has no finding yet. */
  async #readLive(doorName: string): Promise<void> {
    const readAt = this.house.now();
    const asked = watched.filter(({ check }) => check.id === doorOpen.id);
    const ref = refOf(this.house.doors.find((it) => it.name === doorName) ?? doorOf(doorName, false, null));
    const judgements = await recheck(watchOf(this.house, watched), asked, ref, { first: readAt, baseline: false }, this.house.now);
    this.#running?.readLive.set(resourceKey(ref), readAt);
    if (judgements.some(({ checkId, outcome }) => checkId === doorOpen.id && outcome.status !== "unknown"))
      this.#knownSince.set(doorName, readAt);
    this.#hear(factsOfReading(judgements, "re-check", this.view, watching));
  }

  #hear(facts: readonly About[]): void {
    const told = tell(this.view, facts, this.house.now());
    for (const { after } of told.changes) {
      if (after.finding.checkId !== doorOpen.id) continue;
      if (after.finding.evidenceAt < (this.#knownSince.get(after.finding.ref.name) ?? ""))
        this.wrongs.push(`${after.finding.ref.name} was changed by evidence older than a live read`);
      const wasOpen = this.#wasOpen(after.finding.ref.name, after.finding.evidenceAt);
      if (after.status === "resolved" && wasOpen) this.wrongs.push(`${after.finding.ref.name} was resolved while it was open`);
      if (after.status === "open" && after.finding.stale === null && !wasOpen)
        this.wrongs.push(`${after.finding.ref.name} was opened while it was shut`);
    }
    for (const write of told.writes) if (write.kind === "finding") this.findings.set(write.value.fingerprint, write.value);
  }

  #wasOpen(doorName: string, at: Instant): boolean {
    return this.truth.findLast((it) => it.name === doorName && it.at <= at)?.open ?? false;
  }

  #set(door: FakeDoor | string): void {
    const doorName = typeof door === "string" ? door : door.name;
    const i = this.house.doors.findIndex((it) => it.name === doorName);
    if (i >= 0) this.house.doors.splice(i, 1);
    if (typeof door !== "string") this.house.doors.push(door);
    this.truth.push({ at: this.house.now(), name: doorName, open: typeof door !== "string" && door.open });
  }
}

function doorOf(doorName: string, open: boolean, awake: boolean | null, env: string | null = null): FakeDoor {
  const region = REGIONS[NAMES.indexOf(doorName) % 2] ?? "";
  return { name: doorName, region, open, guard: awake === null ? null : { awake }, tags: env === null ? {} : { env } };
}

const failing = (story: Story): string[] =>
  [...story.findings.values()]
    .filter(({ condition, stale }) => condition === "failing" && stale === null)
    .map(({ fingerprint, severity }) => `${fingerprint} ${severity}`)
    .toSorted();

it("ends where one clean sweep ends, and on the way resolves and opens nothing without proof", async () => {
  const runs = Number(process.env["POSTURE_PROPERTY_RUNS"] ?? 2000);
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.boolean(),
      fc.array(step, { minLength: 10, maxLength: 60, size: "max" }),
      async (primes, primesTags, steps) => {
        const story = new Story(primes, primesTags);
        for (const it of steps) await story.play(it);
        story.end();
        await story.play({ do: "heal" });
        await story.sweep();
        const clean = new Story(primes, primesTags);
        for (const it of story.house.doors) clean.house.doors.push(it);
        clean.house.time = story.house.time;
        await clean.sweep();
        expect(story.wrongs).toEqual([]);
        expect(failing(story)).toEqual(failing(clean));
        expect(
          story.house.doors
            .filter(({ open }) => open)
            .every((it) =>
              story.findings.has(
                [...clean.findings.values()].find(({ ref, checkId }) => ref.name === refOf(it).name && checkId === doorOpen.id)
                  ?.fingerprint ?? "",
              ),
            ),
        ).toBe(true);
      },
    ),
    { numRuns: runs, seed: 20261124 },
  );
});
