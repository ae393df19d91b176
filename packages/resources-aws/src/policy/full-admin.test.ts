import { describe, expect, it } from "vitest";
import { isFullAdmin } from "./full-admin.ts";
import { statementOf } from "./samples.fixture.ts";

const ALLOW = { Effect: "Allow", Resource: "*" };

describe("full admin", () => {
  it.each<[string, string, unknown, boolean]>([
    ["ADM-01", "* on *", { ...ALLOW, Action: "*" }, true],
    ["ADM-02", "*:* on [*]", { ...ALLOW, Action: ["*:*"], Resource: ["*"] }, true],
    ["ADM-03", "one service", { ...ALLOW, Action: "s3:*" }, false],
    ["ADM-04", "a star inside is not a full wildcard", { ...ALLOW, Action: "s3:List*" }, false],
    ["ADM-05", "every action on one bucket", { ...ALLOW, Action: "*", Resource: "arn:aws:s3:::b/*" }, false],
    ["ADM-06", "an ARN of nothing but stars", { ...ALLOW, Action: "*", Resource: "arn:aws:*:*:*:*" }, true],
    ["ADM-07", "everything but one action", { ...ALLOW, NotAction: "s3:DeleteBucket" }, true],
    ["ADM-08", "everything but IAM", { ...ALLOW, NotAction: ["iam:*", "organizations:*"] }, false],
    ["ADM-09", "everything but one action of IAM", { ...ALLOW, NotAction: "iam:CreateUser" }, true],
    ["ADM-10", "everything but an action that does not exist", { ...ALLOW, NotAction: "nosuch:Thing" }, true],
    ["ADM-11", "every resource but one", { Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::b" }, true],
    ["ADM-12", "a Deny", { Effect: "Deny", Action: "*", Resource: "*" }, false],
    ["ADM-13", "member names in lower case", { Effect: "Allow", action: "*", resource: "*" }, true],
  ])("%s: %s", (_, __, statement, full) => expect(isFullAdmin(statementOf(statement)).full).toBe(full));

  it("ADM-08: says that only IAM is spared", () =>
    expect(isFullAdmin(statementOf({ ...ALLOW, NotAction: ["IAM:*"] })).advisory).not.toBeNull());
  it("under a condition is full and conditional, unless conditions are set aside", () => {
    const statement = statementOf({ ...ALLOW, Action: "*", Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } });
    expect(isFullAdmin(statement)).toMatchObject({ full: true, conditional: true });
    expect(isFullAdmin(statement, { ignoreConditional: true })).toMatchObject({ full: true, conditional: false });
  });
  it("does not count NotAction where it is told not to", () => {
    expect(isFullAdmin(statementOf({ ...ALLOW, NotAction: "s3:DeleteBucket" }), { treatNotActionAsWildcard: false }).full).toBe(false);
  });
});
