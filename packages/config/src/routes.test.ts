import { describe, expect, it } from "vitest";
import { resolveDigests } from "./digests.ts";
import { unreachedRoutes } from "./reached.ts";
import { resolveRoles } from "./roles.ts";
import type { Route } from "./routes.ts";
import { CHECKS, configured, DEV, PROD, refusal, slackOf } from "./routing.test.fixture.ts";

describe("settings of Slack", () => {
  it("may be left out, and then there are none", () => {
    const nothing = {
      routes: [],
      accounts: new Map(),
      digests: resolveDigests().digests,
      owners: null,
      quiet: null,
      admins: [],
      roles: resolveRoles(),
      tagged: [],
    };
    expect(configured(undefined).slack).toEqual(nothing);
    expect(configured({}).slack).toEqual(nothing);
  });
  it("are filled in: what a route leaves out is as usual", () => {
    expect(slackOf({ routes: [{ channel: "C0123ABC" }] }).routes).toEqual([
      {
        name: "routes[0]",
        when: {},
        channel: "C0123ABC",
        own: ["critical", "high"],
        owner: null,
        broadcast: true,
        quiet: null,
        continues: false,
      },
    ]);
  });
  it("quiet hours of all hold for a route, which may have others or none", () => {
    const quietHours = { from: "22:00", to: "07:00", timeZone: "UTC" };
    const lunch = { from: "12:00", to: "13:00", timeZone: "Asia/Kathmandu", days: ["sat"] } as const;
    const { routes } = slackOf({
      quietHours,
      routes: [{ channel: "#a" }, { channel: "#b", quietHours: lunch }, { channel: "#c", quietHours: null }],
    });
    expect(routes.map(({ quiet }) => quiet)).toEqual([quietHours, lunch, null]);
  });
  it("have tags read where a route names them, within its checks, accounts and regions, and everywhere where owners are named by tag", () => {
    const routes: readonly Route[] = [
      { channel: "#a" },
      { channel: "#b", when: { tags: { env: "prod" }, regions: ["eu-west-1"] } },
      { channel: "#c", when: { tags: { env: "prod" }, services: ["s3"], frameworks: ["cis-3.0"] } },
    ];
    expect(slackOf({ routes }).tagged).toEqual([
      { tags: { env: ["prod"] }, regions: ["eu-west-1"] },
      { tags: { env: ["prod"] }, checks: ["shop/bucket-open"] },
    ]);
    expect(slackOf({ routes, owners: { tag: "owner", people: {} } }).tagged).toEqual([{ tags: { owner: ["*"] } }]);
  });
});

describe("settings of Slack are refused with the reason and the place:", () => {
  const route = (it: object): unknown => ({ routes: [{ channel: "#there", ...it }] });
  it.each<[string, unknown, string]>([
    [
      "a misspelt check",
      route({ when: { checks: ["shop/bucket-opne"] } }),
      "slack.routes[0].when names the check shop/bucket-opne, which there is not; did you mean shop/bucket-open?",
    ],
    [
      "a check by its former id",
      route({ when: { checks: ["shop/bucket-wide"] } }),
      "names the check shop/bucket-wide; it is called shop/bucket-open now",
    ],
    [
      "a pattern that no check matches",
      route({ when: { checks: ["shpo/*"] } }),
      "names the check shpo/*, which there is not; did you mean shop/*?",
    ],
    [
      "a misspelt service",
      route({ when: { services: ["netwrk"] } }),
      "names the service netwrk, which there is not; did you mean network?",
    ],
    [
      "a service that is like no other",
      route({ when: { services: ["kubernetes"] } }),
      "names the service kubernetes, which there is not; there are encryption, network, s3",
    ],
    [
      "a misspelt framework",
      route({ when: { frameworks: ["cis-3.1"] } }),
      "names the framework cis-3.1, which there is not; did you mean cis-3.0?",
    ],
    [
      "a misspelt severity",
      route({ when: { severities: ["hihg"] } }),
      "slack.routes[0].when names the severity hihg, which there is not; did you mean high?",
    ],
    [
      "a misspelt severity of `own`",
      route({ own: ["critcal"] }),
      "slack.routes[0].own names the severity critcal, which there is not; did you mean critical?",
    ],
    [
      "an organisational unit that no account has",
      { accounts: { [PROD]: { organizationalUnit: "prod" } }, ...Object(route({ when: { organizationalUnits: ["prd"] } })) },
      "names the organisational unit prd, which no account of slack.accounts has; did you mean prod?",
    ],
    [
      "a name for two",
      { routes: [{ name: "prod", channel: "#a" }, { channel: "#b" }, { name: "prod", channel: "#c" }] },
      "slack.routes[0] and slack.routes[2] are both called prod; a name is for one route",
    ],
    ["a channel without #", route({ channel: "security" }), 'a channel is its name with a #, "#security", or its id'],
    ["a channel as Slack does not write it", route({ channel: "#Security Team" }), "a channel is its name with a #"],
    ["an account as a number", route({ when: { accounts: [111_122_223_333] } }), "→ at slack.routes[0].when.accounts[0]"],
    ["an empty list", route({ when: { regions: [] } }), "the list is empty; leave it out to mean all"],
    ["an unknown condition", route({ when: { severity: ["high"] } }), '"severity"'],
    ["an owner by name", route({ owner: "@ana" }), "an owner is the id of a Slack user, which begins with U or W, or of a user group"],
    ["a channel as owner", { owners: { tag: "owner", people: { ana: "C0123" } } }, "an owner is the id of a Slack user"],
    ["an account by its name", { accounts: { production: {} } }, "an account id is text of 12 digits"],
    ["a group as admin", { admins: ["S0123"] }, "a person is a Slack user id, which begins with U or W"],
    ["a time that no clock shows", { quietHours: { from: "24:00", to: "07:00", timeZone: "UTC" } }, "a time of the day is HH:MM"],
    [
      "a zone that is none",
      { quietHours: { from: "22:00", to: "07:00", timeZone: "Europe/Berlim" } },
      "a time zone is named as IANA names it",
    ],
    [
      "a zone that is an offset",
      { quietHours: { from: "22:00", to: "07:00", timeZone: "+01:00" } },
      "a time zone is named as IANA names it",
    ],
    ["hours that begin when they end", { quietHours: { from: "22:00", to: "22:00", timeZone: "UTC" } }, "name whole days in `days`"],
    [
      "nothing but quiet days",
      { quietHours: { from: "22:00", to: "07:00", timeZone: "UTC", days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] } },
      "nothing but criticals would ever be posted",
    ],
  ])("%s", (_, slack, says) => expect(refusal(slack)).toContain(says));
  it("all at once", () => {
    const said = refusal({
      routes: [
        { channel: "#a", when: { services: ["netwrk"] } },
        { channel: "#b", when: { checks: ["shop/nothing-like-it"] } },
      ],
    });
    expect(said).toContain("slack.routes[0].when");
    expect(said).toContain("slack.routes[1].when");
  });
});

describe("a route that nothing reaches is known, with the reason:", () => {
  const accounts = { [PROD]: { organizationalUnit: "prod" }, [DEV]: { organizationalUnit: "dev" } };
  const unreached = (...routes: readonly Omit<Route, "channel">[]): readonly string[] =>
    unreachedRoutes(slackOf({ accounts, routes: routes.map((it_) => ({ ...it_, channel: "#there" })) }), CHECKS).map(
      ({ route, why }) => `${route}: ${why}`,
    );
  const takesAll = (names: string): string => `${names} before it ${names.includes(" and ") ? "take" : "takes"} all of its findings`;
  it.each<[string, readonly Omit<Route, "channel">[], readonly string[]]>([
    ["behind one that takes everything", [{}, { when: { severities: ["low"] } }], [`routes[1]: ${takesAll("routes[0]")}`]],
    ["not behind one that continues", [{ continue: true }, { when: { severities: ["low"] } }], []],
    [
      "behind several that take all together",
      [{ when: { severities: ["critical", "high"] } }, { when: { severities: ["medium", "low"] } }, { when: { accounts: [PROD] } }],
      [`routes[2]: ${takesAll("routes[0] and routes[1]")}`],
    ],
    [
      "one check behind the pattern",
      [{ when: { checks: ["shop/*"] } }, { when: { checks: ["shop/bucket-open"] } }],
      [`routes[1]: ${takesAll("routes[0]")}`],
    ],
    [
      "an account behind its unit",
      [{ when: { organizationalUnits: ["prod"] } }, { when: { accounts: [PROD] } }],
      [`routes[1]: ${takesAll("routes[0]")}`],
    ],
    ["not a wider one behind a narrower", [{ when: { accounts: [PROD] } }, {}], []],
    ["not behind one that wants tags", [{ when: { tags: { env: "prod" } } }, { when: { severities: ["low"] } }], []],
    [
      "with the same tags and more",
      [{ when: { tags: { env: "*" } } }, { when: { tags: { env: "prod", team: "a" } } }],
      [`routes[1]: ${takesAll("routes[0]")}`],
    ],
    [
      "an account that is not in the unit",
      [{ when: { accounts: [PROD], organizationalUnits: ["dev"] } }],
      ["routes[0]: its conditions exclude each other: nothing that is loaded or entered is all of that"],
    ],
    [
      "a check that is not of the service",
      [{ when: { checks: ["group/*"], services: ["s3"] } }],
      ["routes[0]: its conditions exclude each other: nothing that is loaded or entered is all of that"],
    ],
  ])("%s", (_, routes, expected) => expect(unreached(...routes)).toEqual(expected));
});
