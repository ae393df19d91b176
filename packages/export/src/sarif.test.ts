import { readFileSync } from "node:fs";
import AjvDraft04 from "ajv-draft-04";
import addFormats from "ajv-formats";
import type { Log, Run } from "sarif";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { exported } from "./exported.ts";
import type { ExportContext, ExportRow } from "./row.ts";
import {
  ASSIGNEE,
  COMPLETE,
  CONTEXT,
  EVERY_KIND,
  HOSTILE,
  HOSTILE_CONTEXT,
  HOSTILE_ROWS,
  LARGE_ROW,
  row,
  streamOf,
  textOf,
} from "./rows.test.fixture.ts";

const Schema = z.record(z.string(), z.unknown());
const ajv = addFormats.default(new AjvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false }));
const isSarif = ajv.compile<Log>(Schema.parse(JSON.parse(readFileSync(new URL("../schemas/sarif-2.1.0.json", import.meta.url), "utf8"))));

async function runOf(rows: readonly ExportRow[], context: ExportContext = CONTEXT): Promise<Run> {
  const log: unknown = JSON.parse(await textOf(exported("sarif", streamOf(rows), context)));
  if (!isSarif(log)) throw new Error(JSON.stringify(isSarif.errors?.slice(0, 3)));
  const [run] = log.runs;
  if (!run) throw new Error("no run");
  return run;
}

describe("a SARIF log", () => {
  it.each([
    ["of nothing", [], CONTEXT],
    ["of every kind of finding", EVERY_KIND, CONTEXT],
    ["of hostile values", HOSTILE_ROWS, HOSTILE_CONTEXT],
    ["of a megabyte of evidence", [LARGE_ROW], CONTEXT],
  ] as const)("%s is valid by the schema of SARIF, formats of addresses and instants included", async (_, rows, context) => {
    expect((await runOf(rows, context)).results).toHaveLength(rows.length);
  });
  it("would not be with a level that SARIF does not have, or an address that is none", async () => {
    const run = await runOf([row()]);
    expect(isSarif({ version: "2.1.0", runs: [{ ...run, results: [{ message: { text: "x" }, level: "high" }] }] })).toBe(false);
    const uri = "an address with spaces";
    const location = { physicalLocation: { artifactLocation: { uri } } };
    expect(isSarif({ version: "2.1.0", runs: [{ ...run, results: [{ message: { text: "x" }, locations: [location] }] }] })).toBe(false);
  });
  it("names each check once, with the gravest severity of its findings", async () => {
    const run = await runOf([row({ severity: "low" }), row({ severity: "high", ref: { name: "b" } }), row({ severity: "medium" })]);
    expect(run.tool.driver.rules).toHaveLength(1);
    expect(run.tool.driver.rules?.[0]).toMatchObject({
      id: "s3/bucket-acl-public",
      defaultConfiguration: { level: "error" },
      properties: {
        "security-severity": "8.0",
        tags: ["security", "s3", "aws-fsbp/S3.2", "aws-fsbp/S3.3", "cis-aws-foundations-5.0/2.1.4"],
      },
    });
    expect(run.results?.map(({ level }) => level)).toEqual(["note", "error", "warning"]);
  });
  it("points every result to its rule", async () => {
    const { results = [], tool } = await runOf([row(), ...EVERY_KIND, row({ finding: { checkId: "s3/other" } })]);
    for (const { ruleIndex = -1, ruleId } of results) expect(tool.driver.rules?.[ruleIndex]?.id).toBe(ruleId);
    expect(tool.driver.rules?.map(({ id }) => id)).toEqual(["s3/bucket-acl-public", "s3/other"]);
  });
  it("suppresses what is suppressed, and says of everything else that it is not", async () => {
    const { results = [] } = await runOf(EVERY_KIND);
    expect(results.map(({ suppressions }) => suppressions?.length)).toEqual([0, 0, 0, 1, 1, 0, 0, 0]);
    expect(results[3]?.suppressions?.[0]).toMatchObject({
      kind: "external",
      status: "accepted",
      justification: "The website of the bucket is meant to be public.",
    });
  });
  it("passes what is resolved, and leaves open what nobody judges any more", async () => {
    const { results = [] } = await runOf(EVERY_KIND);
    expect(results.map(({ kind }) => kind)).toEqual(["fail", "fail", "fail", "fail", "fail", "pass", "open", "open"]);
    expect(results.slice(5).map(({ level }) => level)).toEqual(["none", "none", "none"]);
  });
  it("has who sees to it among the properties, and null for nobody", async () => {
    const { results = [] } = await runOf([row({ finding: { assignee: ASSIGNEE } }), row()]);
    const given = { id: "U024BE7LH", at: ASSIGNEE.at, by: "U0ANA0000" };
    expect(results.map(({ properties }) => properties?.["assignee"])).toEqual([given, null]);
  });
  it("knows a finding again by its fingerprint", async () => {
    const { results = [] } = await runOf([row()]);
    expect(results[0]?.partialFingerprints).toEqual({ "posture/v1": row().finding.fingerprint });
  });
  it("says what could not be read, and is complete only without it", async () => {
    const notes = async (context: ExportContext): Promise<unknown> => {
      const { invocations, properties } = await runOf([], context);
      return [invocations?.[0]?.toolExecutionNotifications?.map(({ message }) => message.text), properties?.["allRead"]];
    };
    expect(await notes(CONTEXT)).toEqual([["AWS::S3::Bucket in eu-west-1: denied, grant s3:ListAllMyBuckets"], false]);
    expect(await notes({ ...CONTEXT, coverage: COMPLETE })).toEqual([[], true]);
  });
});

describe("a location", () => {
  const uriOf = async (given: Parameters<typeof row>[0]): Promise<string | undefined> =>
    (await runOf([row(given)])).results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri;

  it.each([
    ["is the ARN below aws/, since code scanning refuses its scheme", { ref: {} }, "aws/arn:aws:s3:::example-data"],
    ["has the part of a resource behind it", { ref: { subResourceId: "AKIA EXAMPLE" } }, "aws/arn:aws:s3:::example-data#AKIA%20EXAMPLE"],
    [
      "encodes what an address may not hold",
      { ref: { arn: "arn:aws:iam::1:role/a b/é%?#" } },
      "aws/arn:aws:iam::1:role/a%20b/%C3%A9%25%3F%23",
    ],
    ["leads nowhere else", { ref: { arn: "arn:aws:s3:::../../etc" } }, "aws/arn:aws:s3:::../%2E%2E/etc"],
  ])("%s", async (_, given, uri) => expect(await uriOf(given)).toBe(uri));
  it("has the exact ARN and name beside it, whatever they are", async () => {
    const { results = [] } = await runOf(HOSTILE_ROWS);
    expect(results.map(({ locations }) => locations?.[0]?.logicalLocations?.[0]?.properties?.["name"])).toEqual(HOSTILE);
    expect(results.map(({ message }) => message.text)).toEqual(HOSTILE);
  });
});
