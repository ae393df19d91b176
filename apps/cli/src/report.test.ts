import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { Listed } from "@posture/runtime";
import { checksText } from "./commands/checks.ts";
import { listText } from "./commands/findings.ts";
import { exitCode } from "./commands/scan.ts";
import { CHECK, INCOMPLETE, LATER, listed, REF, summaryOf, sweep } from "./finding.test.fixture.ts";
import { coverageText, missingActions } from "./coverage-text.ts";
import { progressLines } from "./progress.ts";
import { scanReport } from "./report.ts";
import { scanText } from "./scan-text.ts";

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
  const all = [listed("open"), listed("open", "low", { checkId: "s3/bucket-website-enabled" }), listed("covered", "low")];
  const linesOf = (more: readonly Listed[], width: number, store: string | null = ""): string[] =>
    plain(scanText(sweep(), more, { width, store })).split("\n");

  it("ends with the counts, the coverage and the next step", () => {
    const [open = listed()] = all;
    const lines = linesOf(all, 100);
    expect(lines.slice(lines.indexOf("○ Low (1)") + 4)).toEqual([
      "2 open findings in account 111122223333: 1 critical, 1 low (12 calls, 86400.0 s)",
      "Not counted: 1 covered by another finding of the same resource.",
      "Everything could be read: 1 listing complete.",
      "",
      "Next",
      `  posture findings ${open.id}   its evidence and the steps to fix it`,
      `  posture recheck ${open.id}    reads it again, now`,
      "",
    ]);
  });
  it("says what would have been resolved at once, and how many of it were", () => {
    const held = [{ accountId: "111122223333", failing: 80, resolving: 60, resolved: 58 }];
    expect(plain(scanText(sweep({ held }), all, { width: 200, store: "" }))).toContain(
      "Account 111122223333: 60 of 80 findings would have been resolved at once, so they were read again. 58 were resolved.\n",
    );
    expect(scanReport(sweep({ held }), all, checks).held).toEqual(held);
    expect(scanReport(sweep(), all, checks)).not.toHaveProperty("held");
  });
  it("names no command that would find nothing, where nothing was kept", () => {
    expect(linesOf(all, 100, null).slice(-3)).toEqual(["Next", "  posture scan   keeps what it finds; with --store memory nothing is", ""]);
  });
  it("says the store again that the next command needs", () => {
    expect(linesOf(all, 100, " --store prod").at(-2)).toMatch(/^ {2}posture recheck [0-9a-f]{12} --store prod /);
  });
  it("is grouped by severity, two lines or more for each finding, where the terminal is narrow", () => {
    expect(linesOf(all, 80).slice(0, 7)).toEqual([
      "● Critical (1)",
      expect.stringMatching(/^ {2}[0-9a-f]{12} {2}eu-west-1 {2}exports$/),
      "    Bucket exports grants READ to everyone.",
      "",
      "○ Low (1)",
      expect.stringMatching(/^ {2}[0-9a-f]{12} {2}eu-west-1 {2}exports$/),
      "    Bucket exports grants READ to everyone.",
    ]);
  });
  it("is a table under the same headings where it is wide", () => {
    expect(linesOf(all, 200).slice(0, 6)).toEqual([
      " Id            Region     Resource  What is wrong",
      "",
      " ● Critical (1)",
      expect.stringMatching(/^ [0-9a-f]{12} {2}eu-west-1 {2}exports {3}Bucket exports grants READ to everyone\.$/),
      "",
      " ○ Low (1)",
    ]);
  });
  it("is one line for each finding where the width has no end", () => {
    const lines = linesOf(all, Number.POSITIVE_INFINITY);
    expect(lines[1]).toMatch(/^ ● Critical {2}[0-9a-f]{12} {2}eu-west-1 {2}exports {3}Bucket exports grants READ to everyone\.$/);
    expect(lines[2]).toMatch(/^ ○ Low /);
  });
  it.each([40, 80, 120, 200])("fits %d columns, and cuts no name", (width) => {
    const name = "a-bucket-name-that-is-as-long-as-the-sixty-three-characters-allow";
    const text = `Bucket ${name} grants READ to everyone on the internet, and to everyone else who asks for it by its long name.`;
    const long = listed("open", "critical", { ref: { ...REF, name }, message: { id: "public", text, evidence: {}, notes: [] } });
    const lines = linesOf([long], width);
    const findings = lines.slice(
      0,
      lines.findIndex((line) => line.startsWith("1 open")),
    );
    expect(Math.max(...findings.map((line) => line.length))).toBeLessThanOrEqual(width);
    for (const word of ["long-as-", "allow", "everyone"]) expect(findings.join("").replaceAll(/\s/g, "")).toContain(word);
  });
  it("says since when a finding could not be looked at", () => {
    const stale = { reason: "denied", missing: ["s3:GetBucketAcl"], detail: "", since: LATER } as const;
    expect(linesOf([listed("open", "critical", { stale })], 200).join("\n")).toContain(`could not be read since ${LATER}: denied`);
  });
});

describe("what could not be read", () => {
  const undecided = Array.from(
    { length: 40 },
    () => ({ checkId: CHECK.id, ref: REF, reason: "denied", missing: ["s3:GetBucketAcl"], detail: "" }) as const,
  );
  it("is never called complete, and a thousand times the same is one line", () => {
    const regions = ["eu-west-1", "eu-west-2", "eu-west-3", "us-east-1", "us-east-2"].map((region) => ({ ...INCOMPLETE, region }));
    expect(coverageText(sweep({ coverage: regions, undecided }), Number.POSITIVE_INFINITY).map(plain)).toEqual([
      "Not everything could be read: 0 of 5 listings complete, 40 outcomes unknown.",
      "  AWS::EC2::SecurityGroup in eu-west-1, eu-west-2, eu-west-3 and 2 more: denied, grant ec2:DescribeSecurityGroups (ec2:DescribeSecurityGroups was denied)",
      "  s3/bucket-acl-public: denied, grant s3:GetBucketAcl (40 resources, e.g. exports)",
    ]);
  });
  it("names the actions that are missing, each once", () => {
    expect(missingActions(sweep({ coverage: [INCOMPLETE], undecided }))).toEqual(["ec2:DescribeSecurityGroups", "s3:GetBucketAcl"]);
  });
  it("makes an empty list no good news", () => {
    const gap = summaryOf(sweep({ coverage: [INCOMPLETE] }));
    expect(plain(listText([], { wanted: ["open"] }, gap, 80))).toContain("The last sweep could not read everything.");
    expect(plain(listText([], { wanted: ["open"] }, summaryOf(sweep()), 80))).toBe(
      "No findings that are open. `posture scan` looks again.\n",
    );
    expect(plain(listText([], { wanted: ["open"] }, summaryOf(null), 80))).toBe(
      "Nothing has been swept yet. `posture scan` is the first step.\n",
    );
  });
});

describe("the list of checks", () => {
  const all = [CHECK, { ...CHECK, id: "s3/bucket-website-enabled", severity: "low", title: "Static website hosting enabled" } as const];
  const linesOf = (width: number): string[] => plain(checksText(all, width)).trimEnd().split("\n");

  it("fits a narrow terminal", () =>
    expect(linesOf(80)).toEqual([
      "● Critical (1)",
      "  s3/bucket-acl-public",
      "    Bucket ACL grants public read",
      "",
      "○ Low (1)",
      "  s3/bucket-website-enabled",
      "    Static website hosting enabled",
    ]));
  it("is a table in a wide one", () =>
    expect(linesOf(200).slice(2, 4)).toEqual([
      " ● Critical (1)",
      " s3/bucket-acl-public       AWS::S3::Bucket  Bucket ACL grants public read",
    ]));
  it("is one line for each in a pipe", () =>
    expect(linesOf(Number.POSITIVE_INFINITY)[2]).toBe(
      " ○ Low       s3/bucket-website-enabled  AWS::S3::Bucket  Static website hosting enabled",
    ));
});

describe("progress", () => {
  it("shows account, regions, listings, resources and calls", () => {
    const ended = [sweep().coverage[0] ?? INCOMPLETE, INCOMPLETE, { ...INCOMPLETE, region: "eu-west-1" }];
    const accounts = [{ accountId: "111122223333", regions: ["eu-west-1", "us-east-1"] }];
    const lines = progressLines({ accounts, scopes: 4, ended, resources: 1200, calls: 3400 }, 65_400);
    expect(lines.map(plain)).toEqual([
      "Sweeping account 111122223333, 2 regions  65 s",
      "██████████████████░░░░░░ 3 of 4 listings",
      "1,200 resources, 3,400 calls",
      "✓ AWS::S3::Bucket listed",
      "? AWS::EC2::SecurityGroup listed in 2 of 2 regions, 2 incomplete",
    ]);
    const doubted = progressLines({ accounts, scopes: 4, ended, resources: 1200, calls: 3400, doubted: 60 }, 70_000);
    expect(doubted.map(plain)[3]).toBe("60 findings would be resolved at once; they are read again in a minute, to be sure");
    expect(progressLines(null, 900).map(plain)).toEqual(["Asking AWS who we are and which regions there are  0 s"]);
  });
});
