import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { factsOf, type CheckInfo, loadChecks } from "@posture/runtime";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { checkText } from "./check-text.ts";
import { checksSchema, listedCheck } from "./checks-schema.ts";
import { chosenChecks } from "./commands/checks.ts";
import { CHECK } from "./finding.test.fixture.ts";
import { type CommandLine, commandLine } from "./process.test.fixture.ts";

/* What the command line says of the checks that are loaded. */

// Each case starts processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let posture: CommandLine;
let loaded: Awaited<ReturnType<typeof loadChecks>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-checks-"));
  posture = commandLine(folder);
  loaded = await loadChecks({ folder });
});
afterAll(() => rm(folder, { recursive: true }));

const plain = (text: string): string => stripVTControlCharacters(text);
const idsOf = (infos: readonly { readonly id: string }[]): string[] => infos.map(({ id }) => id);

describe("the list for machines", () => {
  it("is kept to the letter, and is the same whether or not `list` is said", async () => {
    const { out, said, code } = await posture.run(["checks", "list", "--format", "json"]);
    expect([code, said]).toEqual([0, ""]);
    const listed = checksSchema.parse(JSON.parse(out));
    expect(idsOf(listed)).toEqual(idsOf(loaded.infos));
    expect(listed.find(({ id }) => id === "s3/bucket-acl-public")).toMatchObject({
      frameworks: { "aws-fsbp": ["S3.2", "S3.3", "S3.12"] },
      permissions: expect.arrayContaining(["s3:GetBucketAcl", "s3:ListAllMyBuckets"]),
    });
    expect((await posture.run(["checks", "--format", "json"])).out).toBe(out);
  });
  it("refuses a member more and a member less", () => {
    const listed = listedCheck(CHECK);
    expect(checksSchema.safeParse([listed]).success).toBe(true);
    expect(checksSchema.safeParse([{ ...listed, risk: CHECK.risk }]).success).toBe(false);
    expect(checksSchema.safeParse([{ ...listed, permissions: undefined }]).success).toBe(false);
  });
  it("has all that the filters let through", async () => {
    const { out } = await posture.run([
      "checks",
      "--format",
      "json",
      "--framework",
      "CIS-3.0",
      "--severity",
      "critical",
      "--category",
      "iam",
    ]);
    expect(idsOf(checksSchema.parse(JSON.parse(out)))).toEqual([
      "iam/root-access-key-active",
      "iam/root-mfa-disabled",
      "iam/user-inline-wildcard",
    ]);
  });
});

describe("the filters", () => {
  const infos: readonly CheckInfo[] = [
    { ...CHECK, id: "a/one", severity: "critical", categories: ["s3"], frameworks: { "cis-aws-foundations-3.0": ["2.1.4"] } },
    { ...CHECK, id: "a/two", severity: "low", categories: ["s3", "encryption"], frameworks: { "aws-fsbp": ["S3.1"] } },
    { ...CHECK, id: "a/three", severity: "low", categories: ["iam"], frameworks: {} },
  ];
  it.each([
    ["cis-3.0", ["a/one"]],
    ["cis-aws-foundations-3.0", ["a/one"]],
    ["fsbp", ["a/two"]],
    ["aws-fsbp", ["a/two"]],
  ])("take the framework %s", (framework, ids) => expect(idsOf(chosenChecks(infos, { framework }))).toEqual(ids));
  it("ask for all of them, and of one for any of its values", () => {
    expect(idsOf(chosenChecks(infos, { severity: ["low"], category: ["s3", "iam"] }))).toEqual(["a/two", "a/three"]);
    expect(idsOf(chosenChecks(infos, { severity: ["critical"], category: ["encryption"] }))).toEqual([]);
    expect(idsOf(chosenChecks(infos, {}))).toEqual(idsOf(infos));
  });
  it("say which frameworks there are, where none is meant", () => {
    expect(() => chosenChecks(infos, { framework: "pci" })).toThrow("There is no framework pci.");
    expect(() => chosenChecks(infos, { framework: "cis-30" })).toThrow("did you mean cis-3.0?");
  });
});

describe("what is shown of one check", () => {
  it.each([80, 200])("fits %d columns for every check, apart from commands that are there to be copied", (width) => {
    for (const [i, info] of loaded.infos.entries()) {
      const { check } = loaded.checks[i] ?? {};
      if (!check) throw new Error(`${info.id} was not loaded`);
      const commands = factsOf(check).steps.flatMap(({ command }) => command ?? []);
      const lines = plain(checkText(info, factsOf(check), width)).split("\n");
      expect(lines.filter((line) => line.length > width && !commands.includes(line.trim()))).toEqual([]);
    }
  });
  it("says in a pipe all that its page says, without colours", async () => {
    const { out, said, code } = await posture.run(["checks", "show", "s3/bucket-website-enabled"], { TERM: "xterm-256color" });
    expect([code, said]).toEqual([0, ""]);
    expect(out).not.toContain("\u001B");
    for (const part of [
      "Static website hosting enabled\ns3/bucket-website-enabled  ■ Medium  AWS::S3::Bucket  s3",
      "What it finds\n  Bucket {name}",
      "s3:GetBucketWebsite",
      "ignoreRedirectOnly (default false): Pass a bucket that only redirects to another host.",
      "  s3:ListAllMyBuckets",
      "s3.amazonaws.com: CreateBucket",
      "     aws s3api delete-bucket-website --bucket {name}",
      "AWS's documentation: https://docs.aws.amazon.com/",
    ])
      expect(out).toContain(part);
  });
  it("is one JSON document for machines", async () => {
    const { out } = await posture.run(["checks", "show", "s3/bucket-acl-public", "--format", "json"]);
    expect(JSON.parse(out)).toMatchObject({
      id: "s3/bucket-acl-public",
      facets: expect.arrayContaining([expect.objectContaining({ facet: "acl", calls: ["s3:GetBucketAcl"] })]),
    });
  });
});
