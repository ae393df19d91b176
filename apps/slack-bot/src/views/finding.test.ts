import { DAY } from "@posture/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHECK, listed, many, modelOf, NOW, previewOfAll, summaryOf, windowOf } from "../finding.test.fixture.ts";
import { digestMessage } from "./digest.ts";
import { findingMessage } from "./finding.ts";
import { charactersOf, fitted, problemsOf } from "./limits.ts";
import { suppressModal } from "./suppress.ts";
import { summaryMessage } from "./summary.ts";
import { helpMessage, sentence } from "./words.ts";

const SAID = { by: "U0BEN", at: NOW, text: "re-checked: still failing, nothing has changed." };
const STALE = { reason: "denied", missing: ["s3:GetBucketAcl"], detail: "GetBucketAcl was denied", since: NOW } as const;
const digest = {
  accounts: ["111122223333"],
  sweepId: "sweep-1",
  first: true,
  unsure: summaryOf(),
  resources: 60,
  said: null,
  now: NOW,
};
const GAP = {
  accountId: "111122223333",
  region: "us-east-1",
  type: "AWS::EC2::SecurityGroup",
  state: "incomplete",
  listedAt: NOW,
  gap: { reason: "denied", missing: ["ec2:DescribeSecurityGroups"], detail: "" },
} as const;

const UNREAD = {
  call: "s3:GetBucketAcl",
  type: "AWS::S3::Bucket",
  accountId: "111122223333",
  region: "us-east-1",
  times: 16,
  reason: "denied",
  missing: ["s3:GetBucketAcl"],
  detail: "s3:GetBucketAcl was denied: AccessDenied",
} as const;
const UNDECIDED = { ...UNREAD, checkId: "s3/bucket-acl-public", ref: listed().finding.ref } as const;

const MISSING = "missing s3:GetBucketAcl";

test("what was said of it before it was resolved is not said any more", () => {
  const it = listed("resolved", { evidenceAt: NOW });
  const shown = (at: string): string => JSON.stringify(findingMessage(modelOf(it, { said: { ...SAID, at } })).blocks);
  expect(shown("2026-01-01T00:00:00.000Z")).not.toContain("still failing");
  expect(shown(NOW)).toContain("still failing");
});

describe("a finding's message", () => {
  test.each([
    ["open", modelOf(listed())],
    ["open, re-checked without a change", modelOf(listed(), { said: SAID })],
    ["reopened", modelOf(listed("open", { reopened: 2 }), { follows: "https://example.com/archives/C1/p1" })],
    ["being re-checked", modelOf(listed(), { checking: { by: "U0BEN" } })],
    ["resolved", modelOf(listed("resolved"), { said: { ...SAID, text: "re-checked: fixed." } })],
    ["suppressed", modelOf(listed("suppressed"))],
    [
      "covered",
      modelOf(listed("covered", { coveredBy: "s3/bucket-policy-public" }), { cover: { ...CHECK, title: "Bucket policy is public" } }),
    ],
    ["unreadable since", modelOf(listed("open", { stale: STALE }))],
    ["of a check that is switched off", modelOf(listed("retired"), { check: undefined })],
    ["that may repeat", modelOf(listed(), { mayRepeat: true })],
  ])("%s", (_, model) => {
    const message = findingMessage(model);
    expect(problemsOf(message.blocks)).toEqual([]);
    expect(message).toMatchSnapshot();
  });
  test("says once what is missing, where a re-check met the same", () => {
    const stale = listed("open", { stale: STALE });
    const times = (model: ReturnType<typeof modelOf>): number => JSON.stringify(findingMessage(model).blocks).split(MISSING).length - 1;
    const met = { ...SAID, text: `re-checked, but it could not be read: ${MISSING}. Nothing was changed.` };
    expect(times(modelOf(stale))).toBe(1);
    expect(times(modelOf(stale, { said: met }))).toBe(1);
    expect(times(modelOf(stale, { said: SAID }))).toBe(1);
  });
  test("offers Re-check and Suppress only where they would do something", () => {
    const buttons = (model: ReturnType<typeof modelOf>): string[] =>
      findingMessage(model).blocks.flatMap((block) =>
        block.type === "actions" ? block.elements.flatMap((it) => (it.type === "button" ? [it.text.text] : ["More…"])) : [],
      );
    expect(buttons(modelOf(listed("open")))).toEqual(["Re-check", "Suppress", "More…"]);
    expect(buttons(modelOf(listed("suppressed")))).toEqual(["Re-check", "Extend", "Lift suppression", "More…"]);
    expect(buttons(modelOf(listed("covered")))).toEqual(["Re-check", "More…"]);
    expect(buttons(modelOf(listed("resolved")))).toEqual([]);
    expect(buttons(modelOf(listed(), { checking: { by: null } }))).toEqual([]);
  });
});

describe("the other messages", () => {
  test.each([
    ["the digest of the first sweep", digestMessage({ ...digest, findings: [...many(12, "critical"), ...many(3, "medium")] })],
    [
      "the digest of first sweeps of many accounts",
      digestMessage({ ...digest, accounts: Array.from({ length: 12 }, (_, i) => String(222233330000 + i)), findings: many(2, "critical") }),
    ],
    ["the digest of a first sweep that found nothing", digestMessage({ ...digest, findings: [] })],
    [
      "the digest of a sweep that could not read all",
      digestMessage({
        ...digest,
        first: false,
        findings: many(11, "high"),
        unsure: summaryOf({ coverage: { complete: 2, total: 3, incomplete: [GAP] }, undecided: [UNDECIDED], unread: [UNREAD] }),
      }),
    ],
    [
      "the digest after its criticals were posted",
      digestMessage({ ...digest, findings: many(1, "critical"), said: { ...SAID, text: "posted the criticals" } }),
    ],
    ["the summary", summaryMessage(summaryOf(), null)],
    [
      "the summary with nothing open and everything read",
      summaryMessage(summaryOf({ open: { critical: 0, high: 0, medium: 0, low: 0 }, oldestCriticals: [] }), null),
    ],
    [
      "the summary of a month, with what changed and what is overdue",
      summaryMessage(
        summaryOf({
          trend: {
            days: 30,
            known: Array.from({ length: 12 }, (_, i) => ({
              day: new Date(Date.parse("2025-12-22T00:00:00.000Z") + i * DAY).toISOString().slice(0, 10),
              critical: Math.max(0, 6 - i),
              high: 1,
              medium: 4,
              low: i,
            })),
          },
          sinceYesterday: {
            day: "2026-01-01",
            before: { critical: 3, high: 1, medium: 2, low: 0 },
            happened: { opened: 2, reopened: 1, resolved: 2, suppressed: 0 },
          },
          overdue: { critical: 1, high: 0, medium: 2, low: 0 },
        }),
        null,
      ),
    ],
    ["the summary of what could not be swept", summaryMessage(summaryOf(), "No AWS credentials were found.")],
    ["the help", helpMessage([])],
  ])("%s", (_, message) => {
    expect(problemsOf(message.blocks)).toEqual([]);
    expect(message).toMatchSnapshot();
  });
  test("a summary never says that all is well when something was not read", () => {
    const none = {
      open: { critical: 0, high: 0, medium: 0, low: 0 },
      oldestCriticals: [],
      coverage: { complete: 2, total: 3, incomplete: [GAP] },
    };
    expect(summaryMessage(summaryOf(none), null).text).toContain("nothing open that could be read");
    const unread = { ...none, coverage: { complete: 3, total: 3, incomplete: [] }, unread: [UNREAD] };
    expect(summaryMessage(summaryOf(unread), null).text).toContain("nothing open that could be read");
  });
  test("a summary says what would have been resolved at once", () => {
    const held = [{ accountId: "111122223333", failing: 80, resolving: 60, resolved: 58 }];
    const accounts = [{ accountId: "111122223333", regions: ["us-east-1"], baseline: false }];
    const lastSweep = { id: "sweep-1", begunAt: NOW, finishedAt: NOW, accounts, coverage: [], undecided: [], unread: [], calls: 1, held };
    const { blocks } = summaryMessage(summaryOf({ lastSweep }), null);
    expect(problemsOf(blocks)).toEqual([]);
    expect(JSON.stringify(blocks)).toContain(
      "60 of 80 findings would have been resolved at once, so they were read again. 58 were resolved.",
    );
  });
  test("what was not read is named by its call and the action that is missing, once", () => {
    const { blocks } = summaryMessage(summaryOf({ undecided: [UNDECIDED], unread: [UNREAD] }), null);
    expect(JSON.stringify(blocks)).toContain("s3:GetBucketAcl in us-east-1: missing s3:GetBucketAcl (16 times)");
    expect(JSON.stringify(blocks)).not.toContain("s3/bucket-acl-public of");
  });
});

/** Names that hurt: control characters, joined emoji, mentions, markup, and far too long. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 4000, size: "max" }),
  fc.string({ unit: "grapheme", maxLength: 4000, size: "max" }),
  fc.constantFrom("", "<!channel> *x* `y` <https://example.com|z>", "\u202Egnp.exe", "🏳️‍🌈".repeat(500), "&".repeat(3000)),
);

describe("whatever names and texts AWS or a plugin hold", () => {
  test("every message fits Slack's limits", () => {
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.array(text, { maxLength: 6 }),
        fc.constantFrom("open", "suppressed", "resolved", "covered"),
        (name, title, words, notes, status) => {
          const it = listed(status, {
            title,
            ref: { ...listed().finding.ref, name, arn: name },
            message: { id: "m", text: words, evidence: {}, notes },
          });
          const check = { ...CHECK, remediation: { ...CHECK.remediation, steps: [...notes, words] } };
          for (const message of [
            findingMessage(modelOf(it, { check, said: { by: null, at: NOW, text: words } })),
            digestMessage({ ...digest, findings: Array.from({ length: 120 }, () => it) }),
            summaryMessage(summaryOf({ oldestCriticals: Array.from({ length: 10 }, () => it) }), words),
            sentence(words),
          ]) {
            const sent = fitted(message);
            expect(problemsOf(sent.blocks)).toEqual([]);
            expect(charactersOf(sent.blocks)).toBeLessThanOrEqual(12_000);
            expect(sent.text.length).toBeLessThanOrEqual(3000);
            expect(sent.text).not.toMatch(/<!|<@|<#|<http/);
          }
          const window = suppressModal(windowOf(it.finding, { preview: previewOfAll([it.finding, it.finding]) }));
          expect(problemsOf(window.blocks, "modal")).toEqual([]);
        },
      ),
      { seed: 11, numRuns: 150, endOnFailure: true },
    );
  });
  test("a message that is too long keeps its buttons and says that something is missing", () => {
    const message = findingMessage(modelOf(listed()));
    const filler = message.blocks.filter(({ type }) => type === "rich_text");
    const sent = fitted({
      ...message,
      blocks: [...Array.from({ length: 60 }, () => filler).flat(), ...message.blocks.filter(({ type }) => type === "actions")],
    });
    expect(sent.blocks.at(-1)?.type).toBe("actions");
    expect(JSON.stringify(sent.blocks.at(-2))).toContain("too long for Slack");
  });
});
