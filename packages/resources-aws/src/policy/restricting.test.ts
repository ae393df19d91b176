import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AWS_PUBLIC_LIMITS, isNarrow } from "./address.ts";
import { publicStatements } from "./public.ts";
import { restricting, type Restriction } from "./restricting.ts";
import { conditionsOf, EVERYONE, policyOf } from "./samples.fixture.ts";

function effects(condition: unknown): Restriction[] {
  return conditionsOf(condition).map((entry) => restricting(entry, "bucket"));
}

describe("a condition entry", () => {
  it.each<[string, string, unknown, Restriction]>([
    ["CON-01", "a fixed organization restricts", { StringEquals: { "aws:PrincipalOrgID": "o-abc" } }, "restricting"],
    ["CON-02", "keys have no case", { StringEquals: { "AWS:principalorgid": "o-abc" } }, "restricting"],
    ["CON-03", "a pattern of organizations does not", { StringLike: { "aws:PrincipalOrgID": "o-*" } }, "open"],
    ["CON-04", "one open value opens the entry", { StringEquals: { "aws:PrincipalOrgID": ["o-abc", "*"] } }, "open"],
    ["CON-05", "IfExists is skipped where the key is missing", { StringEqualsIfExists: { "aws:SourceVpce": "vpce-1" } }, "open"],
    [
      "CON-06",
      "ForAllValues is true where the key is missing",
      { "ForAllValues:StringEquals": { "aws:PrincipalOrgPaths": "o-abc/r-1/ou-1/" } },
      "open",
    ],
    [
      "CON-07",
      "a path below a fixed organization restricts",
      { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-abc/*" } },
      "restricting",
    ],
    ["CON-08", "a path below any organization does not", { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "*/ou-1/*" } }, "open"],
    ["CON-09", "one address restricts", { IpAddress: { "aws:SourceIp": "198.51.100.7" } }, "restricting"],
    ["CON-10", "all addresses do not", { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } }, "open"],
    ["CON-11", "IPv4 broader than /8 does not", { IpAddress: { "aws:SourceIp": "12.0.0.0/7" } }, "open"],
    ["CON-12", "IPv6 of /32 restricts", { IpAddress: { "aws:SourceIp": "2001:db8::/32" } }, "restricting"],
    ["CON-13", "IPv6 of /16 does not", { IpAddress: { "aws:SourceIp": "2001::/16" } }, "open"],
    ["CON-14", "a negation leaves the rest of the world", { NotIpAddress: { "aws:SourceIp": "198.51.100.0/24" } }, "open"],
    ["CON-15", "an address compared as text is compared wrongly", { StringEquals: { "aws:SourceIp": "198.51.100.7/32" } }, "open"],
    [
      "CON-16",
      "a fixed bucket as source restricts though its ARN has no account",
      { ArnLike: { "aws:SourceArn": "arn:aws:s3:::my-bucket" } },
      "restricting",
    ],
    ["CON-17", "any bucket as source does not", { ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } }, "open"],
    [
      "CON-18",
      "any topic of one account restricts, to be confirmed",
      { ArnLike: { "aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:*" } },
      "confirm",
    ],
    ["CON-19", "one topic name in any account does not", { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:*:topic" } }, "open"],
    [
      "CON-20",
      "the account of the resource says nothing of the caller",
      { StringEquals: { "s3:ResourceAccount": "111122223333" } },
      "open",
    ],
    ["CON-21", "a policy variable is no fixed value", { StringEquals: { "aws:PrincipalAccount": "${aws:ResourceAccount}" } }, "open"],
    ["CON-23", "Null asks only whether the key is there", { Null: { "aws:PrincipalOrgID": "false" } }, "open"],
  ])("%s: %s", (_, __, condition, expected) => expect(effects(condition)).toEqual([expected]));

  it("CON-22: one restricting entry is enough", () => {
    const condition = { Bool: { "aws:SecureTransport": "true" }, StringEquals: { "aws:SourceVpc": "vpc-1" } };
    expect(effects(condition)).toEqual(["open", "restricting"]);
    expect(publicStatements(policyOf({ ...EVERYONE, Condition: condition }), "bucket", AWS_PUBLIC_LIMITS)).toEqual([]);
  });
  it("CON-24: an empty condition is none", () => {
    expect(conditionsOf({})).toEqual([]);
    expect(publicStatements(policyOf({ ...EVERYONE, Condition: {} }), "bucket", AWS_PUBLIC_LIMITS)).toMatchObject([
      { level: "unconditional" },
    ]);
  });

  it("on a key we do not know is doubtful", () => expect(effects({ StringEquals: { "acme:Thing": "x" } })).toEqual(["doubtful"]));
  it("without values bounds nobody", () => expect(effects({ StringEquals: { "aws:PrincipalOrgID": [] } })).toEqual(["open"]));
  it("with an empty value bounds nobody", () => expect(effects({ StringEquals: { "aws:SourceVpc": "" } })).toEqual(["open"]));
  it("on an access point counts for buckets only", () => {
    const [entry] = conditionsOf({ StringEquals: { "s3:DataAccessPointAccount": "111122223333" } });
    expect(entry && restricting(entry, "bucket")).toBe("restricting");
    expect(entry && restricting(entry, "trust")).toBe("doubtful");
  });
  it("by external id or MFA does not bound who may assume a role", () => {
    const entries = conditionsOf({ StringEquals: { "sts:ExternalId": "x" }, Bool: { "aws:MultiFactorAuthPresent": "true" } });
    expect(entries.map((entry) => restricting(entry, "trust"))).toEqual(["open", "open"]);
  });
  it("with a star before the account proves nothing under StringLike, whose star crosses colons", () => {
    expect(effects({ StringLike: { "aws:SourceArn": "arn:aws:*:111122223333:x" } })).toEqual(["open"]);
    expect(effects({ StringLike: { "aws:SourceArn": "arn:aws:*:*:111122223333:x*" } })).toEqual(["open"]);
  });
});

describe("an address range", () => {
  it.each([
    "300.1.1.1",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "0x0a.0.0.1",
    "::ffff:0.0.0.0/96",
    "fe80::1%eth0",
    "",
    "/8",
    "::/129",
    "${aws:SourceIp}",
  ])("%j bounds nobody", (text) => expect(isNarrow(text, AWS_PUBLIC_LIMITS)).toBe(false));
  it("that is private bounds the callers, however strict the limit", () => {
    const strict = { minIpv4Prefix: 24, minIpv6Prefix: 64 };
    expect(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "11.0.0.0/8", "172.0.0.0/11"].map((text) => isNarrow(text, strict))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

function isPublic(condition: unknown): boolean {
  return publicStatements(policyOf({ ...EVERYONE, Condition: condition }), "bucket", AWS_PUBLIC_LIMITS).some(
    ({ level }) => level !== "confirm",
  );
}

describe("adding conditions", () => {
  const operator = fc.constantFrom(
    "StringEquals",
    "StringLike",
    "StringNotEquals",
    "ForAllValues:StringLike",
    "StringEqualsIfExists",
    "IpAddress",
    "Bool",
    "ArnLike",
  );
  const key = fc.constantFrom(
    "aws:PrincipalOrgID",
    "aws:SourceIp",
    "aws:SourceArn",
    "aws:SecureTransport",
    "aws:Referer",
    "acme:Thing",
    "aws:SourceVpc",
  );
  const value = fc.constantFrom(
    "o-abc",
    "*",
    "0.0.0.0/0",
    "198.51.100.0/24",
    "arn:aws:s3:::*",
    "arn:aws:sns:us-east-1:111122223333:*",
    "true",
    "",
  );
  const block = fc.dictionary(operator, fc.dictionary(key, fc.array(value, { maxLength: 2 }), { maxKeys: 2, noNullPrototype: true }), {
    maxKeys: 3,
    noNullPrototype: true,
  });

  it("that restrict never makes a statement public", () => {
    fc.assert(
      fc.property(block, (condition) => {
        expect(isPublic({ ...condition, StringEqualsIgnoreCase: { "aws:PrincipalOrgID": "o-xyz" } })).toBe(false);
      }),
      { seed: 7, numRuns: 150 },
    );
  });
  it("of any kind never makes a bounded statement public", () => {
    fc.assert(
      fc.property(block, key, value, (condition, k, v) => {
        expect(!isPublic(condition) && isPublic({ ...condition, NumericEquals: { [k]: v } })).toBe(false);
      }),
      { seed: 8, numRuns: 150 },
    );
  });
});
