import { DAY, plus, type Suppression } from "@posture/core";
import type { SuppressionListed } from "@posture/runtime";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countsOf, type DailyModel } from "../digests/daily.ts";
import { itemsOf, type WeeklyModel } from "../digests/weekly.ts";
import { ACCOUNT, AT, listed, many, NOW, refOf, summaryOf, suppressionOf } from "../finding.test.fixture.ts";
import { dailyMessage } from "./daily.ts";
import { fitted, problemsOf } from "./limits.ts";
import { weeklyMessage } from "./weekly.ts";

const GAP = { reason: "denied", missing: ["s3:ListAllMyBuckets"], detail: "" } as const;
const INCOMPLETE = {
  accountId: ACCOUNT,
  region: "us-east-1",
  type: "AWS::S3::Bucket",
  state: "incomplete",
  listedAt: NOW,
  gap: GAP,
} as const;
const accounts = [{ accountId: ACCOUNT, regions: ["eu-west-1"], baseline: false }];
const SWEEP = { id: "sweep-1", begunAt: AT, finishedAt: NOW, accounts, coverage: [], undecided: [], unread: [], calls: 1 };
const NONE = { critical: 0, high: 0, medium: 0, low: 0 };
const HASH = "ab".repeat(32);

function daily(more: Partial<DailyModel> = {}): DailyModel {
  const { coverage, undecided, unread, targets, trend } = summaryOf();
  const findings = more.findings ?? [];
  return {
    opened: [],
    reopened: [],
    resolved: [],
    waiting: [],
    expiring: [],
    overdue: NONE,
    newlyOverdue: 0,
    findings,
    oldest: [],
    open: countsOf(findings),
    unsure: { coverage, undecided, unread },
    lastSweep: SWEEP,
    targets,
    trouble: null,
    date: "2026-01-02",
    since: AT,
    before: null,
    isPart: false,
    trend,
    anchor: { seq: 12, hash: HASH },
    changed: true,
    mayRepeat: false,
    isSoFar: false,
    now: NOW,
    ...more,
  };
}
const shown = (more: Partial<DailyModel> = {}): string => JSON.stringify(dailyMessage(daily(more)).blocks);
const listing = (suppression: Suppression): SuppressionListed => ({
  suppression,
  id: "s-1",
  state: "in-force",
  hides: 3,
  bySeverity: NONE,
  tagsUnread: 0,
});

describe("the daily digest", () => {
  test("says that nothing is open only where all was read", () => {
    expect(dailyMessage(daily()).text).toBe("Daily digest: nothing open. 0 new, 0 reopened, 0 resolved.");
    const unsure = { coverage: { complete: 2, total: 3, incomplete: [INCOMPLETE] }, undecided: [], unread: [] };
    for (const more of [{ unsure }, { lastSweep: null }, { trouble: "AWS refused the credentials." }] as const)
      expect(dailyMessage(daily({ ...more, changed: false })).text).toContain("nothing open that could be read");
    expect(shown({ unsure, changed: false })).toContain("missing s3:ListAllMyBuckets");
  });
  test("names the first five of each list and counts the rest, and the change of each severity", () => {
    const findings = many(7, "high");
    const text = shown({ findings, opened: findings, before: { ...NONE, high: 9, low: 1 } });
    expect(text).toContain("New (7)");
    expect(text).toContain("and 2 more");
    expect(text).toContain("*High*\\n7  (−2)");
    expect(text).toContain("*Low*\\n0  (−1)");
  });
  test("carries the anchor of the audit log as `posture audit verify --anchor` takes it", () => {
    for (const changed of [true, false]) expect(shown({ changed })).toContain(`\`12:${HASH}\``);
    expect(shown({ anchor: null })).not.toContain("Audit log");
  });
  test("is short where nothing has changed, and still says what is overdue", () => {
    const message = dailyMessage(daily({ findings: many(2, "critical"), overdue: { ...NONE, critical: 2 }, changed: false }));
    expect(message.blocks.length).toBeLessThan(5);
    expect(JSON.stringify(message.blocks)).toContain("2 critical (more than 1 day)");
  });

  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 3000 }),
    fc.constantFrom("<!channel>", "*_~`", "\u202Eevil", "a".repeat(9000), "", "🏳️‍🌈".repeat(500)),
  );
  test("stays within what Slack takes with the longest and strangest names, and cuts nothing that it did not cut itself", () =>
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 300 }), fc.boolean(), (name, count, changed) => {
        const one = listed("open", {
          ref: refOf(name || "x"),
          title: name,
          message: { id: "public", text: name, evidence: {}, notes: [] },
        });
        const findings = Array.from({ length: count }, () => one);
        const suppression = suppressionOf(one.finding, { justification: name });
        const about = { listed: listing(suppression), finding: one.finding };
        const pending = { suppressionId: "s-1", by: suppression.by, expiresAt: NOW, justification: name, later: true };
        const waiting = Array.from({ length: count }, () => ({ ...about, pending }));
        const unsure = {
          coverage: { complete: 0, total: 99, incomplete: Array.from({ length: 99 }, () => INCOMPLETE) },
          undecided: [],
          unread: [],
        };
        const trend = {
          days: 30,
          known: Array.from({ length: 30 }, (_, i) => ({ day: `2026-01-${String(i + 1).padStart(2, "0")}`, ...countsOf(findings) })),
        };
        const lists = {
          opened: findings,
          reopened: findings,
          resolved: findings,
          expiring: waiting,
          waiting,
          oldest: findings.slice(0, 5),
        };
        const model = daily({
          ...lists,
          findings,
          unsure,
          trend,
          trouble: name,
          overdue: countsOf(findings),
          changed,
          mayRepeat: true,
          isPart: true,
        });
        const message = dailyMessage(model);
        expect(problemsOf(message.blocks)).toEqual([]);
        expect(fitted(message).blocks).toBe(message.blocks);
        expect(message.text).not.toContain("<!channel>");
      }),
      { numRuns: 60 },
    ));

  test("of an owner, too", () =>
    fc.assert(
      fc.property(hostile, fc.boolean(), (name, isShared) => {
        const mine = Array.from({ length: 30 }, () => listed("open", { ref: refOf(name || "x"), title: name }));
        const all = itemsOf(mine, summaryOf().targets, plus(NOW, 3 * DAY));
        const links = new Map(mine.map(({ finding }) => [finding.fingerprint, "https://example.slack.com/archives/C1/p1"]));
        const model: WeeklyModel = {
          owner: "S0123GROUP",
          isShared,
          items: all.slice(0, 20),
          more: 10,
          overdue: 30,
          open: countsOf(mine),
          links,
          mayRepeat: true,
          now: NOW,
        };
        expect(problemsOf(weeklyMessage(model).blocks)).toEqual([]);
      }),
      { numRuns: 40 },
    ));
});
