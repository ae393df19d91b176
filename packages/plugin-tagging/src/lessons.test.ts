import { judge, type Observed, type Outcome, type ResourceRef } from "@posture/core";
import { collect, NOW, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { ebsVolumeOwnerMissing as check } from "./index.ts";

const VOLUME: ResourceRef = {
  type: check.resource.type,
  arn: "arn:aws:ec2:eu-west-1:111122223333:volume/vol-0a1",
  name: "vol-0a1",
  accountId: "111122223333",
  region: "eu-west-1",
};
const USE: Observed = { state: "known", value: { state: "in-use", attachedTo: ["i-0a1"], managedBy: null }, asOf: NOW };

function outcome(tags: Observed, params: unknown = {}): Outcome {
  const { progress } = collect(check, VOLUME, {}, (name) => (name === "tags" ? tags : USE));
  const seen = { first: NOW, baseline: true };
  return judge(check, { ref: VOLUME, asOf: NOW, seen, facets: progress }, { now: NOW, params: check.params?.parse(params) });
}
const tagged = (value: Readonly<Record<string, string>>, params: unknown = {}): string =>
  outcome({ state: "known", value, asOf: NOW }, params).status;

describe("what other scanners were reported for, and this check does not do:", () => {
  it("takes access denied neither for a pass (prowler 327, 12872) nor for a fail (prowler 971)", () =>
    expect(outcome(unreadable("denied"))).toMatchObject({ status: "unknown", reason: "denied" }));
  it("tags that were not read are not taken for none (cloud-custodian 3944)", () =>
    expect([outcome(unreadable("not-ready")).status, tagged({})]).toEqual(["unknown", "fail"]));
  it("a key without a value names nobody (aws-config-rules 333)", () =>
    expect([tagged({ Owner: "" }), tagged({ Owner: " " }), tagged({ Owner: "team-a" })]).toEqual(["fail", "fail", "pass"]));
  it("capitals in the key do not hide the owner (policy_templates pull 2642; roadie-backstage-plugins pull 1379)", () =>
    expect([tagged({ OWNER: "team-a" }), tagged({ owner: "team-a" })]).toEqual(["pass", "pass"]));
  it("whoever wants one spelling can ask for it (cli 268)", () => {
    const exact = { caseSensitive: true, ownerTagKeys: ["Owner"] };
    expect([tagged({ owner: "team-a" }, exact), tagged({ Owner: "team-a" }, exact)]).toEqual(["fail", "pass"]);
  });
});
