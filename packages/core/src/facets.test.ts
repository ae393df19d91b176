import { expect, test } from "vitest";
import { unreadParts } from "./facets.ts";

const denied = { state: "unreadable", reason: "denied", detail: "no" } as const;
const known = { state: "known", value: { inner: denied } } as const;

test("unread parts are found where the value is made of them, and in its members", () => {
  expect(unreadParts({ a: denied, b: known })).toEqual([denied]);
  expect(unreadParts({ objects: { a: known, b: denied }, listed: 7, rest: denied })).toEqual([denied, denied]);
});
test("what was read is not searched for what it may hold", () => expect(unreadParts({ a: known, b: { c: known } })).toEqual([]));
test.each([null, undefined, 7, "text", [], {}])("there are none in %j", (value) => expect(unreadParts(value)).toEqual([]));
