import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignee, momentOf, tags } from "./arguments.ts";

const NOW = Date.parse("2026-03-01T12:00:00.000Z");
const DAY = 86_400_000;

describe("a moment", () => {
  it.each([
    ["2026-01-31", 0, "2026-01-31T00:00:00.000Z"],
    ["2026-01-31", DAY, "2026-02-01T00:00:00.000Z"],
    ["2026-01-31T09:00:00Z", DAY, "2026-01-31T09:00:00.000Z"],
    ["2026-01-31T09:00+02:00", 0, "2026-01-31T07:00:00.000Z"],
    ["7d", DAY, "2026-02-22T12:00:00.000Z"],
    ["2w", 0, "2026-02-15T12:00:00.000Z"],
    ["24h", 0, "2026-02-28T12:00:00.000Z"],
    ["90m", 0, "2026-03-01T10:30:00.000Z"],
  ])("%s, with %d ms to its end, is %s", (text, whole, instant) => expect(momentOf(text, NOW, whole)).toBe(instant));
  it.each(["soon", "", "7", "7y", "2026-02-30", "2026-13-01", "01/02/2026", "2026", "2026-01-31T09:00", "-7d", "1e3d"])(
    "%s is none",
    (text) => expect(() => momentOf(text, NOW, 0)).toThrow("Write a date"),
  );
  it("that was written by us is the same again", () =>
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (date) => {
        expect(momentOf(date.toISOString(), NOW, DAY)).toBe(date.toISOString());
      }),
    ));
});

describe("tags", () => {
  it("are read one by one: values of one key are alternatives, a key alone takes any", () =>
    expect(
      ["env=prod", "env=staging", "owner", "path=a=b", "empty="].reduce<ReturnType<typeof tags> | undefined>(
        (it, text) => tags(text, it),
        undefined,
      ),
    ).toEqual({
      env: ["prod", "staging"],
      owner: ["*"],
      path: ["a=b"],
      empty: [""],
    }));
  it("may have a key that every object knows", () => expect(tags("constructor=x", undefined)).toEqual({ constructor: ["x"] }));
});

describe("an assignee", () => {
  it.each([
    ["the id of a person", "U024BE7LH", "U024BE7LH"],
    ["an ARN", "arn:aws:iam::111122223333:user/ana", "arn:aws:iam::111122223333:user/ana"],
    ["a mention, as Slack writes it", "<@U024BE7LH|ana>", "U024BE7LH"],
    ["a mention without a name", "<@W024BE7LH>", "W024BE7LH"],
    ["nobody, by either word", "nobody", "none"],
    ["whoever asks", "me", "me"],
  ])("is %s", (_, text, id) => expect(assignee(text)).toBe(id));
  it.each([
    ["a name, since several may have it", "@ana", "Several people"],
    ["nothing", "", "It names nobody"],
    ["several words", "ana and ben", "It names nobody"],
    ["what a terminal would obey", "ana\u001b[31m", "It names nobody"],
    ["what turns the direction of a line", "ana\u202e", "It names nobody"],
    ["what is far too long", "a".repeat(2049), "It names nobody"],
  ])("is never %s", (_, text, words) => expect(() => assignee(text)).toThrow(words));
});
