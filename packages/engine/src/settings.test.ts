import type { Condition, ResolvedCheck, Setting } from "@posture/core";
import { describe, expect, it } from "vitest";
import { mayBeOn, type Place, settingOf, type Tags, whyOff } from "./settings.ts";
import { doorOpen, set } from "./world.test.fixture.ts";

const HERE: Place = { accountId: "111122223333", region: "eu-west-1" };
type Rule = readonly [when: Condition, change: Partial<Setting>];

function given(base: Partial<Setting>, ...rules: readonly Rule[]): ResolvedCheck {
  return set(doorOpen, { ...base, variants: rules.map(([when, change], i) => ({ place: `overrides[${i}]`, when, change })) });
}
function decided(rules: readonly Rule[], tags: Tags = {}, base: Partial<Setting> = {}): Setting {
  const { enabled, severity, params } = settingOf(given(base, ...rules), HERE, tags);
  return { enabled, severity, params };
}

describe("a rule holds", () => {
  const low: Partial<Setting> = { severity: "low" };
  const holds = (when: Condition, tags: Tags = {}): boolean => decided([[when, low]], tags).severity === "low";
  it.each<[string, Condition, Tags?]>([
    ["for an account that it lists", { accounts: ["444455556666", "111122223333"] }],
    ["for a region that it lists", { regions: ["us-east-1", "eu-west-1"] }],
    ["for one of the values of a tag", { tags: { env: ["dev", "test"] } }, { env: "test" }],
    ["for any value of a tag with *", { tags: { env: ["*"] } }, { env: "" }],
    [
      "where all that it names is true",
      { accounts: ["111122223333"], regions: ["eu-west-1"], tags: { a: ["1"], b: ["2"] } },
      { a: "1", b: "2" },
    ],
  ])("%s", (_, when, tags) => expect(holds(when, tags)).toBe(true));
  it.each<[string, Condition, Tags?]>([
    ["in another account", { accounts: ["444455556666"] }],
    ["in another region", { regions: ["us-east-1"] }],
    ["for another value", { tags: { env: ["dev"] } }, { env: "prod" }],
    ["for a value in another case", { tags: { env: ["dev"] } }, { env: "Dev" }],
    ["for a key in another case", { tags: { env: ["dev"] } }, { Env: "dev" }],
    ["without the tag, even with *", { tags: { env: ["*"] } }, {}],
    ["for what every object inherits", { tags: { constructor: ["*"] } }, {}],
    ["where only one of two tags is there", { tags: { a: ["1"], b: ["2"] } }, { a: "1" }],
    ["where the tag is right and the account is not", { accounts: ["444455556666"], tags: { env: ["dev"] } }, { env: "dev" }],
    ["where the tags were not read", { tags: { env: ["dev"] } }, null],
  ])("not %s", (_, when, tags) => expect(holds(when, tags)).toBe(false));
});

describe("of several rules", () => {
  const anywhere: Condition = { accounts: ["111122223333"] };
  it("the later wins", () => {
    expect(
      decided([
        [anywhere, { severity: "low" }],
        [anywhere, { severity: "high" }],
      ]).severity,
    ).toBe("high");
  });
  it("each changes only what it names", () => {
    const rules: Rule[] = [
      [anywhere, { severity: "low" }],
      [anywhere, { params: { a: 1 } }],
      [anywhere, { enabled: false }],
    ];
    expect(decided(rules)).toEqual({ enabled: false, severity: "low", params: { a: 1 } });
  });
  it("the later params replace the earlier as a whole", () => {
    expect(
      decided([
        [anywhere, { params: { a: 1, b: 1 } }],
        [anywhere, { params: { a: 2 } }],
      ]).params,
    ).toEqual({ a: 2 });
  });
  it("one that does not hold leaves the others alone", () => {
    expect(
      decided([
        [anywhere, { severity: "low" }],
        [{ regions: ["us-east-1"] }, { severity: "high" }],
      ]).severity,
    ).toBe("low");
  });
  it("one can switch on again what another switched off", () => {
    expect(
      decided(
        [
          [anywhere, { enabled: false }],
          [{ tags: { env: ["prod"] } }, { enabled: true }],
        ],
        { env: "prod" },
      ).enabled,
    ).toBe(true);
  });
});

describe("where the tags were not read", () => {
  const prod: Condition = { tags: { env: ["prod"] } };
  it("every setting that rules on them could make is told", () => {
    const { severity, otherwise, unapplied } = settingOf(given({}, [prod, { severity: "low" }], [prod, { enabled: false }]), HERE, null);
    expect(severity).toBe("critical");
    expect(unapplied.map(({ place }) => place)).toEqual(["overrides[0]", "overrides[1]"]);
    expect(otherwise.map((it) => `${it.severity} ${it.enabled}`).toSorted()).toEqual(["critical false", "low false", "low true"]);
  });
  it("rules that make no difference leave no doubt", () => {
    const same = given({}, [prod, { severity: "critical" }]);
    const overruled = given({}, [prod, { severity: "low" }], [{ regions: ["eu-west-1"] }, { severity: "high" }]);
    expect([same, overruled].map((it) => settingOf(it, HERE, null).otherwise)).toEqual([[], []]);
  });
  it("a rule whose account is another's leaves none either", () => {
    expect(settingOf(given({}, [{ ...prod, accounts: ["444455556666"] }, { enabled: false }]), HERE, null).otherwise).toEqual([]);
  });
});

describe("a check may be on", () => {
  it.each<[string, ResolvedCheck, boolean]>([
    ["by itself", given({}), true],
    ["where a tag may switch it off", given({}, [{ tags: { env: ["dev"] } }, { enabled: false }]), true],
    ["where only a tag switches it on", given({ enabled: false }, [{ tags: { env: ["prod"] } }, { enabled: true }]), true],
    ["not where it is off", given({ enabled: false }), false],
    ["not where a region switches it off", given({}, [{ regions: ["eu-west-1"] }, { enabled: false }]), false],
    [
      "not where only another account switches it on",
      given({ enabled: false }, [{ accounts: ["444455556666"] }, { enabled: true }]),
      false,
    ],
    [
      "not where a region overrules the tag",
      given({}, [{ tags: { a: ["*"] } }, { enabled: true }], [{ regions: ["eu-west-1"] }, { enabled: false }]),
      false,
    ],
  ])("%s", (_, check, may) => expect(mayBeOn(check, HERE)).toBe(may));
});

describe("why a check is off", () => {
  it("names the tag that switches it off", () => {
    const check = given({}, [{ tags: { env: ["dev", "test"], team: ["*"] } }, { enabled: false }]);
    expect(whyOff(check, HERE, { env: "dev", team: "web" })).toBe(
      "overrides[0] switches the check off for what is tagged env=dev or test and team=*",
    );
  });
  it("names the tags that would switch it on", () => {
    const prod: Rule = [{ tags: { env: ["prod"] } }, { enabled: true }];
    const elsewhere: Rule = [{ accounts: ["444455556666"], tags: { env: ["test"] } }, { enabled: true }];
    expect(whyOff(given({ enabled: false }, prod, elsewhere), HERE, {})).toBe(
      "the check is on only for what is tagged env=prod (overrides[0])",
    );
  });
});
