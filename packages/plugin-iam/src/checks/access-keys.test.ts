import { DAY, judge } from "@posture/core";
import { checkTester, NOW, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { ago, KEY } from "../given.fixture.ts";
import { accessKeyTooOld } from "./access-key-too-old.ts";
import { accessKeyUnused } from "./access-key-unused.ts";

const HOUR = 3_600_000;
const made = (milliseconds: number, active = true): object => ({ active, createdAt: ago(milliseconds) });
const used = (milliseconds: number): object => ({ at: ago(milliseconds), service: "s3", region: "us-east-1" });
const NEVER = { at: null, service: null, region: null };
const DENIED = unreadable("denied");
const old = (days: number, limit = 90): string => `Access key AKIAEXAMPLE of user alice is ${days} days old; ${limit} are allowed.`;

checkTester(
  accessKeyTooOld,
  {
    ref: KEY,
    base: { key: made(91 * DAY), rotation: { lastRotated: ago(5 * DAY) } },
    pass: {
      "KAG-02: the key is exactly 90 days old": { given: { key: made(90 * DAY) } },
      "KAG-05: this key of two is 10 days old": { given: { key: made(10 * DAY) } },
      "KAG-11: 180 days are allowed": { given: { key: made(120 * DAY) }, params: { maxKeyAgeDays: 180 } },
    },
    fail: {
      "KAG-01: the key is 91 days old": { says: old(91) },
      "KAG-03: the key is a second older than 90 days": { given: { key: made(90 * DAY + 1000) }, says: old(90) },
      "KAG-05: the other key of two is 200 days old": { given: { key: made(200 * DAY) }, says: old(200) },
      "KAG-06: the key was switched off and on again": { given: { key: made(300 * DAY) }, says: old(300) },
      "KAG-08: keys are denied and the report's date is old enough": {
        given: { key: DENIED, rotation: { lastRotated: ago(120 * DAY) } },
        says: "Access key AKIAEXAMPLE of user alice is at least 120 days old; 90 are allowed.",
        notes: [
          "The keys of the user could not be listed; by the credential report none of the active ones was made or changed after 2025-09-03.",
        ],
      },
    },
    notApplicable: { "KAG-04: the key is inactive": { given: { key: made(400 * DAY, false) } } },
    unknown: {
      "KAG-09: keys are denied and the report's date is recent": {
        given: { key: DENIED, rotation: { lastRotated: ago(20 * DAY) } },
        reason: "denied",
        missing: ["iam:ListAccessKeys"],
      },
    },
  },
  { describe, it },
);

checkTester(
  accessKeyUnused,
  {
    ref: KEY,
    base: { key: made(900 * DAY), lastUsed: used(45 * DAY) },
    pass: {
      "KUN-02: the key was used an hour less than 45 days ago": { given: { lastUsed: used(45 * DAY - HOUR) } },
      "KUN-04: the key is new and not yet used": { given: { key: made(2 * DAY), lastUsed: NEVER } },
      "KUN-06: the key is old and in use": { given: { lastUsed: used(HOUR) } },
      "KUN-07: the second key was used today": { given: { lastUsed: used(HOUR) } },
    },
    fail: {
      "KUN-01: the key was used exactly 45 days ago": {
        says: "Access key AKIAEXAMPLE of user alice was last used 45 days ago, on 2025-11-17 with s3 in us-east-1.",
      },
      "KUN-03: the key was never used in 60 days": {
        given: { key: made(60 * DAY), lastUsed: NEVER },
        says: "Access key AKIAEXAMPLE of user alice was never used in the 60 days since it was made.",
      },
      "KUN-07: the first key is idle": {
        given: { lastUsed: used(200 * DAY) },
        says: "Access key AKIAEXAMPLE of user alice was last used 200 days ago, on 2025-06-15 with s3 in us-east-1.",
      },
      "KUN-08: the key is old and idle": {
        given: { key: made(400 * DAY), lastUsed: { ...used(100 * DAY), service: null, region: null } },
        says: "Access key AKIAEXAMPLE of user alice was last used 100 days ago, on 2025-09-23.",
      },
      "KUN-09: the key was last used before AWS kept track": {
        given: { key: made(4000 * DAY), lastUsed: { at: "2015-04-21T00:00:00.000Z", service: "s3", region: null } },
        says: "Access key AKIAEXAMPLE of user alice was never used in the 4000 days since it was made.",
      },
      "KUN-11: the account has one user": {
        says: "Access key AKIAEXAMPLE of user alice was last used 45 days ago, on 2025-11-17 with s3 in us-east-1.",
      },
    },
    notApplicable: { "KUN-05: the key is inactive": { given: { key: made(900 * DAY, false) } } },
    unknown: {
      "KUN-12: the last use is denied": { given: { lastUsed: DENIED }, reason: "denied", missing: ["iam:GetAccessKeyLastUsed"] },
    },
  },
  { describe, it },
);

describe("an access key", () => {
  it("KUN-08: that is old and idle fails both checks", () =>
    expect([accessKeyTooOld, accessKeyUnused].map((check) => outcomeOf(check, made(400 * DAY), used(100 * DAY)).status)).toEqual([
      "fail",
      "fail",
    ]));
  it("says until when it passes", () => {
    expect(outcomeOf(accessKeyTooOld, made(80 * DAY), used(HOUR))).toMatchObject({ status: "pass", holdsUntil: ago(-10 * DAY) });
    expect(outcomeOf(accessKeyUnused, made(80 * DAY), used(15 * DAY))).toMatchObject({ status: "pass", holdsUntil: ago(-30 * DAY) });
  });
  it.each([accessKeyTooOld, accessKeyUnused])("KUN-13: that is deleted is gone", (check) =>
    expect(judge(check, { ref: KEY, asOf: NOW, gone: true }, { now: NOW })).toEqual({ status: "gone", evidenceAt: NOW }),
  );
});

function outcomeOf(check: typeof accessKeyTooOld, key: object, lastUsed: object): ReturnType<typeof judge> {
  const known = (value: object): object => ({ state: "known", value, asOf: NOW });
  const facets = { key: known(key), lastUsed: known(lastUsed), rotation: { state: "moot", reason: "", asOf: NOW } };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema of the facets is not asked here
  const observation = { ref: KEY, asOf: NOW, seen: { first: NOW, baseline: true }, facets } as unknown as Parameters<typeof judge>[1];
  return judge(check, observation, { now: NOW, params: check.params?.parse({}) });
}
