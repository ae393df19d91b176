import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { CHECK, INCOMPLETE, listed, REF, sweep } from "./finding.test.fixture.ts";
import { type ControlReport, frameworkReport } from "./framework-report.ts";
import { frameworkText } from "./framework-text.ts";
import { type CommandLine, commandLine, type Ended, KEYS } from "./process.test.fixture.ts";
import type { ScanReport } from "./report.ts";
import { scanSchema } from "./scan-schema.ts";

/* How the controls of a framework stand. */

const CIS = "cis-aws-foundations-3.0";
const SITE = { ...CHECK, id: "s3/bucket-website-enabled", frameworks: { [CIS]: ["10.1", "2.2"] } } as const;
const ACL = { ...CHECK, frameworks: { [CIS]: ["2.2"], "aws-fsbp": ["S3.2"] } };
const pair = { checkId: SITE.id, ref: REF, reason: "denied", missing: ["s3:GetBucketWebsite"], detail: "" } as const;

describe("a control", () => {
  const stands = (all: Parameters<typeof frameworkReport>[2], swept = sweep()): readonly ControlReport[] =>
    frameworkReport(CIS, [SITE, ACL], all, swept).controls;
  const stateOf = (all: Parameters<typeof frameworkReport>[2], swept = sweep()): readonly string[] =>
    stands(all, swept).map(({ state }) => state);

  it("is named with its checks, in the order of its number", () => {
    expect(stands([]).map(({ id, checks }) => [id, checks])).toEqual([
      ["2.2", [SITE.id, ACL.id]],
      ["10.1", [SITE.id]],
    ]);
  });
  it("passes where nothing fails, and everything could be decided", () => expect(stateOf([])).toEqual(["passing", "passing"]));
  it("fails by every finding that is open or covered, and by no other", () => {
    const all = [listed("open"), listed("covered"), listed("suppressed"), listed("resolved"), listed("retired"), listed("unmonitored")];
    expect(stands(all)).toMatchObject([
      { state: "failing", failing: 2, suppressed: 1 },
      { state: "passing", failing: 0, suppressed: 0 },
    ]);
  });
  it("is not passing where a pair, or a listing of its resources, could not be decided", () => {
    const incomplete = { ...INCOMPLETE, type: "AWS::S3::Bucket" };
    expect(stateOf([], sweep({ undecided: [pair] }))).toEqual(["unknown", "unknown"]);
    expect(stateOf([], sweep({ coverage: [incomplete] }))).toEqual(["unknown", "unknown"]);
    expect(stateOf([], sweep({ coverage: [INCOMPLETE] }))).toEqual(["passing", "passing"]);
    expect(stateOf([listed("suppressed")], sweep({ undecided: [pair] }))).toEqual(["unknown", "unknown"]);
    expect(stateOf([listed("open")], sweep({ undecided: [pair] }))).toEqual(["failing", "unknown"]);
  });
  it("is not passing where a person suppressed what fails", () =>
    expect(stateOf([listed("suppressed")])).toEqual(["suppressed", "passing"]));
});

describe("the summary for people", () => {
  const report = frameworkReport(CIS, [SITE, ACL], [listed("open")], sweep({ undecided: [pair] }));
  const linesOf = (width: number): string[] => stripVTControlCharacters(frameworkText(report, width)).split("\n");

  it("is two lines for each control where the terminal is narrow", () =>
    expect(linesOf(80)).toEqual([
      "CIS AWS Foundations Benchmark 3.0",
      "  2.2  failing 1, 1 could not be decided",
      "    s3/bucket-website-enabled, s3/bucket-acl-public",
      "  10.1  could not be decided (1)",
      "    s3/bucket-website-enabled",
      "2 controls that a check maps to: 1 failing, 1 could not be decided. Of other",
      "controls nothing is said.",
    ]));
  it.each([200, Number.POSITIVE_INFINITY])("is a table at a width of %d", (width) =>
    expect(linesOf(width).slice(1, 4)).toEqual([
      " Control  State                              Checks",
      " 2.2      failing 1, 1 could not be decided  s3/bucket-website-enabled, s3/bucket-acl-public",
      " 10.1     could not be decided (1)           s3/bucket-website-enabled",
    ]),
  );
});

describe("the command", () => {
  // Each case starts processes, and a busy machine takes its time.
  vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
  let folder: string;
  let aws: Awaited<ReturnType<typeof startAws>>;
  let posture: CommandLine;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "posture-framework-"));
    aws = await startAws({});
    posture = commandLine(folder);
  });
  afterAll(async () => {
    await aws.close();
    await rm(folder, { recursive: true });
  });
  const ran = (...words: readonly string[]): Promise<Ended> => posture.run(words, { ...KEYS, AWS_ENDPOINT_URL: aws.url });
  const reported = async (...more: readonly string[]): Promise<ScanReport> =>
    scanSchema.parse(JSON.parse((await ran("scan", "--quiet", "--format", "json", ...more)).out));

  it("keeps its contract to the letter, and has the member only where a framework was asked for", async () => {
    expect(await reported("--store", "memory")).not.toHaveProperty("frameworks");
    const { frameworks, findings, coverage } = await reported("--store", "memory", "--framework", "fsbp");
    expect(frameworks).toMatchObject([{ id: "aws-fsbp", name: "AWS Foundational Security Best Practices" }]);
    const mapped = new Set(frameworks?.flatMap(({ controls }) => controls.flatMap(({ checks }) => checks)));
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ checkId }) => !mapped.has(checkId))).toEqual([]);
    expect(coverage.incomplete).toEqual([]);
    const acl = frameworks?.[0]?.controls.find(({ id }) => id === "S3.12");
    expect(acl).toMatchObject({ checks: ["s3/bucket-acl-public", "s3/object-acl-public"], state: "failing" });
    expect(acl?.failing).toBe(findings.filter(({ checkId }) => ["s3/bucket-acl-public", "s3/object-acl-public"].includes(checkId)).length);
  });
  it("leaves what a whole sweep kept as it is, and lists of it what maps to the framework", async () => {
    const store = join(folder, "kept");
    await ran("scan", "--quiet", "--store", store);
    const known = async (...more: readonly string[]): Promise<unknown> =>
      JSON.parse((await ran("findings", "--store", store, "--format", "json", ...more)).out);
    const whole = await known();
    await ran("scan", "--quiet", "--store", store, "--framework", "cis-3.0");
    expect(await known()).toEqual(whole);
    const Listed = z.array(z.object({ finding: z.object({ checkId: z.string() }) }));
    const checkIds = new Set(Listed.parse(await known("--framework", "cis-3.0")).map(({ finding }) => finding.checkId));
    expect(checkIds).toContain("security-group/ssh-open-to-internet");
    expect(checkIds).not.toContain("s3/bucket-website-enabled");
  });
  it("lists what a sweep about a framework alone has found, and says that this was not all", async () => {
    const store = join(folder, "part");
    const { out, code } = await ran("scan", "--quiet", "--store", store, "--framework", "cis-3.0");
    expect(code).toBe(0);
    expect(out).toContain("CIS AWS Foundations Benchmark 3.0\n Control  State");
    const { out: list } = await ran("findings", "--store", store);
    expect(list).toMatch(/^ Severity +Id/);
    expect(list).toContain("Only some checks have been swept yet.");
  });
});
