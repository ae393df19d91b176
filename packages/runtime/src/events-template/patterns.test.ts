import { ANY_EVENT, type Check, eventsOf } from "@posture/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstPartyPlugins } from "../plugins.ts";
import { type EventPattern, eventRulesOf, MOST_PATTERN } from "./patterns.ts";

/* What EventBridge lets through is what the checks hear. */

const checks = firstPartyPlugins.flatMap((plugin) => plugin.checks);
const rules = eventRulesOf(checks);
const heard = checks.flatMap((check) => eventsOf(check.resource, [check]));
const named = [...new Set(heard.filter(({ source }) => source !== "*").map(({ source, name }) => `${source} ${name}`))];

interface Told {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: Readonly<Record<string, unknown>>;
}
function told(source: string, name: string, more: Readonly<Record<string, unknown>> = { userIdentity: { type: "IAMUser" } }): Told {
  const type = source.startsWith("signin.") ? "AWS Console Sign In via CloudTrail" : "AWS API Call via CloudTrail";
  return {
    source: `aws.${source.split(".")[0] ?? ""}`,
    "detail-type": type,
    detail: { eventSource: source, eventName: name, ...more },
  };
}

/** EventBridge's matching, as far as these patterns use it: every field of the pattern, by one of its alternatives. */
function matches(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((one) => matchesOne(one, value));
  return Object.entries(Object(pattern)).every(([key, part]) => matches(part, Object(value)[key]));
}
function matchesOne(one: unknown, value: unknown): boolean {
  if (typeof one === "string") return one === value;
  const [[operator, operand] = []] = Object.entries(Object(one));
  if (operator === "prefix") return String(value).startsWith(String(operand));
  if (operator === "exists") return (value !== undefined) === operand;
  throw new Error(`the matcher does not know ${operator}`);
}
function passedBy(event: Told, all = rules): string[] {
  return all.filter(({ pattern }) => matches(pattern, event)).map(({ name }) => name);
}

describe("the rules of the first-party checks", () => {
  it("let every event that is heard through, each by one rule", () => {
    const wrong = named.filter((it) => passedBy(told(it.split(" ")[0] ?? "", it.split(" ")[1] ?? "")).length !== 1);
    expect(wrong).toEqual([]);
    expect(named.length).toBeGreaterThan(150);
  });
  it("let nothing else through", () => {
    const sources = [...new Set(heard.map(({ source }) => source))].filter((source) => source !== "*");
    const names = [...new Set(heard.map(({ name }) => name))].filter((name) => name !== "*");
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...sources), fc.constant("monitoring.amazonaws.com")),
        fc.oneof(fc.constantFrom(...names), fc.string()),
        (source, name) => {
          expect(passedBy(told(source, name)).length > 0).toBe(named.includes(`${source} ${name}`));
        },
      ),
      { numRuns: 1000 },
    );
  });
  it("let whatever the root user does through, once by that rule", () =>
    expect([
      passedBy(told("monitoring.amazonaws.com", "PutDashboard", { userIdentity: { type: "Root" } })),
      passedBy(told("ec2.amazonaws.com", "CreateVolume", { userIdentity: { type: "Root" } })),
    ]).toEqual([["root-user"], ["ec2", "root-user"]]));
  it("let the start of a root session in another account through", () =>
    expect(passedBy(told("sts.amazonaws.com", "AssumeRoot"))).toEqual(["sts"]));
  it("let nothing through that failed", () =>
    expect(passedBy(told("ec2.amazonaws.com", "CreateVolume", { errorCode: "Client.UnauthorizedOperation" }))).toEqual([]));
  it("let nothing through that somebody else than AWS put on the bus", () =>
    expect(passedBy({ ...told("ec2.amazonaws.com", "CreateVolume"), source: "com.example" })).toEqual([]));
  it("are each as long as EventBridge takes, of different names, and in the same order each time", () => {
    expect(rules.filter(({ pattern }) => JSON.stringify(pattern).length > MOST_PATTERN)).toEqual([]);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    expect(eventRulesOf(checks.toReversed())).toEqual(rules);
  });
  it("of IAM and Organizations alone are for one region", () =>
    expect(rules.filter(({ global }) => global).map(({ name }) => name)).toEqual(["iam", "organizations"]));
});

describe("the rules of other checks", () => {
  const [first] = checks;
  /** A check whose kind hears these, and nothing else. */
  function hearing(events: readonly { readonly source: string; readonly name: string }[]): Check {
    if (!first) throw new Error("there is no check");
    const resource = { ...first.resource, lifecycle: events, facets: {} };
    return { ...first, resource, needs: [], mayNeed: [] };
  }
  function detailsOf(events: Parameters<typeof hearing>[0]): EventPattern["detail"][] {
    return eventRulesOf([hearing(events)]).map(({ pattern }) => pattern.detail);
  }
  it("are split where a pattern would be too long, and lose no name", () => {
    const names = Array.from({ length: 300 }, (_, i) => `DescribeSomethingOfLength${i}`).toSorted();
    const all = detailsOf(names.map((name) => ({ source: "lambda.amazonaws.com", name })));
    expect(all.length).toBeGreaterThan(4);
    expect(all.flatMap(({ eventName = [] }) => eventName)).toEqual(names);
  });
  it("of a whole service name no event", () =>
    expect(detailsOf([{ source: "lambda.amazonaws.com", name: "*" }])).toEqual([
      { eventSource: ["lambda.amazonaws.com"], errorCode: [{ exists: false }] },
    ]));
  it("of any event are the root user's alone", () =>
    expect(detailsOf([ANY_EVENT])).toEqual([{ userIdentity: { type: ["Root"] }, errorCode: [{ exists: false }] }]));
  it("are none where nothing is heard", () => expect(detailsOf([])).toEqual([]));
});
