import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SORT_WORDS, sortedBy, typedSorted } from "./sorting.ts";

const mistakeIn = (typed: string): string => {
  const read = sortedBy(typed);
  return "mistake" in read ? read.mistake : "none";
};

describe("what is typed after findings", () => {
  test.each([
    ["", { sort: "severity", filter: "" }],
    ["critical  s3 sort=age", { sort: "age", filter: "critical s3" }],
    ["SORT=Account critical", { sort: "account", filter: "critical" }],
    ["oldest critical", { sort: "age", filter: "critical" }],
    ["newest", { sort: "newest", filter: "" }],
    ["oldest sort=age", { sort: "age", filter: "" }],
    ['text="sort=age oldest" high', { sort: "severity", filter: 'text="sort=age oldest" high' }],
  ])("%s", (typed, read) => expect(sortedBy(typed)).toEqual(read));
  test("names the nearest order", () =>
    expect(mistakeIn("sort=acount")).toBe("Findings cannot be sorted by “acount”; did you mean sort=account?"));
  test("names all orders where none is near", () =>
    expect(mistakeIn("sort=colour")).toContain("It can be sort=severity, sort=age, sort=newest, sort=resource, sort=account."));
  test("is sorted by one thing", () => expect(mistakeIn("sort=age sort=account")).toContain("not by age and account"));
  test("needs a value", () => expect(mistakeIn("sort=")).toContain("sorted by “”"));
});

test("an order that is chosen is read again as it was chosen, with the filter untouched", () => {
  const word = fc.constantFrom("critical", "s3", 'text="a sort=age b"', "tag=env=prod", "or");
  fc.assert(
    fc.property(fc.array(word), fc.constantFrom(...SORT_WORDS), (words, sort) => {
      const filter = words.join(" ");
      expect(sortedBy(typedSorted({ sort, filter }))).toEqual({ sort, filter });
    }),
  );
});
