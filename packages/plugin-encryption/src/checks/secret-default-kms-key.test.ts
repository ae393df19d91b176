import type { SecretUse } from "@posture/resources-aws/secretsmanager";
import { checkTester } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { DENIED, KEY, SECRET } from "../given.fixture.ts";
import { gone, outcome, reading } from "../judging.fixture.ts";
import { secretDefaultKmsKey as check } from "./secret-default-kms-key.ts";

const ID = "12345678-1234-1234-1234-123456789012";
const AWS_ID = "99999999-1234-1234-1234-123456789012";
const USE: SecretUse = { owningService: null, primaryRegion: null, isDeleted: false };
const OF_RDS = { use: { ...USE, owningService: "rds" } };
const says = (key: string): string => `Secret app/db is encrypted under the AWS managed key (${key}).`;
const ALIAS_ARN = "arn:aws:kms:eu-west-1:111122223333:alias/aws/secretsmanager";

checkTester(
  check,
  {
    ref: SECRET,
    base: { use: USE, defaultKey: AWS_ID },
    pass: {
      "SEC-05: a key of one's own is named by its ARN": { given: { key: KEY } },
      "SEC-06: a key of one's own is named by its id": { given: { key: ID } },
      "SEC-07: an alias of one's own is named": { given: { key: "alias/app-secrets" } },
      "SEC-08: a key of another account is named": { given: { key: KEY.replace("111122223333", "999988887777") } },
      "SEC-09: a multi-Region key is named": { given: { key: "mrk-1234abcd12ab34cd56ef1234567890ab" } },
      "a key is named, and AWS's own key does not exist yet": { given: { key: ID, defaultKey: null } },
    },
    fail: {
      "SEC-01: no key is set": { says: says("aws/secretsmanager") },
      "SEC-02: AWS's alias is named": { given: { key: "alias/aws/secretsmanager" }, says: says("alias/aws/secretsmanager") },
      "SEC-03: AWS's alias is named by its ARN": { given: { key: ALIAS_ARN }, says: says(ALIAS_ARN) },
      "SEC-04: the key behind AWS's alias is named": {
        given: { key: KEY, defaultKey: ID },
        says: says(KEY),
      },
      "another alias of AWS's is named": { given: { key: "alias/aws/ssm" }, says: says("alias/aws/ssm") },
      "SEC-10: a replica has no key, whatever its primary has": {
        given: { use: { ...USE, primaryRegion: "us-east-1" } },
        says: says("aws/secretsmanager"),
      },
      "SEC-11: a service made it, without a key": {
        given: OF_RDS,
        says: "Secret app/db, which rds manages, is encrypted under the AWS managed key (aws/secretsmanager).",
      },
    },
    notApplicable: {
      "SEC-12: it is scheduled for deletion": { given: { use: { ...USE, isDeleted: true } } },
      "SEC-11: a service made it, and such are left out": { given: OF_RDS, params: { includeServiceManaged: false } },
    },
    unknown: {
      "SEC-14: a key id is named, and aliases may not be listed": {
        given: { key: ID, defaultKey: DENIED },
        reason: "denied",
        missing: ["kms:ListAliases"],
      },
      "the secret may not be described": { given: { key: DENIED }, reason: "denied", missing: ["secretsmanager:DescribeSecret"] },
    },
  },
  { describe, it },
);

describe("the aliases of a region", () => {
  const reads = (key: string | null): readonly string[] => reading(check, SECRET, { use: USE, key, defaultKey: AWS_ID }).reads;
  it("are asked for where a key of the account is named by its id", () => {
    expect(reads(KEY)).toContain("defaultKey");
    expect(reads(ID)).toContain("defaultKey");
  });
  it.each([null, "alias/app-secrets", ALIAS_ARN, KEY.replace("111122223333", "999988887777")])(
    "are not asked for where %s says enough",
    (key) => expect(reads(key)).not.toContain("defaultKey"),
  );
});

it("SEC-10: a replica names its primary in the evidence", () =>
  expect(outcome(check, SECRET, { use: { ...USE, primaryRegion: "us-east-1" } })).toMatchObject({
    evidence: { primaryRegion: "us-east-1" },
  }));
it("a secret that is gone is gone", () => expect(gone(check, SECRET).status).toBe("gone"));
it("the value of a secret is never asked for", () => {
  const actions = Object.values(check.resource.facets).flatMap(({ read, prime }) => [...read, ...prime].map(({ action }) => action));
  expect(new Set(actions)).toEqual(new Set(["secretsmanager:ListSecrets", "secretsmanager:DescribeSecret", "kms:ListAliases"]));
});
