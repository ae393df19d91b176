import { describe, expect, test } from "vitest";
import { exportWords } from "./export-words.ts";

const mistakeIn = (typed: string): string => {
  const read = exportWords(typed);
  return "mistake" in read ? read.mistake : "none";
};

describe("what is typed after export", () => {
  test.each([
    ["csv", { format: "csv", to: "person", filter: "" }],
    ["CSV critical  s3", { format: "csv", to: "person", filter: "critical s3" }],
    ["html all here", { format: "html", to: "here", filter: "all" }],
    ["sarif to=channel severity=high", { format: "sarif", to: "here", filter: "severity=high" }],
    ["jsonl to=me high", { format: "jsonl", to: "person", filter: "high" }],
    ['json text="look here now" high', { format: "json", to: "person", filter: 'text="look here now" high' }],
    ['json "here" high', { format: "json", to: "person", filter: '"here" high' }],
    ['csv text="never closed here', { format: "csv", to: "here", filter: 'text="never closed' }],
  ])("%s", (typed, read) => expect(exportWords(typed)).toEqual(read));

  test("names the formats where there is none", () => expect(mistakeIn("")).toContain("one of csv, json, jsonl, ocsf, sarif, html"));
  test("names the nearest format", () => expect(mistakeIn("cvs critical")).toBe("There is no format “cvs”; did you mean csv?"));
  test("never takes a filter for a format", () => expect(mistakeIn("critical")).toContain("There is no format “critical”"));
  test("knows two places", () => expect(mistakeIn("csv to=everybody")).toContain("to=me or to=channel"));
  test("sends one file to one place", () => expect(mistakeIn("csv here to=me")).toContain("not to both"));
});
