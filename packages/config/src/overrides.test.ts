import {
  type Check,
  defineCheck,
  definePlugin,
  defineResource,
  isPostureError,
  type Plugin,
  type ResolvedCheck,
  type ResourceKind,
} from "@posture/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Config } from "./config.ts";
import { resolveConfig } from "./resolve.ts";

interface Vault {
  walls: number;
}
const vault: ResourceKind<Vault> = defineResource({
  type: "Test::Bank::Vault",
  lists: [{ service: "bank", operation: "ListVaults", action: "bank:ListVaults" }],
  lifecycle: [],
  facets: { walls: { schema: z.number(), read: [{ service: "bank", operation: "GetWalls", action: "bank:GetWalls" }], changedBy: [] } },
  locate: () => [],
});
const about = { risk: "It falls.", resource: vault, remediation: { steps: ["Build."], docs: "https://docs.aws.amazon.com/" } } as const;
const thin: Check = defineCheck({
  ...about,
  id: "bank/walls-thin",
  title: "Walls too thin",
  severity: "high",
  needs: ["walls"],
  params: z.strictObject({ least: z.number().default(10), unit: z.string().default("cm") }),
  messages: { thin: "{name} has thin walls." },
  evaluate: ({ walls }, { params, pass, fail }) => (walls < params.least ? fail("thin") : pass()),
});
const none: Check = defineCheck({
  ...about,
  id: "bank/walls-none",
  title: "No walls",
  severity: "critical",
  needs: ["walls"],
  formerIds: ["bank/wall-less"],
  messages: { none: "{name} has no walls." },
  evaluate: ({ walls }, { pass, fail }) => (walls === 0 ? fail("none") : pass()),
});
const bank: Plugin = definePlugin({ name: "posture-plugin-bank", namespace: "bank", checks: [thin, none] });

function resolved(config: Config): readonly ResolvedCheck[] {
  return resolveConfig(config, [bank], null).checks;
}
const thinIn = (config: Config): ResolvedCheck | undefined => resolved(config).find(({ check }) => check === thin);
function refusal(config: unknown): string {
  try {
    resolveConfig(config, [bank], null);
  } catch (error) {
    if (isPostureError(error)) return `${error.code}: ${error.message}`;
  }
  throw new Error("the configuration was taken");
}

describe("without overrides", () => {
  it("every check is on, in the order of the plugins, as its plugin has it", () => {
    expect(resolved({})).toEqual([
      { check: thin, enabled: true, severity: "high", params: { least: 10, unit: "cm" }, variants: [] },
      { check: none, enabled: true, severity: "critical", params: undefined, variants: [] },
    ]);
  });
  it("`checks` sets what it names, and a check that it switches off is not there", () => {
    expect(
      resolved({ checks: { "bank/walls-thin": { severity: "low", params: { least: 3 } }, "bank/walls-none": { enabled: false } } }),
    ).toEqual([{ check: thin, enabled: true, severity: "low", params: { least: 3, unit: "cm" }, variants: [] }]);
  });
});

describe("an override", () => {
  it("is kept with its conditions, its place, and what it changes", () => {
    const check = thinIn({
      overrides: [
        { regions: ["eu-west-1"], checks: { "bank/walls-none": { enabled: false } } },
        {
          accounts: ["111122223333"],
          regions: ["eu-west-1", "global"],
          tags: { env: "prod", team: ["web", "data"], owner: "*" },
          checks: { "bank/walls-thin": { severity: "critical" } },
        },
      ],
    });
    expect(check?.variants).toEqual([
      {
        place: "overrides[1]",
        when: {
          accounts: ["111122223333"],
          regions: ["eu-west-1", "global"],
          tags: { env: ["prod"], team: ["web", "data"], owner: ["*"] },
        },
        change: { severity: "critical" },
      },
    ]);
  });
  it("has params as the check's own schema parses them, with its defaults and not those of `checks`", () => {
    const check = thinIn({
      checks: { "bank/walls-thin": { params: { least: 3, unit: "m" } } },
      overrides: [{ regions: ["eu-west-1"], checks: { "bank/walls-thin": { params: { least: 5 } } } }],
    });
    expect(check?.params).toEqual({ least: 3, unit: "m" });
    expect(check?.variants[0]?.change).toEqual({ params: { least: 5, unit: "cm" } });
  });
  it("can switch on a check that is off otherwise", () => {
    const check = thinIn({
      checks: { "bank/walls-thin": { enabled: false } },
      overrides: [{ tags: { env: "prod" }, checks: { "bank/walls-thin": { enabled: true } } }],
    });
    expect(check).toMatchObject({ enabled: false, variants: [{ change: { enabled: true } }] });
  });
  it("that leaves a check off leaves it out", () => {
    const config: Config = {
      checks: { "bank/walls-thin": { enabled: false } },
      overrides: [{ tags: { env: "prod" }, checks: { "bank/walls-thin": { severity: "low" } } }],
    };
    expect(thinIn(config)).toBeUndefined();
  });
  it("that changes nothing is none", () => {
    expect(thinIn({ overrides: [{ tags: { env: "prod" }, checks: { "bank/walls-thin": {} } }] })?.variants).toEqual([]);
  });
});

describe("what is wrong with an override is said with its place", () => {
  const rule = { regions: ["eu-west-1"], checks: {} };
  const given = (override: object): string => refusal({ overrides: [rule, override] });
  it.each<[string, object, string]>([
    [
      "a misspelt check",
      { ...rule, checks: { "bank/wall-thin": {} } },
      "POSTURE_CHECK_UNKNOWN: There is no check bank/wall-thin, which overrides[1].checks names; did you mean bank/walls-thin",
    ],
    [
      "a former id",
      { ...rule, checks: { "bank/wall-less": {} } },
      "POSTURE_CHECK_UNKNOWN: There is no check bank/wall-less, which overrides[1].checks names; it is called bank/walls-none now.",
    ],
    ["a member that does not exist", { ...rule, region: "eu-west-1" }, 'Unrecognized key: "region"   → at overrides[1]'],
    [
      "a setting that does not exist",
      { ...rule, checks: { "bank/walls-thin": { severty: "low" } } },
      'Unrecognized key: "severty"   → at overrides[1].checks["bank/walls-thin"]',
    ],
    [
      "a severity that does not exist",
      { ...rule, checks: { "bank/walls-thin": { severity: "grave" } } },
      '→ at overrides[1].checks["bank/walls-thin"].severity',
    ],
    [
      "params that the check does not take",
      { ...rule, checks: { "bank/walls-thin": { params: { most: 1 } } } },
      'the params of bank/walls-thin in overrides[1]: ✖ Unrecognized key: "most"',
    ],
    [
      "params of a check that takes none",
      { ...rule, checks: { "bank/walls-none": { params: {} } } },
      "bank/walls-none takes no params; overrides[1] gives some",
    ],
    ["an account as a number", { accounts: [111_122_223_333], checks: {} }, "→ at overrides[1].accounts[0]"],
    [
      "an account by its name",
      { accounts: ["production"], checks: {} },
      "an account id is text of 12 digits   → at overrides[1].accounts[0]",
    ],
    ["a region by its name for people", { regions: ["Ireland"], checks: {} }, "→ at overrides[1].regions[0]"],
    ["an empty list", { accounts: [], checks: {} }, "→ at overrides[1].accounts"],
    ["no tag", { tags: {}, checks: {} }, "no tag is named; leave `tags` out to mean all   → at overrides[1].tags"],
    ["a tag without a value", { tags: { env: [] }, checks: {} }, "→ at overrides[1].tags.env"],
    [
      "no condition at all",
      { checks: { "bank/walls-thin": { enabled: false } } },
      "it names no accounts, regions or tags; what holds everywhere belongs into `checks` of the configuration   → at overrides[1]",
    ],
    ["no checks", { regions: ["eu-west-1"] }, "→ at overrides[1].checks"],
  ])("%s", (_, override, says) => expect(given(override)).toContain(says));

  it("all at once, where several params are wrong", () => {
    const wrong = { "bank/walls-thin": { params: { least: "much" } } };
    const said = refusal({
      checks: wrong,
      overrides: [
        { ...rule, checks: wrong },
        { ...rule, checks: wrong },
      ],
    });
    for (const place of ["the params of bank/walls-thin:", "in overrides[0]:", "in overrides[1]:"]) expect(said).toContain(place);
  });
});
