import { stripVTControlCharacters } from "node:util";
import { REFUSALS, type Suppression } from "@posture/core";
import type { PreviewDigest, SuppressionListed, SuppressRefusal } from "@posture/runtime";
import { describe, expect, it } from "vitest";
import { previewText, refusalOf, suppressionsText, suppressionText, whatText } from "./text.ts";

const NONE = { critical: 0, high: 0, medium: 0, low: 0 };
const EXAMPLE = {
  id: "0123456789ab",
  checkId: "s3/bucket-acl-public",
  severity: "high",
  title: "Open",
  arn: "arn:aws:s3:::exports",
} as const;
const PREVIEW: PreviewDigest = {
  hides: 12,
  bySeverity: { ...NONE, high: 12 },
  alreadyHidden: 1,
  uncovers: 1,
  tagsUnread: 2,
  examples: [EXAMPLE],
  uncovered: [{ ...EXAMPLE, severity: "low" }],
  limits: { maxDays: 30, defaultDays: 30, approval: "not-needed" },
};
const RULE: Suppression = {
  id: "s-01234567-89ab",
  scope: { rule: { sets: [{ checks: ["a/b", "a/c"], tags: { env: ["dev", "test"] } }, { arns: ["arn:*"] }] } },
  justification: "Reviewed by the team.",
  by: { kind: "user", id: "ann", via: "cli" },
  from: "2026-01-01T10:00:00.000Z",
  expiresAt: "2026-01-31T10:00:00.000Z",
  approval: "not-needed",
  ended: null,
};
const LISTED: SuppressionListed = {
  suppression: RULE,
  id: "s-01234567",
  state: "in-force",
  hides: 1,
  bySeverity: { ...NONE, high: 1 },
  tagsUnread: 0,
};
const lines = (text: string): string[] => stripVTControlCharacters(text).split("\n");
const WIDE = Number.POSITIVE_INFINITY;

describe("what a suppression does is told", () => {
  it("by severity, with examples, and with what else follows", () =>
    expect(lines(previewText(PREVIEW, WIDE, "Would hide"))).toEqual([
      "Would hide 12 findings (12 high).",
      "  ▲ High  0123456789ab  arn:aws:s3:::exports  s3/bucket-acl-public",
      "  and 11 more",
      "1 finding that it holds is hidden already.",
      "1 finding becomes open, since what covers it is hidden:",
      "  ○ Low  0123456789ab  arn:aws:s3:::exports  s3/bucket-acl-public",
      "2 findings are left out, since the tags of the resource are not known. The next sweep reads them where there are any and it may.",
    ]));
  it("by a rule in words, a set a line", () => expect(whatText(RULE)).toBe("check a/b or a/c, tag env=dev or test\nor arn arn:*"));
  it("of a rule that makes no sense", () =>
    expect(whatText({ ...RULE, scope: { rule: { sets: [] } } })).toBe("a rule that makes no sense"));
  it("in a list, and where there is none", () => {
    expect(suppressionsText([], WIDE)).toBe("Nothing is suppressed.\n");
    const text = lines(suppressionsText([{ ...LISTED, tagsUnread: 3 }], WIDE));
    expect(text[1]).toMatch(/^ s-01234567 +2026-01-31 +1 +in force +check a\/b or a\/c/);
    expect(text.at(-2)).toMatch(/^s-01234567: 3 findings are left out/);
  });
  it("whole, with what waits for approval", () => {
    const asked = { expiresAt: "2026-02-28T10:00:00.000Z", by: { kind: "user", id: "bob", via: "cli" }, at: RULE.from } as const;
    const text = lines(suppressionText({ ...LISTED, suppression: { ...RULE, asked } }, [EXAMPLE], WIDE));
    expect(text[0]).toBe("s-01234567-89ab  in force; until 2026-02-28 waits for approval");
    expect(text).toContain("Asked for    until 2026-02-28T10:00:00.000Z, by bob");
    expect(text).toContain("Hides 1 finding (1 high).");
    const waiting = lines(suppressionText({ ...LISTED, state: "waiting", hides: 0 }, [EXAMPLE], WIDE));
    expect(waiting).toContain("Would hide 1 finding (1 high).");
  });
});

describe("a refusal says why and what to do", () => {
  const all: readonly SuppressRefusal[] = [
    ...REFUSALS,
    "justification-too-short",
    "expiry-out-of-range",
    "rule-names-nothing",
    "not-an-approver",
  ];
  it.each(all)("%s", (why) => {
    const told = refusalOf(why);
    expect(told.why).toMatch(/^[a-z].*[^.]$/);
    expect(told.next).toMatch(/\.$/);
  });
  it("with the longest that is allowed", () =>
    expect(refusalOf("expiry-out-of-range", { maxDays: 30 }).why).toContain("by 30 days at most"));
  it("with who was there first", () => expect(refusalOf("already-suppressed", { by: RULE }).why).toContain("by ann until 2026-01-31"));
});
