import { DescribeRegions$ } from "@aws-sdk/client-ec2";
import { GetCallerIdentity$ } from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import { foreignBody } from "./body.ts";

const EC2 = "aws.protocols#ec2Query";
function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("a success is AWS's answer only", () => {
  test.each([
    ["with the operation's own element", "<DescribeRegionsResponse/>", true],
    [
      "after a declaration",
      '<?xml version="1.0" encoding="UTF-8"?>\n\n<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">',
      true,
    ],
    ["after a comment and a byte order mark", "\uFEFF<!-- cached --><DescribeRegionsResponse>", true],
    ["never with nothing", "", false],
    ["never with blanks", "  \n ", false],
    ["never with a page", "<!DOCTYPE html>\n<html><body>Sign in</body></html>", false],
    ["never with another operation's element", "<DescribeVpcsResponse/>", false],
    ["never with an error's element", "<Response><Errors/></Response>", false],
    ["never with JSON", '{"message":"hello"}', false],
    ["never with plain text", "It works!", false],
  ])("%s", (_, body, isAnswer) => {
    expect(foreignBody(EC2, DescribeRegions$, bytes(body)) === null).toBe(isAnswer);
  });
  test("the STS query protocol has the same rule", () => {
    expect(foreignBody("aws.protocols#awsQuery", GetCallerIdentity$, bytes("<GetCallerIdentityResponse/>"))).toBeNull();
    expect(foreignBody("aws.protocols#awsQuery", GetCallerIdentity$, bytes("<html/>"))).toBe(
      "the body is <html>, not <GetCallerIdentityResponse>",
    );
  });
  test("a JSON service answers with an object", () => {
    expect(foreignBody("aws.protocols#awsJson1_1", DescribeRegions$, bytes(' {"Keys":[]}'))).toBeNull();
    expect(foreignBody("aws.protocols#awsJson1_1", DescribeRegions$, bytes("<html/>"))).toBe("the body is not a JSON object");
  });
});
