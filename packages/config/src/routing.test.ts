import { describe, expect, it } from "vitest";
import type { Routable } from "./conditions.ts";
import { USUAL } from "./destination.ts";
import { ownerOf } from "./owners.ts";
import type { RouteCondition } from "./routes.ts";
import { type Routed, routed } from "./routing.ts";
import { DEV, finding, PROD, slackOf, traitsOf } from "./routing.test.fixture.ts";
import type { SlackSettings } from "./slack.ts";

function route(it: Routable, settings: SlackSettings): Routed {
  return routed(it, traitsOf(it.checkId), slackOf(settings));
}
function channels(it: Routable, settings: SlackSettings): (string | null)[] {
  return route(it, settings).destinations.map(({ channel }) => channel);
}

describe("without routes", () => {
  it("everything goes to the channel that the bot was given, as usual", () => {
    expect(route(finding(), {})).toEqual({ destinations: [USUAL], steps: [] });
  });
  it("quiet hours and owners hold there too", () => {
    const quietHours = { from: "22:00", to: "07:00", timeZone: "Europe/Berlin" } as const;
    expect(route(finding(), { quietHours, accounts: { [PROD]: { owner: "U0ANA" } } }).destinations).toEqual([
      { ...USUAL, quiet: quietHours, owner: "U0ANA" },
    ]);
  });
});

describe("of several routes", () => {
  const routes = [
    { name: "urgent", when: { severities: ["critical"] }, channel: "#urgent", continue: true },
    { name: "buckets", when: { checks: ["shop/*"] }, channel: "#buckets" },
    { name: "rest", channel: "#rest" },
  ] as const;
  it("the first that matches ends the asking", () => expect(channels(finding({ severity: "low" }), { routes })).toEqual(["#buckets"]));
  it("one that continues lets the others be asked too", () => expect(channels(finding(), { routes })).toEqual(["#urgent", "#buckets"]));
  it("a channel is told once, as the first of its routes says", () => {
    const twice = [
      { ...routes[0], own: ["critical"] },
      { name: "again", channel: "#urgent", own: [] },
    ] as const;
    const { destinations, steps } = route(finding(), { routes: twice });
    expect(destinations).toEqual([{ channel: "#urgent", route: "urgent", own: ["critical"], owner: null, broadcast: true, quiet: null }]);
    expect(steps.map(({ answer }) => answer)).toEqual(["matched", "repeated"]);
  });
  it("each says what it did, and why", () => {
    expect(route(finding({ severity: "low" }), { routes }).steps).toEqual([
      { route: "urgent", channel: "#urgent", answer: "not-matched", continues: true, because: ["severity is low, not critical"] },
      { route: "buckets", channel: "#buckets", answer: "matched", continues: false, because: ["check is shop/bucket-open"] },
      { route: "rest", channel: "#rest", answer: "not-asked", continues: false, because: [] },
    ]);
  });
  it("none matches: the usual channel", () => {
    expect(channels(finding({ checkId: "group/ssh-open" }), { routes: [routes[1]] })).toEqual([null]);
  });
});

describe("a condition", () => {
  const accounts = { [PROD]: { organizationalUnit: "prod/payments" }, [DEV]: { organizationalUnit: "dev" } };
  const answer = (when: RouteCondition, it: Routable): readonly string[] => {
    const [step] = route(it, { accounts, routes: [{ when, channel: "#there" }] }).steps;
    return [step?.answer ?? "", ...(step?.because ?? [])];
  };
  const strange = "777788889999";
  it.each<[string, RouteCondition, Routable, readonly string[]]>([
    ["a severity that is named", { severities: ["critical", "high"] }, finding(), ["matched", "severity is critical"]],
    ["another severity", { severities: ["high", "low"] }, finding(), ["not-matched", "severity is critical, not high or low"]],
    ["an account that is named", { accounts: [PROD] }, finding(), ["matched", `account is ${PROD}`]],
    ["another account", { accounts: [DEV] }, finding(), ["not-matched", `account is ${PROD}, not ${DEV}`]],
    [
      "an organisational unit by pattern",
      { organizationalUnits: ["prod/*"] },
      finding(),
      ["matched", "organisational unit is prod/payments"],
    ],
    [
      "another organisational unit",
      { organizationalUnits: ["dev"] },
      finding(),
      ["not-matched", "organisational unit is prod/payments, not dev"],
    ],
    [
      "an account that nobody has entered",
      { organizationalUnits: ["dev"] },
      finding({ accountId: strange }),
      ["not-matched", `the organisational unit of account ${strange} is not known: slack.accounts does not give it`],
    ],
    ["a region", { regions: ["global"] }, finding(), ["not-matched", "region is eu-west-1, not global"]],
    ["a check by its id", { checks: ["shop/bucket-open"] }, finding(), ["matched", "check is shop/bucket-open"]],
    ["another check", { checks: ["group/*"] }, finding(), ["not-matched", "check is shop/bucket-open, not group/*"]],
    ["one of its services", { services: ["encryption"] }, finding({ checkId: "shop/bucket-plain" }), ["matched", "service is encryption"]],
    [
      "none of its services",
      { services: ["network"] },
      finding({ checkId: "shop/bucket-plain" }),
      ["not-matched", "service is s3 and encryption, not network"],
    ],
    ["a framework by its short name", { frameworks: ["cis-3.0"] }, finding(), ["matched", "framework is cis-aws-foundations-3.0"]],
    [
      "a check that maps to no framework",
      { frameworks: ["fsbp"] },
      finding({ checkId: "shop/bucket-plain" }),
      ["not-matched", "framework is none, not aws-fsbp"],
    ],
    [
      "a check that is not loaded any more",
      { services: ["s3"] },
      finding({ checkId: "old/check" }),
      ["not-matched", "its check is not loaded, so its service is not known"],
    ],
    ["a tag with the value", { tags: { env: "prod" } }, finding({ tags: { env: "prod" } }), ["matched", "tag env is prod"]],
    ["a tag with any value", { tags: { env: "*" } }, finding({ tags: { env: "x" } }), ["matched", "tag env is x"]],
    [
      "a tag with another value",
      { tags: { env: ["prod", "live"] } },
      finding({ tags: { env: "dev" } }),
      ["not-matched", "tag env is dev, not prod or live"],
    ],
    ["a tag that it does not have", { tags: { env: "*" } }, finding({ tags: {} }), ["not-matched", "it has no tag env"]],
    ["a tag that only objects have", { tags: { constructor: "*" } }, finding({ tags: {} }), ["not-matched", "it has no tag constructor"]],
    [
      "tags that nobody has read",
      { tags: { env: "prod" } },
      finding(),
      ["not-matched", "nobody has read its tags, so tag env is not known; the next sweep reads them if it may"],
    ],
    [
      "every condition that does not hold",
      { severities: ["low"], regions: ["eu-west-1"], accounts: [DEV] },
      finding(),
      ["not-matched", "severity is critical, not low", `account is ${PROD}, not ${DEV}`],
    ],
  ])("on %s", (_, when, it_, expected) => expect(answer(when, it_)).toEqual(expected));
});

describe("the owner is", () => {
  const settings: SlackSettings = {
    owners: { tag: "owner", people: { "team-a": "S0TEAMA", ana: "U0ANA" } },
    accounts: { [PROD]: { owner: "U0BEN" } },
    routes: [{ when: { severities: ["low"] }, channel: "#there", owner: "S0ROUTE" }],
  };
  const owner = (it: Routable, but: SlackSettings = settings): unknown => {
    const slack = slackOf(but);
    const [destination] = routed(it, traitsOf(it.checkId), slack).destinations;
    const answer = ownerOf(slack.routes.find(({ name }) => name === destination.route) ?? null, it, slack);
    expect(answer.id).toBe(destination.owner);
    return answer;
  };
  it("whom the route names, before all others", () => {
    expect(owner(finding({ severity: "low", tags: { owner: "ana" } }))).toEqual({ id: "S0ROUTE", why: "the route routes[0] names it" });
  });
  it("whom the tag names, before the account's", () => {
    expect(owner(finding({ tags: { owner: "ana" } }))).toEqual({ id: "U0ANA", why: "tag owner is ana" });
  });
  it("nobody, where the tag names somebody whom nobody has entered", () => {
    const why = "tag owner is zoe, whom slack.owners.people does not have";
    expect(owner(finding({ tags: { owner: "zoe" } }))).toEqual({ id: null, why });
    expect(owner(finding({ tags: { owner: "toString" } }))).toMatchObject({ id: null });
  });
  it("the account's, where there is no such tag or nobody has read it", () => {
    expect(owner(finding({ tags: {} }))).toEqual({ id: "U0BEN", why: `it has no tag owner, and account ${PROD} has this owner` });
    const why = `nobody has read its tags, so tag owner is not known, and account ${PROD} has this owner`;
    expect(owner(finding())).toEqual({ id: "U0BEN", why });
  });
  it("nobody, where nobody is named", () => {
    expect(owner(finding(), {})).toEqual({ id: null, why: `account ${PROD} has no owner in slack.accounts` });
  });
});
