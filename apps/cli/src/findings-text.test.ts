import { stripVTControlCharacters } from "node:util";
import type { Listed } from "@posture/runtime";
import { describe, expect, it } from "vitest";
import { listed, REF } from "./finding.test.fixture.ts";
import { findingsList } from "./findings-text.ts";
import { accountsText } from "./words.ts";

const of = (accountId: string): Listed => listed("open", "high", { ref: { ...REF, accountId } });
const ONE = [of("111122223333"), listed()];
const TWO = [of("111122223333"), of("222233334444")];
const textOf = (all: readonly Listed[], width: number): string => stripVTControlCharacters(findingsList(all, width));

describe("a list names the account of each finding", () => {
  it.each([
    ["a table", 140],
    ["a pipe", Number.POSITIVE_INFINITY],
    ["a narrow terminal", 60],
  ])("in %s, where there are several, and else does not", (_, width) => {
    expect(textOf(TWO, width)).toContain("222233334444  eu-west-1");
    expect(textOf(ONE, width)).not.toContain("111122223333");
  });
});

it("names accounts as long as they can be named, and counts them beyond that", () => {
  const accounts = (...ids: readonly string[]): string => accountsText(ids.map((accountId) => ({ accountId })));
  expect(accounts("222233334444")).toBe("account 222233334444");
  expect(accounts("222233334444", "111122223333")).toBe("accounts 111122223333, 222233334444");
  expect(accounts("1", "2", "3", "4")).toBe("4 accounts");
});
