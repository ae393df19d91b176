import { type Answer, type Listed, type ResourceRef, resourceKey, type Seen, type Target } from "@posture/core";
import { describe, expect, it } from "vitest";
import { watchesOf, watchOf } from "./enabled.ts";
import { recheck } from "./recheck.ts";
import { type Found, sweep, type SweepPlan } from "./sweep.ts";
import { ACCOUNT, doorOpen, enabled, type FakeDoor, House, refOf, set, unguarded } from "./world.test.fixture.ts";

const SEEN: Seen = { first: "2026-01-01T00:00:00.000Z", baseline: true };
const front: FakeDoor = { name: "front", region: "eu-west-1", open: true, guard: { awake: false } };
const back: FakeDoor = { name: "back", region: "eu-west-1", open: false, guard: { awake: false } };
const shed: FakeDoor = { name: "shed", region: "us-east-1", open: true, guard: null };
const far: FakeDoor = { name: "far", region: "ap-south-1", open: true, guard: null };

async function swept(house: House, again?: SweepPlan["again"]): Promise<{ found: Found[]; outcomes: Record<string, string> }> {
  const found: Found[] = [];
  const plan = {
    watches: watchesOf(enabled, [house]),
    accounts: [ACCOUNT],
    seenOf: () => undefined,
    newcomer: SEEN,
    ...(again && { again }),
  };
  await sweep(plan, { now: house.now, emit: (it) => found.push(it) });
  const judgements = found.flatMap((it) => (it.type === "judged" ? it.judgements : []));
  return {
    found,
    outcomes: Object.fromEntries(judgements.map(({ ref, checkId, outcome }) => [`${ref.name} ${checkId.split("/")[1]}`, outcome.status])),
  };
}
/** A house whose list of doors says how old it is. */
class Dated extends House {
  readonly #sourceAt: string;
  constructor(doors: FakeDoor[], sourceAt: string) {
    super(doors);
    this.#sourceAt = sourceAt;
  }
  override async *list(target: Target, wanted: ReadonlySet<string>): AsyncGenerator<Listed, string> {
    yield* super.list(target, wanted);
    return this.#sourceAt;
  }
}
/** A house that is told what not to leave out. */
class Told extends House {
  readonly hints: string[] = [];
  override read(ref: ResourceRef, facet: string, _?: unknown, hints: readonly string[] = []): Promise<Answer> {
    this.hints.push(`${facet} ${ref.name}: ${hints.join(", ")}`);
    return super.read(ref, facet);
  }
}
const scopes = (found: readonly Found[]) =>
  found.flatMap((it) => (it.type === "scope" ? [`${it.coverage.region} ${it.coverage.state} ${it.keys.length}`] : [])).toSorted();

describe("a sweep", () => {
  it("judges every resource of every watched region with every check", async () => {
    const { outcomes, found } = await swept(new House([front, back, shed, far]));
    expect(outcomes).toEqual({
      "front door-open": "fail",
      "front guard-asleep": "fail",
      "back door-open": "pass",
      "back guard-asleep": "pass",
      "shed door-open": "fail",
      "shed guard-asleep": "pass",
    });
    expect(scopes(found)).toEqual(["eu-west-1 complete 2", "us-east-1 complete 1"]);
  });

  it("tells the readers of a resource what its failing findings name, in a re-check as well", async () => {
    const house = new Told([front, shed]);
    const hints = new Map([[resourceKey(refOf(front)), { guard: ["Gus"] }]]);
    const watches = watchesOf(enabled, [house]);
    await sweep(
      { watches, accounts: [ACCOUNT], seenOf: () => undefined, hintsOf: (key) => hints.get(key), newcomer: SEEN },
      { now: house.now, emit: () => undefined },
    );
    expect(house.hints).toEqual(["guard front: Gus", "guard shed: "]);
    house.hints.length = 0;
    const [watch] = watches;
    if (watch) await recheck(watch, enabled, refOf(front), SEEN, house.now, { hints: { guard: ["Ann"] } });
    expect(house.hints).toEqual(["open front: ", "guard front: Ann"]);
  });
  it("reads each facet of each resource once, and neither what was primed nor what is moot", async () => {
    const house = new House([front, back, shed]);
    await swept(house);
    expect(house.reads.toSorted()).toEqual(["guard front", "guard shed", "list eu-west-1", "list us-east-1"]);
    const unprimed = new House([front, back], { primes: false });
    await swept(unprimed);
    expect(unprimed.reads.toSorted()).toEqual(["guard front", "list eu-west-1", "list us-east-1", "open back", "open front"]);
  });

  it("lists a kind of global reach once, and skips what lies in regions nobody watches", async () => {
    const house = new House([front, shed, far], { reach: "global" });
    const { outcomes, found } = await swept(house);
    expect(house.reads.filter((read) => read.startsWith("list"))).toEqual(["list global"]);
    expect(Object.keys(outcomes).some((name) => name.startsWith("far"))).toBe(false);
    expect(scopes(found)).toEqual(["global complete 3"]);
  });

  it("dates what is not there by the source of the listing, where that is older", async () => {
    const listedAt = async (sourceAt: string): Promise<string[]> => {
      const { found } = await swept(new Dated([front], sourceAt));
      return found.flatMap((it) => (it.type === "scope" && it.coverage.region === "eu-west-1" ? [it.coverage.listedAt] : []));
    };
    expect(await listedAt("2025-12-31T22:00:00.000Z")).toEqual(["2025-12-31T22:00:00.000Z"]);
    expect((await listedAt("2026-12-31T22:00:00.000Z"))[0]).toMatch(/^2026-01-01/);
  });

  it("keeps what a listing showed before it failed, and calls the scope incomplete", async () => {
    const house = new House([front, back, shed]);
    house.brokenListings.set("eu-west-1", { after: 1, reason: "denied" });
    const { outcomes, found } = await swept(house);
    expect(outcomes["front door-open"]).toBe("fail");
    expect(outcomes["back door-open"]).toBeUndefined();
    expect(scopes(found)).toEqual(["eu-west-1 incomplete 1", "us-east-1 complete 1"]);
  });

  it("lists a scope again that was only throttled, while its patience lasts", async () => {
    const house = new House([front]);
    house.brokenListings.set("eu-west-1", { after: 0, reason: "throttled" });
    const { found } = await swept(house, { times: 2, until: "2027-01-01T00:00:00.000Z", pause: () => Promise.resolve() });
    expect(house.reads.filter((read) => read === "list eu-west-1")).toHaveLength(3);
    expect(scopes(found)).toEqual(["eu-west-1 incomplete 0", "us-east-1 complete 0"]);
    const impatient = new House([front]);
    impatient.brokenListings.set("eu-west-1", { after: 0, reason: "throttled" });
    await swept(impatient, { times: 2, until: "2020-01-01T00:00:00.000Z", pause: () => Promise.resolve() });
    expect(impatient.reads.filter((read) => read === "list eu-west-1")).toHaveLength(1);
  });

  it("makes what could not be read unknown, and says the action that is missing", async () => {
    const house = new House([front]);
    house.spoilt.set("guard front", "denied");
    const { found, outcomes } = await swept(house);
    expect(outcomes["front guard-asleep"]).toBe("unknown");
    const judgements = found.flatMap((it) => (it.type === "judged" ? it.judgements : []));
    expect(judgements.find(({ checkId }) => checkId === "house/guard-asleep")?.outcome).toMatchObject({
      reason: "denied",
      missing: ["house:GetGuard"],
    });
  });

  it("calls it gone when AWS says so between listing and reading", async () => {
    const house = new House([front]);
    house.spoilt.set("guard front", "gone");
    expect((await swept(house)).outcomes).toEqual({ "front door-open": "gone", "front guard-asleep": "gone" });
  });

  it("takes a collector that throws for its own error, and no one else's", async () => {
    const house = new House([front, shed]);
    house.spoilt.set("guard front", "throws");
    expect((await swept(house)).outcomes).toMatchObject({
      "front door-open": "fail",
      "front guard-asleep": "unknown",
      "shed door-open": "fail",
    });
  });
});

describe("a re-check", () => {
  it("reads only what the asked check needs, live, and judges what the same reads decide", async () => {
    const house = new House([front]);
    const watch = watchOf(house, enabled);
    const asked = enabled.filter(({ check }) => check.id === doorOpen.id);
    const judgements = await recheck(watch, asked, refOf(front), SEEN, house.now);
    expect(house.reads).toEqual(["open front"]);
    expect(judgements.map(({ checkId, outcome }) => [checkId, outcome.status])).toEqual([["house/door-open", "fail"]]);
  });

  it("judges a second check for nothing when it is moot", async () => {
    const house = new House([back]);
    const judgements = await recheck(watchOf(house, enabled), enabled.slice(1), refOf(back), SEEN, house.now);
    expect(house.reads).toEqual(["open back"]);
    expect(judgements.map(({ outcome }) => outcome.status)).toEqual(["pass", "pass"]);
  });

  it("answers the asked check also where an unreadable facet kept the ones after it from being read", async () => {
    const house = new House([front]);
    house.spoilt.set("open front", "denied");
    const asked = [set(unguarded)];
    const judgements = await recheck(watchOf(house, [...enabled, ...asked]), asked, refOf(front), SEEN, house.now);
    expect(house.reads).toEqual(["open front"]);
    expect(judgements.map(({ checkId, outcome }) => [checkId, outcome.status])).toContainEqual(["house/unguarded", "unknown"]);
  });

  it("says gone for every check of a resource that is no more", async () => {
    const house = new House([]);
    const judgements = await recheck(watchOf(house, enabled), enabled.slice(0, 1), refOf(front), SEEN, house.now);
    expect(judgements.map(({ outcome }) => outcome.status)).toEqual(["gone", "gone"]);
  });
});
