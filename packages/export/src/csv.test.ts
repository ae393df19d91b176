import { parse } from "csv-parse";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellsOf, LONGEST_CELL, textOf as textOfCell } from "./csv-cell.ts";
import { CSV_HEADINGS, readCsv } from "./csv.ts";
import { exported } from "./exported.ts";
import type { ExportRow } from "./row.ts";
import {
  ASSIGNEE,
  CONTEXT,
  EVERY_KIND,
  HOSTILE,
  HOSTILE_ROWS,
  hostileRow,
  LARGE,
  LARGE_ROW,
  row,
  streamOf,
  textOf,
} from "./rows.test.fixture.ts";

async function recordsOf(rows: readonly ExportRow[]): Promise<readonly (readonly string[])[]> {
  const parser = parse(await textOf(exported("csv", streamOf(rows), CONTEXT)), { bom: true });
  const records: string[][] = [];
  for await (const record of parser) records.push(record);
  return records;
}

async function readBack(rows: readonly ExportRow[]): Promise<readonly Readonly<Record<string, string>>[]> {
  const back: Readonly<Record<string, string>>[] = [];
  for await (const texts of readCsv(streamOfRecords(await recordsOf(rows)))) back.push(texts);
  return back;
}
async function* streamOfRecords(records: readonly (readonly string[])[]): AsyncGenerator<readonly string[]> {
  yield* records;
}

/** Texts as UTF-16 can hold them, made of what hurts. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.array(fc.constantFrom(...HOSTILE.filter((text) => text.length < 50))).map((parts) => parts.join("")),
);

describe("the file", () => {
  it("begins with a byte order mark, the severity, the check, the ARN, the region and the account, and ends each row with CRLF", async () => {
    const text = await textOf(exported("csv", streamOf([row()]), CONTEXT));
    expect(text).toMatch(/^\uFEFF"Severity","Check name","Resource ARN","Region","Account",.*\r\n"critical",.*\r\n$/s);
    expect(text.match(/(?<!\r)\n/g)).toHaveLength(3);
  });
  it("says of a finding what there is to say, in words", async () => {
    const [first, , , hidden, , mended, retired] = await readBack(EVERY_KIND);
    expect(first).toMatchObject({
      Severity: "critical",
      "Check name": "Bucket ACL grants public read",
      "Resource ARN": "arn:aws:s3:::example-data",
      Region: "eu-west-1",
      Account: "012345678901",
      Status: "open",
      "First seen": "2026-11-01T08:15:30.250Z",
      "Days open": "23",
      "Suppressed until": "",
      Tags: "",
      Remediation:
        "Block public access to the bucket example-data.\naws s3api put-public-access-block --bucket example-data\nRemove the grant to everyone.",
      Frameworks: "aws-fsbp: S3.2, S3.3\ncis-aws-foundations-5.0: 2.1.4",
      Evidence: '{"grants":[{"grantee":"AllUsers","permission":"READ"}],"blocked":false,"objects":12}',
    });
    expect(hidden).toMatchObject({
      Status: "suppressed",
      "Suppressed until": "2026-12-20T09:00:00.000Z",
      "Suppressed by": "U024BE7LH",
      Justification: "The website of the bucket is meant to be public.",
    });
    expect(mended).toMatchObject({
      Status: "resolved",
      Resolved: "2026-11-10T08:15:30.000Z",
      "Days open": "8",
      Tags: '{"owner":"web","team":"a; b"}',
    });
    expect(retired).toMatchObject({ "Check name": "Bucket ACL grants public read", Risk: "", "AWS console": "" });
  });
  it("begins with severity, check name, ARN, region and account, and says then whose it is", async () => {
    const [headings, assigned, nobodys] = await recordsOf([row({ finding: { assignee: ASSIGNEE } }), row()]);
    expect(headings?.slice(0, 7)).toEqual(["Severity", "Check name", "Resource ARN", "Region", "Account", "Status", "Assigned to"]);
    expect([assigned?.[6], nobodys?.[6]]).toEqual(["U024BE7LH", ""]);
  });
  it("has the headings alone where there is no finding", async () => expect(await recordsOf([])).toEqual([CSV_HEADINGS]));
  it("has an account in every row as a text, since a number has no zero in front", async () => {
    const [, cells] = await recordsOf([row()]);
    expect(cells?.[CSV_HEADINGS.indexOf("Account")]).toBe("'012345678901");
  });
});

describe("every value comes back exactly", () => {
  it.each(HOSTILE.map((text, i) => [JSON.stringify(text.slice(0, 40)), text, i] as const))("%s", async (_, text, i) => {
    const [it] = await readBack([hostileRow(text, i)]);
    const places = [
      "Check name",
      "Assigned to",
      "Region",
      "Message",
      "Resource name",
      "Part of resource",
      "Resource type",
      "Categories",
      "Suppressed by",
    ];
    for (const place of [...places, "Justification", "Risk", "AWS documentation", "AWS console", "Notes"]) expect(it?.[place]).toBe(text);
    expect(it?.["Resource ARN"]).toBe(`arn:aws:s3:::${i}/${text}`);
    expect(JSON.parse(it?.["Evidence"] ?? "")).toEqual(hostileRow(text, i).finding.message.evidence);
    expect(JSON.parse(it?.["Tags"] ?? "")).toEqual(hostileRow(text, i).finding.tags);
  });
  it("whatever it is, between any others", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 5 }), async (texts) => {
        const back = await readBack(texts.map(hostileRow));
        expect(back.map((it) => it["Message"])).toEqual(texts);
        expect(back.map((it) => it["Justification"])).toEqual(texts);
      }),
      { numRuns: 300 },
    );
  });
  it("also where it is a megabyte and a cell holds 16,000 characters", async () => {
    const records = await recordsOf([row(), LARGE_ROW, row()]);
    expect(records.length).toBeGreaterThan(4);
    expect(Math.max(...records.flat().map((cell) => cell.length))).toBeLessThanOrEqual(LONGEST_CELL);
    const back = await readBack([row(), LARGE_ROW, row()]);
    expect(back).toHaveLength(3);
    expect(JSON.parse(back[1]?.["Evidence"] ?? "")).toEqual({ value: LARGE });
  });
});

describe("a cell", () => {
  it.each([
    ["what a person wrote stays as it is", "S3 bucket 'a' is public, and \"b\" too.", "S3 bucket 'a' is public, and \"b\" too."],
    ["a formula is marked", "=1+1", "'=1+1"],
    ["an apostrophe is marked, so that a mark is always a mark", "'=1+1", "''=1+1"],
    ["a full-width formula is marked, which Excel takes for one", "＝1+1", "'＝1+1"],
    ["a number that would lose its zeros is marked", "000123", "'000123"],
    ["an id that would be a number is marked", "12345678e901", "'12345678e901"],
    ["an id that is none stays as it is", "0a1b2c3d4e5f", "0a1b2c3d4e5f"],
    ["what would be a date is marked", "MARCH1", "'MARCH1"],
    ["what draws nothing is written as JSON", "a\u202Eb", String.raw`'"a\u202eb"`],
    ["half of a surrogate pair is, since UTF-8 has none", "a\uD800", String.raw`'"a\ud800"`],
    ["a formula behind another list separator loses it", 'a;"=1+1', String.raw`'"a\u003b\"=1+1"`],
    ["nothing stays nothing", "", ""],
  ])("%s", (_, text, cell) => expect(cellsOf(text)).toEqual([cell]));

  const TRIGGER = /^[\s\p{Cc}\p{Cf}\p{Z}"]*[=+\-@＝＋－＠\d.٠-٩０-９(%$]/u;
  it("begins with nothing that begins a formula or a number, read with any separator", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const cell of cellsOf(text)) {
          if (!/^[0-9a-f]{12,32}$/.test(cell)) expect(cell).not.toMatch(TRIGGER);
          const elsewhere = cell.split(/[;\t|\n]/).slice(1);
          expect(elsewhere.filter((part) => /^[\s"']*[=+\-@＝＋－＠]/.test(part))).toEqual([]);
        }
        expect(cellsOf(text).map(textOfCell).join("")).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
  it("is not read where nobody wrote it so", () => expect(() => textOfCell("'\"open")).toThrow(SyntaxError));
});

it("all rows are as wide as the headings", async () => {
  const records = await recordsOf([...EVERY_KIND, ...HOSTILE_ROWS, LARGE_ROW]);
  expect(new Set(records.map(({ length }) => length))).toEqual(new Set([CSV_HEADINGS.length]));
});
