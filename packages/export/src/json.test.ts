import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { exported } from "./exported.ts";
import { exportJsonSchema, exportSchema } from "./schema.ts";
import type { ExportContext, ExportRow } from "./row.ts";
import {
  ASSIGNEE,
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

const Members = z.record(z.string(), z.unknown());
const published = Members.parse(JSON.parse(readFileSync(new URL("../../../docs/export.schema.json", import.meta.url), "utf8")));
const ajv = addFormats.default(new Ajv2020({ allErrors: true, strict: true }));
ajv.addSchema(published, "export");
const isDocument = ajv.compile({ $ref: "export" });
const isFinding = ajv.compile({ $ref: "export#/$defs/finding" });

async function documentOf(rows: readonly ExportRow[], context: ExportContext = CONTEXT): Promise<unknown> {
  return JSON.parse(await textOf(exported("json", streamOf(rows), context)));
}
async function linesOf(rows: readonly ExportRow[]): Promise<readonly unknown[]> {
  const text = await textOf(exported("jsonl", streamOf(rows), CONTEXT));
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
}

describe("a JSON document", () => {
  it.each([
    ["of nothing", [], { ...CONTEXT, filter: {}, trend: [] }],
    ["of every kind of finding", EVERY_KIND, CONTEXT],
    ["of hostile values", HOSTILE_ROWS, HOSTILE_CONTEXT],
    ["of a megabyte of evidence", [LARGE_ROW], CONTEXT],
  ] as const)("%s is what the published schema and its source say", async (_, rows, context) => {
    const document = await documentOf(rows, context);
    expect(isDocument(document), JSON.stringify(isDocument.errors)).toBe(true);
    expect(exportSchema.parse(document).findings).toHaveLength(rows.length);
  });
  it("says once when, for what, and how much of everything was read", async () =>
    expect(await documentOf([row()])).toMatchObject({
      schema: "posture.export/1",
      exportedAt: "2026-11-24T12:00:00.000Z",
      version: "0.1.0",
      filter: { severity: ["critical", "high"], region: ["eu-west-1"] },
      counts: { critical: 2, high: 5, medium: 4, low: 1 },
      coverage: { complete: 119, total: 120 },
    }));
  it("says who sees to a finding, since when and who said so; of nobody's null", async () => {
    const { findings } = exportSchema.parse(await documentOf([row({ finding: { assignee: ASSIGNEE } }), row()]));
    expect(findings.map(({ assignee }) => assignee)).toEqual([{ id: "U024BE7LH", at: ASSIGNEE.at, by: "U0ANA0000" }, null]);
  });
  it("keeps every value as it is", async () => {
    const { findings } = exportSchema.parse(await documentOf(HOSTILE_ROWS));
    expect(findings.map(({ message }) => message)).toEqual(HOSTILE);
    expect(findings.map(({ evidence }) => evidence)).toEqual(HOSTILE_ROWS.map(({ finding }) => finding.message.evidence));
    expect(findings.map(({ tags }) => tags)).toEqual(HOSTILE_ROWS.map(({ finding }) => finding.tags));
    expect(findings.map(({ suppression }) => suppression?.justification)).toEqual(HOSTILE);
  });
  it("has nothing in it that a terminal obeys or a page draws the other way", async () => {
    const text = await textOf(exported("json", streamOf(HOSTILE_ROWS), HOSTILE_CONTEXT));
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u);
  });
});

describe("JSON Lines", () => {
  it("are the findings of the document, a line each", async () => {
    const rows = [...EVERY_KIND, ...HOSTILE_ROWS];
    const lines = await linesOf(rows);
    expect(lines).toEqual(exportSchema.parse(await documentOf(rows)).findings);
    for (const line of lines) expect(isFinding(line), JSON.stringify(isFinding.errors)).toBe(true);
  });
  it("are nothing where nothing is", async () => expect(await textOf(exported("jsonl", streamOf([]), CONTEXT))).toBe(""));
});

describe("the published schema", () => {
  it("is the one that the source makes", () => expect(`${JSON.stringify(published, null, 2)}\n`).toBe(exportJsonSchema()));
  it.each([
    ["a member more", { more: 1 }],
    ["another status", { status: "closed" }],
    ["an instant without milliseconds", { firstSeenAt: "2026-11-24T12:00:00Z" }],
    ["a fraction of a day", { daysOpen: 1.5 }],
    ["no remediation at all", { remediation: undefined }],
  ])("does not take %s", async (_, wrong) => {
    const [line] = await linesOf([row()]);
    expect(isFinding({ ...Members.parse(line), ...wrong })).toBe(false);
  });
});
