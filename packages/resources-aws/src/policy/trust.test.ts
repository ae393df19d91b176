import { describe, expect, it } from "vitest";
import { AWS_PUBLIC_LIMITS } from "./address.ts";
import { outsideTrusts } from "./outside-trust.ts";
import { policyOf, statementOf } from "./samples.fixture.ts";
import { assumptionsIn, openTrusts } from "./trust.ts";

const STAR = { Effect: "Allow", Principal: "*", Action: ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"] };
const VENDORS = ["444455556666", "777788889999"];
const open = (...statements: readonly object[]): number => openTrusts(policyOf(...statements), AWS_PUBLIC_LIMITS, []).length;
const guards = (...statements: readonly object[]): unknown[] =>
  outsideTrusts(policyOf(...statements), ["111122223333"]).map(({ guard }) => guard);

describe("a statement assumes a role", () => {
  it.each<[object, readonly string[]]>([
    [{ Action: "*" }, ["sts:assumerole", "sts:assumerolewithwebidentity", "sts:assumerolewithsaml"]],
    [{ Action: "STS:ASSUMEROLE" }, ["sts:assumerole"]],
    [{ Action: "sts:AssumeRole*" }, ["sts:assumerole", "sts:assumerolewithwebidentity", "sts:assumerolewithsaml"]],
    [{ Action: "sts:AssumeRoleWith?AML" }, ["sts:assumerolewithsaml"]],
    [{ NotAction: ["sts:AssumeRoleWith*"] }, ["sts:assumerole"]],
    [{ NotAction: "sts:*" }, []],
    [{ Action: ["sts:TagSession", "sts:SetSourceIdentity"] }, []],
  ])("%j: %j", (element, expected) =>
    expect(assumptionsIn(statementOf({ Effect: "Allow", Principal: "*", ...element }))).toEqual(expected),
  );
});

describe("a Deny for everyone", () => {
  it("takes back what it names all of", () => expect(open(STAR, { ...STAR, Effect: "Deny" })).toBe(0));
  it("takes nothing back of which it leaves a part", () =>
    expect(open(STAR, { ...STAR, Effect: "Deny", Action: "sts:AssumeRole" })).toBe(1));
  it("may be two, which share the work", () => {
    const [one, two] = STAR.Action;
    expect(open(STAR, { ...STAR, Effect: "Deny", Action: one }, { ...STAR, Effect: "Deny", Action: two })).toBe(0);
  });
  it("excepts nobody", () => expect(open(STAR, { Effect: "Deny", NotPrincipal: { AWS: VENDORS }, Action: "sts:*" })).toBe(1));
});

describe("an outsider", () => {
  const allow = { Effect: "Allow", Principal: { AWS: VENDORS }, Action: "sts:AssumeRole" };
  const refuse = { Effect: "Deny", Action: "sts:AssumeRole", Condition: { StringNotEquals: { "sts:ExternalId": "x" } } };
  it("is guarded by a Deny that meets every one of them", () => {
    expect(guards(allow, { ...refuse, Principal: { AWS: VENDORS } })).toEqual(["deny"]);
    expect(guards(allow, { ...refuse, Principal: { AWS: VENDORS.map((id) => `arn:aws:iam::${id}:root`) } })).toEqual(["deny"]);
    expect(guards(allow, ...VENDORS.map((id) => ({ ...refuse, Principal: { AWS: id } })))).toEqual(["deny"]);
  });
  it("is not guarded by a Deny that meets one of two", () =>
    expect(guards(allow, { ...refuse, Principal: { AWS: VENDORS[0] } })).toEqual([null]));
  it("is not guarded by a Deny of one of its account's roles", () =>
    expect(
      guards({ ...allow, Principal: { AWS: VENDORS[0] } }, { ...refuse, Principal: { AWS: `arn:aws:iam::${VENDORS[0]}:role/a` } }),
    ).toEqual([null]));
  it.each([{ "sts:ExternalId": "" }, { "sts:ExternalId": [] }, { "sts:ExternalId": "${aws:username}" }])("is not guarded by %j", (block) =>
    expect(guards({ ...allow, Condition: { StringEquals: block } })).toEqual([null]),
  );
  it("of a deleted identity, of a service or of a provider is none", () =>
    expect(
      guards({ ...allow, Principal: { AWS: "AROACKCEVSQ6C2EXAMPLE", Service: "ec2.amazonaws.com", Federated: "accounts.google.com" } }),
    ).toEqual([]));
});
