import type { Condition, Outcome, ResolvedCheck, Setting } from "@posture/core";
import { describe, expect, it } from "vitest";
import { type Watch, watchesOf, watchOf } from "./enabled.ts";
import { judgeAll, type Judgement } from "./judging.ts";
import { recheck } from "./recheck.ts";
import { type Found, sweep } from "./sweep.ts";
import { ACCOUNT, doorOpen, type FakeDoor, guardAsleep, House, refOf, set, unlessCalled } from "./world.test.fixture.ts";

const SEEN = { first: "2026-01-01T00:00:00.000Z", baseline: true };
const front: FakeDoor = { name: "front", region: "eu-west-1", open: true, guard: null, tags: { env: "prod" } };
const back: FakeDoor = { name: "back", region: "eu-west-1", open: false, guard: null, tags: { env: "prod" } };
const shed: FakeDoor = { name: "shed", region: "us-east-1", open: true, guard: null };

const prod: Condition = { tags: { env: ["prod"] } };
function doorCheck(base: Partial<Setting>, ...rules: readonly (readonly [Condition, Partial<Setting>])[]): ResolvedCheck {
  return set(doorOpen, { ...base, variants: rules.map(([when, change], i) => ({ place: `overrides[${i}]`, when, change })) });
}

async function swept(
  house: House,
  ...checks: readonly ResolvedCheck[]
): Promise<{ judgements: Judgement[]; scopes: string[]; watches: Watch[] }> {
  const found: Found[] = [];
  const watches = watchesOf(checks, [house]);
  await sweep({ watches, accounts: [ACCOUNT], seenOf: () => undefined, newcomer: SEEN }, { now: house.now, emit: (it) => found.push(it) });
  return {
    watches,
    judgements: found.flatMap((it) => (it.type === "judged" ? it.judgements : [])),
    scopes: found.flatMap((it) => (it.type === "scope" ? [it.coverage.region] : [])).toSorted(),
  };
}
const told = (judgements: readonly Judgement[]): Record<string, string> =>
  Object.fromEntries(judgements.map(({ ref, severity, outcome }) => [ref.name, `${severity} ${outcome.status}`]));
const frontIn = (judgements: readonly Judgement[]): Judgement | undefined => judgements.find(({ ref }) => ref.name === "front");
const tagReads = (house: House): string[] => house.reads.filter((read) => read.startsWith("tags"));
const notesOf = (outcome: Outcome | undefined): readonly string[] => (outcome?.status === "fail" ? (outcome.notes ?? []) : []);

describe("a rule on accounts and regions", () => {
  it("is known before anything is read: where no check is on, nothing is listed", async () => {
    const house = new House([front, back, shed]);
    const { judgements, scopes } = await swept(house, doorCheck({}, [{ regions: ["eu-west-1"] }, { enabled: false }]));
    expect(told(judgements)).toEqual({ shed: "critical fail" });
    expect(scopes).toEqual(["us-east-1"]);
    expect(house.reads).toEqual(["list us-east-1"]);
  });
  it("leaves a check unread where it is off, beside one that is on", async () => {
    const house = new House([front, shed], { primes: false });
    const here = set(guardAsleep, { variants: [{ place: "overrides[0]", when: { regions: ["us-east-1"] }, change: { enabled: false } }] });
    await swept(house, doorCheck({}), here);
    expect(house.reads.toSorted()).toEqual(["guard front", "list eu-west-1", "list us-east-1", "open front", "open shed"]);
  });
  it("holds also for a kind that is listed once for all regions", async () => {
    const house = new House([front, shed], { reach: "global" });
    const { judgements, scopes } = await swept(house, doorCheck({}, [{ regions: ["us-east-1"] }, { enabled: false }]));
    expect(told(judgements)).toEqual({ front: "critical fail" });
    expect(scopes).toEqual(["global"]);
  });
  it("switches a check on where it is off otherwise", async () => {
    const house = new House([front, shed]);
    const { judgements } = await swept(
      house,
      doorCheck({ enabled: false }, [{ regions: ["us-east-1"] }, { enabled: true, severity: "low" }]),
    );
    expect(told(judgements)).toEqual({ shed: "low fail" });
  });
  it("is followed by a re-check, which then answers nothing", async () => {
    const house = new House([front]);
    const check = doorCheck({}, [{ regions: ["eu-west-1"] }, { enabled: false }]);
    expect(await recheck(watchOf(house, [check]), [check], refOf(front), SEEN, house.now)).toEqual([]);
    expect(house.reads).toEqual([]);
  });
});

describe("tags", () => {
  it("are neither wanted of a listing nor read without a rule on them", async () => {
    const house = new House([front, back, shed], { primesTags: true });
    const { watches } = await swept(house, doorCheck({}, [{ regions: ["eu-west-1"] }, { severity: "low" }]));
    expect(watches.map(({ wanted }) => wanted.has("tags"))).toEqual([false]);
    expect(tagReads(house)).toEqual([]);
  });
  it("are wanted of a listing that brings them, and then not read", async () => {
    const house = new House([front, back, shed], { primesTags: true });
    const { judgements } = await swept(house, doorCheck({}, [prod, { severity: "low" }]));
    expect(told(judgements)).toEqual({ front: "low fail", back: "low pass", shed: "critical fail" });
    expect(tagReads(house)).toEqual([]);
  });
  it("are otherwise read of what fails, once, however many rules and checks ask", async () => {
    const house = new House([front, back, shed]);
    const checks = [
      doorCheck({}, [prod, { severity: "low" }], [{ tags: { team: ["*"] } }, { enabled: false }]),
      set(unlessCalled, { params: { name: "" }, variants: [{ place: "overrides[0]", when: prod, change: { severity: "low" } }] }),
    ];
    await swept(house, ...checks);
    expect(tagReads(house).toSorted()).toEqual(["tags front", "tags shed"]);
  });
  it("are not read where the account or the region already says that no rule on them can hold", async () => {
    const house = new House([front, shed]);
    await swept(house, doorCheck({}, [{ ...prod, regions: ["us-east-1"] }, { severity: "low" }]));
    expect(tagReads(house)).toEqual(["tags shed"]);
  });
  it("save the reads of a check that they switch off, where the listing brings them", async () => {
    const house = new House([front, back], { primes: false, primesTags: true });
    const { judgements } = await swept(house, doorCheck({}, [prod, { enabled: false }]));
    expect(told(judgements)).toEqual({ front: "critical not-applicable", back: "critical not-applicable" });
    expect(house.reads.filter((read) => read.startsWith("open"))).toEqual([]);
  });
});

describe("a tag", () => {
  it("that had a say makes an outcome as old as itself, and another does not", () => {
    const at = (minute: number): string => `2026-01-01T00:0${minute}:00.000Z`;
    const facets = {
      open: { state: "known", value: true, asOf: at(4) },
      tags: { state: "known", value: { env: "prod" }, asOf: at(1) },
    } as const;
    const dateOf = (check: ResolvedCheck): string | undefined =>
      judgeAll([check], { ref: refOf(front), asOf: at(5), seen: SEEN, facets }, at(6))[0]?.outcome.evidenceAt;
    expect(dateOf(doorCheck({}, [prod, { severity: "low" }]))).toBe(at(1));
    expect(dateOf(doorCheck({}, [prod, { enabled: false }]))).toBe(at(1));
    expect(dateOf(doorCheck({}, [{ ...prod, regions: ["us-east-1"] }, { severity: "low" }]))).toBe(at(4));
  });
  it("of a third party's kind that is no text by key is unreadable", () => {
    const facets = {
      open: { state: "known", value: true, asOf: SEEN.first },
      tags: { state: "known", value: [{ Key: "env", Value: "prod" }], asOf: SEEN.first },
    } as const;
    const [judgement] = judgeAll(
      [doorCheck({}, [prod, { severity: "low" }])],
      { ref: refOf(front), asOf: SEEN.first, seen: SEEN, facets },
      SEEN.first,
    );
    expect(judgement?.severity).toBe("critical");
    expect(notesOf(judgement?.outcome)[0]).toContain("the tags could not be read (malformed)");
  });
  it("switches a check off with a reason that names it", async () => {
    const house = new House([front]);
    const { judgements } = await swept(house, doorCheck({}, [prod, { enabled: false }]));
    expect(frontIn(judgements)?.outcome).toMatchObject({
      status: "not-applicable",
      reason: "overrides[0] switches the check off for what is tagged env=prod",
    });
  });
  it("switches a check on: what it would find decides whether tags are read at all", async () => {
    const house = new House([front, back, shed]);
    const { judgements } = await swept(house, doorCheck({ enabled: false }, [prod, { enabled: true }]));
    expect(told(judgements)).toEqual({ front: "critical fail", back: "critical not-applicable", shed: "critical not-applicable" });
    expect(tagReads(house).toSorted()).toEqual(["tags front", "tags shed"]);
  });
  it("changes params, and a check that passes with some and fails with others is judged by the tags", async () => {
    const house = new House([front, shed]);
    const check = set(unlessCalled, {
      params: { name: "front" },
      variants: [{ place: "overrides[0]", when: prod, change: { params: { name: "none" } } }],
    });
    const { judgements } = await swept(house, check);
    expect(told(judgements)).toEqual({ front: "medium fail", shed: "medium fail" });
  });
  it("is seen by a re-check as by a sweep", async () => {
    const house = new House([front, back]);
    const check = doorCheck({}, [prod, { severity: "low" }]);
    const judgements = await Promise.all([front, back].map((it) => recheck(watchOf(house, [check]), [check], refOf(it), SEEN, house.now)));
    expect(told(judgements.flat())).toEqual({ front: "low fail", back: "critical pass" });
    expect(tagReads(house)).toEqual(["tags front"]);
  });
  it("that nobody read keeps a re-check from judging what nobody asked for", async () => {
    const house = new House([front]);
    const asked = set(unlessCalled, { params: { name: "" } });
    const other = doorCheck({}, [prod, { severity: "low" }]);
    const judgements = await recheck(watchOf(house, [asked, other]), [asked], refOf(front), SEEN, house.now);
    expect(judgements.map(({ checkId }) => checkId)).toEqual([unlessCalled.id]);
  });
});

describe("a suppression by rule that names tags", () => {
  const tagged = [{ checks: [doorOpen.id], regions: ["eu-west-1"], tags: { env: ["prod"] } }];
  async function sweptFor(house: House, ...checks: readonly ResolvedCheck[]): Promise<readonly Judgement[]> {
    const found: Found[] = [];
    const plan = { watches: watchesOf(checks, [house]), accounts: [ACCOUNT], seenOf: () => undefined, newcomer: SEEN, tagged };
    await sweep(plan, { now: house.now, emit: (it) => found.push(it) });
    return found.flatMap((it) => (it.type === "judged" ? it.judgements : []));
  }
  it("has the tags read of what fails and it may hold, and of nothing else", async () => {
    const house = new House([front, back, shed]);
    const judgements = await sweptFor(house, doorCheck({}), set(guardAsleep));
    expect(tagReads(house)).toEqual(["tags front"]);
    expect(judgements.flatMap(({ ref, tags }) => (tags ? [[ref.name, tags]] : []))).toEqual([["front", { env: "prod" }]]);
  });
  it("asks a listing for them only where they cost no call of their own", async () => {
    const house = new House([front], { primesTags: true });
    await sweptFor(house, doorCheck({}));
    expect(tagReads(house)).toEqual(["tags front"]);
    const { tags } = house.kind.facets;
    const free = Object.assign(new House([front], { primesTags: true }), {
      kind: { ...house.kind, facets: { ...house.kind.facets, tags: { ...tags, prime: house.kind.lists } } },
    });
    const judgements = await sweptFor(free, doorCheck({}));
    expect(tagReads(free)).toEqual([]);
    expect(judgements.map((it) => it.tags)).toEqual([{ env: "prod" }]);
  });
  it("is read for by a re-check as by a sweep", async () => {
    const house = new House([front]);
    const check = doorCheck({});
    const judgements = await recheck(watchOf(house, [check]), [check], refOf(front), SEEN, house.now, { tagged });
    expect(judgements.map(({ tags }) => tags)).toEqual([{ env: "prod" }]);
  });
  it("learns nothing of tags that cannot be read, and what was found stands", async () => {
    const house = new House([front]);
    house.spoilt.set("tags front", "denied");
    expect(await sweptFor(house, doorCheck({}))).toMatchObject([{ outcome: { status: "fail" } }]);
    expect((await sweptFor(house, doorCheck({})))[0]).not.toHaveProperty("tags");
  });
});

describe("where tags cannot be read", () => {
  async function spoilt(...checks: readonly ResolvedCheck[]): Promise<Judgement[]> {
    const house = new House([front, back]);
    for (const { name } of house.doors) house.spoilt.set(`tags ${name}`, "denied");
    return (await swept(house, ...checks)).judgements;
  }
  it("a failure keeps the severity that it has without the rule, and a note says so", async () => {
    const judgements = await spoilt(doorCheck({}, [prod, { severity: "low" }]));
    expect(told(judgements)).toEqual({ front: "critical fail", back: "critical pass" });
    expect(notesOf(frontIn(judgements)?.outcome)).toEqual([
      "A rule of the configuration on tags could not be applied: overrides[0] (env=prod); the tags could not be read (denied, house:GetLabels).",
    ]);
  });
  it("a check that a tag would switch off stays on, and says so", async () => {
    const judgement = frontIn(await spoilt(doorCheck({}, [prod, { enabled: false }])));
    expect(judgement?.outcome.status).toBe("fail");
    expect(notesOf(judgement?.outcome)).toHaveLength(1);
  });
  it("a check that only a tag switches on is unknown where it would fail, and never not-applicable", async () => {
    const judgements = await spoilt(doorCheck({ enabled: false }, [prod, { enabled: true }]));
    expect(told(judgements)).toEqual({ front: "critical unknown", back: "critical not-applicable" });
    expect(frontIn(judgements)?.outcome).toMatchObject({ reason: "denied", facets: ["tags"], missing: ["house:GetLabels"] });
  });
  it("a pass that a tag could turn into a failure is unknown", async () => {
    const check = set(unlessCalled, {
      params: { name: "front" },
      variants: [{ place: "overrides[0]", when: prod, change: { params: { name: "none" } } }],
    });
    expect(told(await spoilt(check))).toEqual({ front: "medium unknown", back: "medium pass" });
  });
  it("a kind without tags counts as unreadable", async () => {
    const house = new House([front]);
    const { tags: _, ...facets } = house.kind.facets;
    const untagged = Object.assign(house, { kind: { ...house.kind, facets } });
    const { judgements } = await swept(untagged, doorCheck({}, [prod, { severity: "low" }]));
    expect(told(judgements)).toEqual({ front: "critical fail" });
    expect(notesOf(frontIn(judgements)?.outcome)[0]).toContain("the tags could not be read (not-ready)");
    expect(tagReads(house)).toEqual([]);
  });
  it("because the resource went meanwhile, it is gone", async () => {
    const house = new House([front]);
    house.spoilt.set("tags front", "gone");
    const { judgements } = await swept(house, doorCheck({}, [prod, { severity: "low" }]));
    expect(told(judgements)).toEqual({ front: "critical gone" });
  });
});

describe("what is asked of a facet", () => {
  it("is asked for all params that a check may have", () => {
    const asked: unknown[] = [];
    const check = set(
      { ...unlessCalled, ask: (params) => (asked.push(params), {}) },
      {
        params: { name: "base" },
        variants: [
          { place: "overrides[0]", when: prod, change: { params: { name: "prod" } } },
          { place: "overrides[1]", when: prod, change: { severity: "low" } },
        ],
      },
    );
    watchOf(new House([]), [check]);
    expect(asked).toEqual([{ name: "base" }, { name: "prod" }]);
  });
});
