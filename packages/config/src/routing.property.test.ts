import { SEVERITIES } from "@posture/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CheckTraits, Routable } from "./conditions.ts";
import { USUAL } from "./destination.ts";
import { unreachedRoutes } from "./reached.ts";
import type { Route, RouteCondition } from "./routes.ts";
import { routed } from "./routing.ts";
import { CHECKS, DEV, finding, PROD, slackOf, traitsOf } from "./routing.test.fixture.ts";

const ACCOUNTS = { [PROD]: { organizationalUnit: "prod/payments" }, [DEV]: { organizationalUnit: "dev" } };
const STRANGE = "777788889999";
const REGIONS = ["eu-west-1", "us-east-1", "global"];
const TAGS = [undefined, {}, { env: "prod" }, { env: "dev", team: "blue" }];
const IDS = CHECKS.map(({ id }): string => id);

const some = <T>(...values: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...values], { minLength: 1 });
const plainCondition = {
  severities: some(...SEVERITIES),
  accounts: some(PROD, DEV),
  organizationalUnits: some("prod/*", "dev"),
  regions: some("eu-west-1", "global"),
  checks: some("shop/*", "shop/bucket-plain", "group/ssh-open"),
  services: some("s3", "encryption", "network"),
  frameworks: some("cis-3.0", "fsbp"),
};
const tags = fc.constantFrom({ env: "prod" }, { env: ["prod", "dev"] }, { team: "*" });
const plain: fc.Arbitrary<RouteCondition> = fc.record(plainCondition, { requiredKeys: [] });
const any: fc.Arbitrary<RouteCondition> = fc.record({ ...plainCondition, tags }, { requiredKeys: [] });

function routesOf(when: fc.Arbitrary<RouteCondition>): fc.Arbitrary<Route[]> {
  const route = fc.record({ when, channel: fc.constantFrom("#a", "#b", "#c"), continue: fc.boolean() });
  return fc.array(route, { maxLength: 6 });
}
const anyFinding: fc.Arbitrary<Routable> = fc
  .record({
    severity: fc.constantFrom(...SEVERITIES),
    checkId: fc.constantFrom("shop/bucket-open", "shop/bucket-plain", "group/ssh-open", "old/check"),
    accountId: fc.constantFrom(PROD, DEV, STRANGE),
    region: fc.constantFrom(...REGIONS),
    tags: fc.constantFrom(...TAGS),
  })
  .map(({ checkId, tags: read, ...rest }) => ({ ...finding({ ...rest, ...(read && { tags: read }) }), checkId: idOf(checkId) }));
function idOf(text: string): Routable["checkId"] {
  const [namespace = "", name = ""] = text.split("/");
  return `${namespace}/${name}`;
}

/** What a route takes, said once more in the plainest way. */
function takes(when: RouteCondition, { severity, checkId, ref, tags: read }: Routable, traits: CheckTraits | null): boolean {
  const unit = ref.accountId === PROD ? "prod/payments" : ref.accountId === DEV ? "dev" : "";
  const begins = (pattern: string, text: string): boolean =>
    pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : pattern === text;
  const ids = [
    ["cis-3.0", "cis-aws-foundations-3.0"],
    ["fsbp", "aws-fsbp"],
  ] as const;
  const tagHolds = ([key, values]: [string, string | readonly string[]]): boolean => {
    const value = new Map(Object.entries(read ?? {})).get(key);
    return value !== undefined && [values].flat().some((it) => it === "*" || it === value);
  };
  return [
    !when.severities || when.severities.includes(severity),
    !when.accounts || when.accounts.includes(ref.accountId),
    !when.organizationalUnits || when.organizationalUnits.some((it) => begins(it, unit)),
    !when.regions || when.regions.includes(ref.region),
    !when.checks || when.checks.some((it) => begins(it, checkId)),
    !when.services || when.services.some((it) => traits?.categories.includes(it)),
    !when.frameworks || when.frameworks.some((it) => ids.some(([word, id]) => word === it && id in (traits?.frameworks ?? {}))),
    Object.entries(when.tags ?? {}).every(tagHolds),
  ].every(Boolean);
}

describe("whatever routes there are,", () => {
  it("a finding goes to every channel that its routes lead to, as far as they let others be asked, in their order, and never nowhere", () => {
    fc.assert(
      fc.property(routesOf(any), anyFinding, (routes, it_) => {
        const traits = traitsOf(it_.checkId);
        const matching = routes.filter(({ when = {} }) => takes(when, it_, traits));
        const last = matching.findIndex((route) => route.continue !== true);
        const asked = last === -1 ? matching : matching.slice(0, last + 1);
        const expected = [...new Set(asked.map(({ channel }): string | null => channel))];
        const { destinations } = routed(it_, traits, slackOf({ routes, accounts: ACCOUNTS }));
        expect(destinations.map(({ channel }) => channel)).toEqual(expected.length > 0 ? expected : [USUAL.channel]);
      }),
      { numRuns: 500 },
    );
  });
  it("the steps name every route in order, and those that matched are where the finding goes", () => {
    fc.assert(
      fc.property(routesOf(any), anyFinding, (routes, it_) => {
        const { destinations, steps } = routed(it_, traitsOf(it_.checkId), slackOf({ routes, accounts: ACCOUNTS }));
        expect(steps.map(({ route }) => route)).toEqual(routes.map((_, i) => `routes[${i}]`));
        const matched = steps.filter(({ answer }) => answer === "matched").map(({ route }) => route);
        expect(destinations.flatMap(({ route }) => route ?? [])).toEqual(matched);
        for (const { answer, because } of steps) if (answer === "not-matched") expect(because).not.toEqual([]);
      }),
    );
  });
  it("a route that does not match changes nothing, wherever it stands", () => {
    fc.assert(
      fc.property(routesOf(any), anyFinding, fc.nat(6), (routes, it_, at) => {
        const named = routes.map((route, i) => ({ ...route, name: `route ${i}` }));
        const others = SEVERITIES.filter((severity) => severity !== it_.severity);
        const more = named.toSpliced(at, 0, { name: "other", when: { severities: others }, channel: "#other", continue: false });
        const where = (all: readonly Route[]): unknown =>
          routed(it_, traitsOf(it_.checkId), slackOf({ routes: all, accounts: ACCOUNTS })).destinations;
        expect(where(more)).toEqual(where(named));
      }),
    );
  });
});

describe("a route is called unreached", () => {
  it("only where no finding comes to it", () => {
    fc.assert(
      fc.property(routesOf(any), anyFinding, (routes, it_) => {
        const slack = slackOf({ routes, accounts: ACCOUNTS });
        if (!IDS.includes(it_.checkId)) return;
        const unreached = unreachedRoutes(slack, CHECKS).map(({ route }) => route);
        const reached = routed(it_, traitsOf(it_.checkId), slack).steps.filter(
          ({ answer }) => answer === "matched" || answer === "repeated",
        );
        for (const { route } of reached) expect(unreached).not.toContain(route);
      }),
      { numRuns: 500 },
    );
  });
  it("wherever no finding comes to it, as long as no tags are asked for", () => {
    const everything = SEVERITIES.flatMap((severity) =>
      CHECKS.flatMap(({ id: checkId }) =>
        [PROD, DEV, STRANGE].flatMap((accountId) => REGIONS.map((region) => finding({ severity, checkId, accountId, region }))),
      ),
    );
    fc.assert(
      fc.property(routesOf(plain), (routes) => {
        const slack = slackOf({ routes, accounts: ACCOUNTS });
        const reached = new Set(
          everything
            .flatMap((it_) =>
              routed(it_, traitsOf(it_.checkId), slack).steps.filter(({ answer }) => answer === "matched" || answer === "repeated"),
            )
            .map(({ route }) => route),
        );
        const never = slack.routes.filter(({ name }) => !reached.has(name)).map(({ name }) => name);
        expect(unreachedRoutes(slack, CHECKS).map(({ route }) => route)).toEqual(never);
      }),
      { numRuns: 60 },
    );
  });
});
