import { expect, test } from "vitest";
import { consoleUrl } from "./console.ts";
import type { ResourceRef } from "./resource.ts";

const kind = { console: ({ name, region }: ResourceRef): string => `vault/${name}?region=${region}` };
const ref = (more: Partial<ResourceRef> = {}): ResourceRef => ({
  type: "Test::Bank::Vault",
  arn: "arn:aws:bank:eu-west-1:111122223333:vault/gold",
  name: "gold",
  accountId: "111122223333",
  region: "eu-west-1",
  ...more,
});

test.each<[string, Partial<ResourceRef>, string]>([
  ["a region", {}, "https://eu-west-1.console.aws.amazon.com/vault/gold?region=eu-west-1"],
  ["all regions", { region: "global" }, "https://console.aws.amazon.com/vault/gold?region=global"],
  [
    "China",
    { arn: "arn:aws-cn:bank:cn-north-1:1:vault/gold", region: "cn-north-1" },
    "https://cn-north-1.console.amazonaws.cn/vault/gold?region=cn-north-1",
  ],
  [
    "the US government",
    { arn: "arn:aws-us-gov:bank:us-gov-west-1:1:vault/gold", region: "us-gov-west-1" },
    "https://us-gov-west-1.console.amazonaws-us-gov.com/vault/gold?region=us-gov-west-1",
  ],
  [
    "a name made to lead elsewhere",
    { name: "../@evil.example/?" },
    "https://eu-west-1.console.aws.amazon.com/vault/..%2F%40evil.example%2F%3F?region=eu-west-1",
  ],
])("a resource of %s has its page", (_, more, url) => expect(consoleUrl(kind, ref(more))).toBe(url));

test.each<[string, Partial<ResourceRef>]>([
  ["whose ARN is none", { arn: "gold" }],
  ["of a partition that we do not know", { arn: "arn:aws-moon:bank:eu-west-1:1:vault/gold" }],
  ["whose region is none", { region: "evil.example/" }],
])("a resource %s has none", (_, more) => expect(consoleUrl(kind, ref(more))).toBeNull());

test("a kind that names no page has none", () => expect(consoleUrl({}, ref())).toBeNull());
