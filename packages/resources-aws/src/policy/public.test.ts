import { MOST_STEPS, TooComplex, withEffort } from "@posture/core";
import { describe, expect, it } from "vitest";
import { AWS_PUBLIC_LIMITS } from "./address.ts";
import { publicStatements } from "./public.ts";
import { EVERYONE, policyOf } from "./samples.fixture.ts";

const DENY = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" };

const copies = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

function levels(...statements: readonly unknown[]): string[] {
  return publicStatements(policyOf(...statements), "bucket", AWS_PUBLIC_LIMITS).map(({ level }) => level);
}

describe("a public statement", () => {
  it("is taken back by an unconditional Deny for everyone over the same", () => expect(levels(EVERYONE, DENY)).toEqual([]));
  it("is not taken back by a Deny of other actions", () =>
    expect(levels(EVERYONE, { ...DENY, Action: "s3:PutObject" })).toEqual(["unconditional"]));
  it("is not taken back by a Deny of other resources", () =>
    expect(levels(EVERYONE, { ...DENY, Resource: "arn:aws:s3:::b" })).toEqual(["unconditional"]));
  it("is not taken back by a Deny for somebody", () =>
    expect(levels(EVERYONE, { ...DENY, Principal: { AWS: "111122223333" } })).toEqual(["unconditional"]));
  it("is not taken back by a Deny that excepts somebody", () => {
    const { Principal: _, ...rest } = DENY;
    expect(levels(EVERYONE, { ...rest, NotPrincipal: { AWS: "111122223333" } })).toEqual(["unconditional"]);
  });
  it("is taken back by two Denies that share the work", () => {
    const both = { ...EVERYONE, Action: ["s3:GetObject", "s3:PutObject"] };
    expect(levels(both, { ...DENY, Action: "s3:Get*" }, { ...DENY, Action: "S3:PUT*" })).toEqual([]);
  });
  it("of everything but a few actions is taken back by a Deny of everything only", () => {
    const most = { Effect: "Allow", Principal: "*", NotAction: "s3:GetObject", Resource: "*" };
    expect(levels(most, { ...DENY, Action: "s3:Get*" })).toEqual(["unconditional"]);
    expect(levels(most, DENY)).toEqual([]);
  });
  it("is doubtful under a Deny for everyone outside an address range", () =>
    expect(levels(EVERYONE, { ...DENY, Condition: { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } } })).toEqual(["doubtful"]));
  it("is as public as before under a Deny of plain HTTP, which HTTPS evades", () =>
    expect(levels(EVERYONE, { ...DENY, Condition: { Bool: { "aws:SecureTransport": "false" } } })).toEqual(["unconditional"]));
  it("is not taken back by a variable that happens to look like its resource", () => {
    expect(levels({ ...EVERYONE, Resource: "arn:aws:s3:::b/${aws:username}" }, { ...DENY, Resource: "arn:aws:s3:::b/${*}" })).toEqual([
      "unconditional",
    ]);
  });
  it("is too complex where weighing every Deny would take more steps than an evaluation may", () => {
    const heavy = { ...EVERYONE, Action: `s3:${"x".repeat(4000)}` };
    const many = { ...DENY, Action: `s3:*${"x".repeat(2000)}y` };
    expect(() => withEffort(MOST_STEPS, () => levels(heavy, many))).toThrow(TooComplex);
  });
  it.each<[string, object, readonly object[]]>([
    [
      "resources with variables are many",
      { Resource: copies(3000, "b") },
      [{ ...DENY, Resource: [...copies(3000, "${aws:username}"), "*"] }],
    ],
    [
      "Denies that name no actions are many",
      { Action: copies(100, "s3:GetObject"), Resource: copies(100, "b") },
      [...copies(1000, { Effect: "Deny", Principal: "*", NotAction: "s3:*", Resource: "*" }), DENY],
    ],
  ])("is too complex where %s", (_, more, denies) =>
    expect(() => withEffort(MOST_STEPS, () => levels({ ...EVERYONE, ...more }, ...denies))).toThrow(TooComplex),
  );
});
