import { fingerprintOf, type Instant, type Write } from "@posture/core";

/** The write of a finding that is open. */
export function finding(n: number, at: Instant, severity: "critical" | "high" = "high"): Write {
  const name = `example-${n}`;
  const ref = { type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${name}`, name, accountId: "111122223333", region: "eu-west-1" };
  return {
    kind: "finding",
    value: {
      fingerprint: fingerprintOf("example/open", ref),
      aliases: [],
      checkId: "example/open",
      ref,
      severity,
      title: "Bucket is open",
      condition: "failing",
      watched: "yes",
      coveredBy: null,
      message: { id: "open", text: `Bucket ${name} is open.`, evidence: {}, notes: [] },
      openedAt: at,
      clearedAt: null,
      reopened: 0,
      lastSeenAt: at,
      evidenceAt: at,
      stale: null,
    },
  };
}
