import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { exitCode } from "./commands/scan.ts";
import { CHECK, INCOMPLETE, LATER, listed, REF, sweep } from "./finding.test.fixture.ts";
import { scanReport } from "./report.ts";
import { coverageText, scanText } from "./scan-text.ts";

const checks = new Map([[CHECK.id as string, CHECK]]);
const plain = (text: string): string => stripVTControlCharacters(text);

describe("the report for machines", () => {
  it("holds every failing finding that is watched, and counts the open ones only", () => {
    const all = [
      listed("open"),
      listed("suppressed", "high"),
      listed("covered", "low"),
      listed("resolved", "critical"),
      listed("retired", "critical"),
    ];
    const report = scanReport(sweep(), all, checks);
    expect(report.findings.map(({ status }) => status)).toEqual(["open", "suppressed", "covered"]);
    expect(report.counts).toEqual({ critical: 1, high: 0, medium: 0, low: 0, unknown: 0 });
  });
  it("says of a finding all that the contract names", () => {
    const [finding] = scanReport(sweep(), [listed("open")], checks).findings;
    expect(finding).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{12}$/),
      fingerprint: expect.stringMatching(/^v1-[0-9a-f]{32}$/),
      checkId: "s3/bucket-acl-public",
      severity: "critical",
      status: "open",
      title: "Bucket ACL grants public read",
      message: "Bucket exports grants READ to everyone.",
      resource: REF,
      evidence: { permissions: "READ" },
      remediation: { steps: ["Open the bucket exports.", "Remove the grant."], docs: CHECK.remediation.docs },
      firstSeenAt: "2026-01-01T10:00:00.000Z",
      lastSeenAt: LATER,
    });
  });
  it("was last seen by the sweep only where the sweep could see everything", () => {
    const [finding] = scanReport(sweep({ coverage: [INCOMPLETE] }), [listed("open")], checks).findings;
    expect(finding?.lastSeenAt).toBe("2026-01-01T10:00:00.000Z");
  });
  it("names what could not be read, and the action that is missing", () => {
    const undecided = { checkId: CHECK.id, ref: REF, reason: "denied", missing: ["s3:GetBucketAcl"], detail: "denied" } as const;
    const report = scanReport(sweep({ coverage: [INCOMPLETE], undecided: [undecided] }), [], checks);
    expect(report.coverage).toEqual({
      complete: 0,
      incomplete: [
        {
          accountId: "111122223333",
          region: "us-east-1",
          resourceType: "AWS::EC2::SecurityGroup",
          reason: "denied: ec2:DescribeSecurityGroups",
        },
      ],
    });
    expect(report.unknown).toEqual([{ checkId: CHECK.id, resource: REF, reason: "denied", missingAction: "s3:GetBucketAcl" }]);
    expect(report.counts.unknown).toBe(1);
  });
});

describe("the exit code", () => {
  it("is 2 for an open finding at or above the bound, and for no other", () => {
    expect(exitCode(sweep(), [listed("open", "high")], "high", false)).toBe(2);
    expect(exitCode(sweep(), [listed("open", "critical")], "high", false)).toBe(2);
    expect(exitCode(sweep(), [listed("open", "medium")], "high", false)).toBe(0);
    expect(exitCode(sweep(), [listed("suppressed", "critical")], "low", false)).toBe(0);
    expect(exitCode(sweep(), [listed("open", "critical")], undefined, false)).toBe(0);
  });
  it("is 3 for an incomplete sweep, if it is to be strict", () => {
    expect(exitCode(sweep({ coverage: [INCOMPLETE] }), [], undefined, true)).toBe(3);
    expect(exitCode(sweep({ coverage: [INCOMPLETE] }), [], undefined, false)).toBe(0);
    expect(exitCode(sweep(), [], undefined, true)).toBe(0);
  });
});

describe("the report for people", () => {
  it("ends with the counts, the coverage and the next step", () => {
    const lines = plain(scanText(sweep(), [listed("open"), listed("covered", "low")], 100)).split("\n");
    expect(lines.slice(-6)).toEqual([
      "1 open finding in account 111122223333: 1 critical (12 calls, 86400.0 s)",
      "Not counted: 1 more said by another finding of the same resource.",
      "Everything could be read: 1 listing complete.",
      "",
      "Next: `posture findings <id>` shows one with its remediation; `posture recheck <id>` reads it again.",
      "",
    ]);
  });
  it("fits the terminal, and cuts no name", () => {
    const long = listed("open", "critical", { ref: { ...REF, name: "a-bucket-name-that-is-as-long-as-the-sixty-three-characters-allow" } });
    const lines = plain(scanText(sweep(), [long], 80)).split("\n");
    expect(Math.max(...lines.slice(0, lines.indexOf("")).map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.join("").replaceAll(/\s/g, "")).toContain("exports");
  });
  it("never says that everything is fine where something was not read", () => {
    const undecided = Array.from(
      { length: 40 },
      () => ({ checkId: CHECK.id, ref: REF, reason: "denied", missing: ["s3:GetBucketAcl"], detail: "" }) as const,
    );
    expect(coverageText(sweep({ coverage: [INCOMPLETE], undecided })).map(plain)).toEqual([
      "Not everything could be read: 0 of 1 listing complete, 40 judgements undecided.",
      "  AWS::EC2::SecurityGroup in us-east-1: denied, grant ec2:DescribeSecurityGroups (ec2:DescribeSecurityGroups was denied)",
      "  s3/bucket-acl-public: denied, grant s3:GetBucketAcl (40 resources, e.g. exports)",
    ]);
  });
});
