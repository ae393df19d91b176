import { describe, expect, test } from "vitest";
import { mayExplain } from "./reading.ts";

const AT = "2026-11-25T10:00:00.000Z";
const change = { eventId: "e-2", name: "AuthorizeSecurityGroupIngress", at: AT, by: null };
const known = (eventId: string, at: string): object => ({ changed: { ...change, eventId, at } });

describe("a change", () => {
  test.each([
    ["may be why a finding that was seen before it turned", { evidenceAt: "2026-11-25T09:00:00.000Z" }, true],
    ["may be so where AWS still showed for a moment what was before", { evidenceAt: "2026-11-25T10:01:00.000Z" }, true],
    ["may be so where an earlier change is known", { evidenceAt: AT, ...known("e-1", "2026-11-25T09:59:00.000Z") }, true],
    ["may be so where another one of the same second is known", { evidenceAt: AT, ...known("e-1", AT) }, true],
    ["is not why where the finding was seen otherwise well after it", { evidenceAt: "2026-11-25T10:03:00.000Z" }, false],
    ["is not why where a later one is known", { evidenceAt: AT, ...known("e-3", "2026-11-25T10:00:01.000Z") }, false],
    ["is not why a second time", { evidenceAt: AT, ...known("e-2", AT) }, false],
  ])("%s", (_, finding, expected) => {
    expect(mayExplain(change, finding)).toBe(expected);
  });
});
