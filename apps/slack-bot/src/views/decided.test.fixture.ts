import type { Suppression } from "@posture/core";
import type { Entry, SuppressionListed } from "@posture/runtime";
import { NOW, previewOfAll, windowOf } from "../finding.test.fixture.ts";
import { scopeChoices } from "../suppressing/scopes.ts";
import type { Message } from "../slack/port.ts";
import { assignModal } from "./assign.ts";
import { extendModal, longerDays } from "./extend.ts";
import { historyMessage } from "./history.ts";
import type { Payload } from "./hostile.test.fixture.ts";
import { noticeMessage } from "./notice.ts";
import { pageOf } from "./pages.ts";
import { relatedDone, relatedModal } from "./related.ts";
import { ruleMessage, ruleSuppressed } from "./rule.ts";
import { settledMessage } from "./settled.ts";
import { nothingToSuppress, suppressModal } from "./suppress.ts";
import { suppressionsMessage } from "./suppressions.ts";
import { LIMITS, ME, STATUSES, type World } from "./world.test.fixture.ts";

/* What is said of what people decide, and the windows in which they do, in a world that means no good. */

type Named = readonly [string, Message];

export function suppressionsIn(world: World): readonly Named[] {
  const { finding } = world.listed("suppressed");
  const terminal = { kind: "user", id: world.text(), via: "cli" } as const;
  const asked = { by: terminal, at: NOW, expiresAt: "2026-03-01T00:00:00.000Z" };
  const ended = (why: "lifted" | "declined" | "withdrawn" | "expired" | "resolved"): Suppression =>
    world.rule({ ended: { at: NOW, why, by: why === "resolved" ? { kind: "system" } : terminal } });
  const waiting = world.rule({ approval: "waiting" });
  const notices: readonly Suppression[] = [
    world.suppression(finding),
    waiting,
    world.rule({ asked }),
    ...(["lifted", "expired", "resolved"] as const).map(ended),
  ];
  const rules: readonly Suppression[] = [
    waiting,
    world.rule({ approval: { by: terminal, at: NOW } }),
    world.rule({ asked }),
    world.rule({ expiresAt: NOW }),
    world.rule({ scope: { rule: { sets: [] } } }),
    world.rule({ scope: { rule: { tags: { [world.text() || "key"]: ["*"] } } } }),
    world.suppression(finding, { approval: "waiting" }),
    ...(["declined", "withdrawn"] as const).map(ended),
  ];
  const preview = previewOfAll(
    world.many(20).map((it) => it.finding),
    { tagsUnread: [finding], alreadyHidden: 2, uncovered: [finding] },
  );
  return [
    ["suppressions", suppressionsMessage({ page: pageOf(30, 2), rows: rowsIn(world) })],
    ["no suppressions", suppressionsMessage({ page: pageOf(0, 1), rows: [] })],
    ...notices.map((it): Named => ["a notice", noticeIn(world, it)]),
    [
      "a notice that was answered",
      noticeMessage({ suppression: world.rule(), expiresAt: NOW, about: world.text(), id: "s-1", mayRepeat: false, now: NOW }),
    ],
    ...rules.map((it, i): Named => [
      "a rule",
      ruleMessage({ suppression: it, preview: i % 2 === 0 ? preview : null, hides: 3, mayRepeat: true, now: NOW }),
    ]),
    ["a rule that was made", ruleSuppressed(world.rule(), preview)],
    ["a rule that was asked for", ruleSuppressed(waiting, previewOfAll([]))],
    ...STATUSES.map((status): Named => ["a settled finding", settledMessage(world.listed(status), "U0BEN")]),
    ["a settled finding of nobody", settledMessage({ ...world.listed("suppressed"), suppression: null }, null)],
    [
      "related ones that were suppressed",
      relatedDone([{ finding, kind: "suppressed" }, { finding, kind: "waiting" }, ...refusedIn(world)]),
    ],
    [
      "related ones that wait",
      relatedDone([
        { finding, kind: "waiting" },
        { finding, kind: "waiting" },
      ]),
    ],
    ["a history", historyMessage({ finding, id: "0123456789ab", page: pageOf(30, 2), entries: entriesIn(world) })],
    ["an empty history", historyMessage({ finding, id: "0123456789ab", page: pageOf(0, 1), entries: [] })],
  ];
}

function rowsIn(world: World): Parameters<typeof suppressionsMessage>[0]["rows"] {
  const states = ["in-force", "waiting", "expired", "malformed"] as const;
  return Array.from({ length: 10 }, (_, i) => {
    const suppression = i % 2 === 0 ? world.rule() : world.suppression(world.listed().finding);
    const bySeverity = { critical: 1, high: 0, medium: 0, low: 0 };
    const state = states[i % 4] ?? "waiting";
    // What makes no sense may say anything.
    const row = state === "malformed" ? { ...suppression, expiresAt: world.text() } : suppression;
    const it: SuppressionListed = { suppression: row, state, hides: i, id: "s-1", bySeverity, tagsUnread: 1 };
    return { listed: it, about: i % 4 === 1 ? world.listed() : null };
  });
}

function noticeIn(world: World, suppression: Suppression): Message {
  return noticeMessage({ suppression, expiresAt: suppression.expiresAt, about: world.text(), id: "s-1", mayRepeat: true, now: NOW });
}

function refusedIn(world: World): Parameters<typeof relatedDone>[0] {
  return Array.from({ length: 8 }, (_, i) => ({
    finding: i === 0 ? null : world.listed().finding,
    kind: "refused" as const,
    text: world.text(),
  }));
}

function entriesIn(world: World): readonly Entry[] {
  const { finding } = world.listed();
  const actors = [{ kind: "system" }, ME, { kind: "user", id: world.text(), via: "cli" }] as const;
  return Array.from({ length: 10 }, (_, i) => ({
    type: "suppressed" as const,
    subject: finding.fingerprint,
    at: NOW,
    actor: actors[i % actors.length] ?? ME,
    source: "cli" as const,
    note: world.text(),
    before: world.text(),
    after: world.text(),
    seq: i,
    message: world.text(),
    suppression: world.suppression(finding),
  }));
}

export function windowsIn(world: World): readonly Payload[] {
  const { finding } = world.listed();
  const free = { ...LIMITS, approval: "not-needed" } as const;
  const others = Array.from({ length: 10 }, () => world.listed());
  const elsewhere = world.many(20).map((it, i) => ({ ...it.finding, ref: { ...it.finding.ref, accountId: `11112222333${i % 3}` } }));
  const previews = [
    null,
    previewOfAll([]),
    previewOfAll(elsewhere, { tagsUnread: [finding], alreadyHidden: 2, uncovered: [finding, finding] }),
  ];
  const windows = scopeChoices(finding).flatMap((scope, i) =>
    previews.map((preview) =>
      windowOf(finding, { choices: scopeChoices(finding), scope, limits: i === 0 ? free : LIMITS, days: i * 7, preview }),
    ),
  );
  const rule = world.rule();
  const own = world.suppression(finding);
  return [
    ...windows.map((it) => ({ name: "the window that suppresses", view: suppressModal(it) })),
    ...STATUSES.map((status) => ({
      name: "the window that has nothing to suppress",
      view: nothingToSuppress(settledMessage(world.listed(status), null)),
    })),
    { name: "the window for related ones", view: relatedModal({ finding, channel: "C1", others, total: 30, limits: LIMITS }) },
    {
      name: "the window for the only related one",
      view: relatedModal({ finding, channel: undefined, others: others.slice(0, 1), total: 1, limits: free }),
    },
    { name: "the window that extends a rule", view: extendModal(rule, "C1", LIMITS, longerDays(rule.expiresAt, LIMITS, NOW)) },
    { name: "the window that extends", view: extendModal(own, undefined, free, longerDays(own.expiresAt, free, NOW)) },
    { name: "the window that assigns", view: assignModal(finding, "U0ANA", "C1") },
    { name: "the window that assigns anew", view: assignModal({ ...finding, assignee: world.assignee() }, "U0ANA", undefined) },
  ];
}
