import type { VolumeUse } from "@posture/resources-aws/ec2";
import { checkTester, unreadable } from "@posture/testing";
import { describe, it } from "vitest";
import { ebsVolumeOwnerMissing as check } from "./ebs-volume-owner-missing.ts";

const USE: VolumeUse = { state: "in-use", attachedTo: ["i-0a1"], managedBy: null };
const NONE = "EBS volume thing has no owner tag.";
const tagged = (tags: Readonly<Record<string, string>>): { tags: Readonly<Record<string, string>> } => ({ tags });
const nobody = (key: string, value: string): string => `EBS volume thing has an owner tag that names nobody (${key} is "${value}").`;

checkTester(
  check,
  {
    base: { use: USE, tags: {} },
    pass: {
      "OWN-01: Owner names somebody": { given: tagged({ Owner: "alice" }) },
      "OWN-02: the key is in lower case": { given: tagged({ owner: "alice" }) },
      "OWN-02: the key is in capitals": { given: tagged({ OWNER: "alice" }) },
      "OWN-03: the owner is an address": { given: tagged({ "owner-email": "a@x.example" }) },
      "OWN-04: the key has a prefix with a colon": { given: tagged({ "acme:owner": "team-a" }) },
      "OWN-04: the key has a prefix with a slash": { given: tagged({ "acme.example/owner": "team-a" }) },
      "OWN-12: one of two keys names somebody": { given: tagged({ Owner: "", owner: "bob" }) },
      "OWN-08: Team is a key of the house": { given: tagged({ Name: "db", Team: "core" }), params: { ownerTagKeys: ["owner", "team"] } },
      "the key is written with an underscore": { given: tagged({ resource_owner: "alice" }) },
      "case matters, and it is right": { given: tagged({ Owner: "alice" }), params: { caseSensitive: true, ownerTagKeys: ["Owner"] } },
    },
    fail: {
      "OWN-05: the value is empty": { given: tagged({ Owner: "" }), says: nobody("Owner", "") },
      "OWN-05: the value is blank": { given: tagged({ Owner: "  " }), says: nobody("Owner", "  ") },
      "OWN-06: the value is a promise": { given: tagged({ Owner: "TBD" }), says: nobody("Owner", "TBD") },
      "OWN-06: the value is unknown": { given: tagged({ Owner: "unknown" }), says: nobody("Owner", "unknown") },
      "OWN-07: there are no tags": { says: NONE },
      "OWN-08: other keys are there": { given: tagged({ Name: "db", Team: "core" }), says: NONE },
      "OWN-09: the key is AWS's own": { given: tagged({ "aws:cloudformation:stack-name": "x", "aws:owner": "x" }), says: NONE },
      "OWN-10: the value looks like an owner, and the key does not": {
        given: tagged({ "kubernetes.io/cluster/prod": "owned" }),
        says: NONE,
      },
      "OWN-11: the key only begins like one": { given: tagged({ ownership: "alice" }), says: NONE },
      "OWN-13: only the instance is tagged": { says: NONE },
      "OWN-15: case matters, and it is wrong": {
        given: tagged({ owner: "alice" }),
        params: { caseSensitive: true, ownerTagKeys: ["Owner"] },
        says: NONE,
      },
      "prefixes are not looked past": { given: tagged({ "acme:owner": "a" }), params: { matchNamespacedKeys: false }, says: NONE },
      "OWN-14: a service manages it, and such are judged": {
        given: { use: { ...USE, managedBy: "workspaces.amazonaws.com" } },
        params: { skipManaged: false },
        says: NONE,
      },
    },
    notApplicable: {
      "OWN-14: a service manages it": { given: { use: { ...USE, managedBy: "workspaces.amazonaws.com" } } },
      "it is being deleted": { given: { use: { ...USE, state: "deleting" } } },
    },
    unknown: {
      "its tags may not be read": { given: { tags: unreadable("denied") }, reason: "denied", missing: ["ec2:DescribeVolumes"] },
    },
  },
  { describe, it },
);
