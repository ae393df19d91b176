import { stripVTControlCharacters } from "node:util";
import type { Listed } from "@posture/runtime";
import { expect, it } from "vitest";
import { CHECK, LATER, listed } from "./finding.test.fixture.ts";
import { findingText } from "./finding-text.ts";

const check = {
  ...CHECK,
  remediation: {
    ...CHECK.remediation,
    steps: [{ text: "Remove the grant.", command: "aws s3api put-bucket-acl --bucket {name} --acl private" }],
  },
};
const textOf = (it: Listed, width = 80): string => stripVTControlCharacters(findingText(it, check, { width, store: " --store prod" }));

it("shows a finding whole: what is wrong, where, the evidence, why it matters, what to do, what next", () => {
  const open = listed();
  expect(textOf(open)).toBe(`● Critical  Bucket ACL grants public read  open

Bucket exports grants READ to everyone.

Id          ${open.id}
Check       s3/bucket-acl-public
Resource    arn:aws:s3:::exports
Where       account 111122223333, eu-west-1
Console     https://eu-west-1.console.aws.amazon.com/s3/buckets/exports
First seen  2026-01-01T10:00:00.000Z

Evidence
  {
    "permissions": "READ"
  }

Why it matters
  Anyone can read it.

What to do
  1. Remove the grant.
     aws s3api put-bucket-acl --bucket exports --acl private
  https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html

Next
  posture recheck ${open.id} --store prod   reads it again, now
`);
});
it("says who suppressed it until when, and why", () => {
  const suppression = {
    id: "s-1",
    scope: { fingerprint: listed().finding.fingerprint },
    justification: "The site is public on purpose.",
    by: { kind: "user", id: "U0EXAMPLE", via: "slack" },
    from: LATER,
    expiresAt: "2026-02-01T10:00:00.000Z",
    approval: "not-needed",
    ended: null,
  } as const;
  const text = textOf({ ...listed("suppressed"), suppression });
  expect(text).toContain("Suppressed  until 2026-02-01T10:00:00.000Z by U0EXAMPLE: The site is public on purpose.\n");
});
it("says who sees to it, since when, and who said so", () => {
  const open = listed();
  const by = { kind: "user", id: "arn:aws:iam::111122223333:user/ana", via: "cli" } as const;
  const text = textOf({ ...open, finding: { ...open.finding, assignee: { id: "U0EXAMPLE", at: LATER, by } } });
  expect(text).toContain(`Assigned    to U0EXAMPLE by arn:aws:iam::111122223333:user/ana, ${LATER}\n`);
});
it("says what covers it", () => {
  expect(textOf(listed("covered", "high", { coveredBy: "s3/bucket-policy-public" }))).toContain("Covered by  s3/bucket-policy-public\n");
});
it("says since when it could not be read, and what to grant", () => {
  const stale = { reason: "denied", missing: ["s3:GetBucketAcl"], detail: "s3:GetBucketAcl was denied", since: LATER } as const;
  expect(textOf(listed("open", "critical", { stale }), 200)).toContain(
    `Could not be read since ${LATER}: s3:GetBucketAcl was denied. Grant s3:GetBucketAcl.\n`,
  );
});
it("is shown also when its check is no longer loaded", () => {
  const text = stripVTControlCharacters(findingText(listed("retired"), undefined, { width: 80, store: "" }));
  expect(text).toContain("Bucket exports grants READ to everyone.");
  expect(text).not.toContain("What to do");
});

it("says after which change in AWS it failed or was resolved, with the whole ARN", () => {
  const changed = { eventId: "e", name: "PutBucketAcl", at: LATER, by: "arn:aws:iam::111122223333:user/ana" };
  const of = (condition: "failing" | "cleared"): string => textOf({ ...listed(), finding: { ...listed().finding, condition, changed } });
  expect(of("failing")).toContain(`Failed      after PutBucketAcl by arn:aws:iam::111122223333:user/ana at ${LATER}\n`);
  expect(of("cleared")).toContain(`Resolved    after PutBucketAcl by arn:aws:iam::111122223333:user/ana at ${LATER}\n`);
});
