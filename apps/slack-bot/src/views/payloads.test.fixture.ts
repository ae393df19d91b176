// long: one list, of everything that the bot can send
import { plus, SEVERITIES, type ResourceRef, type Severity, type Status, type Suppression, type UnknownReason } from "@posture/core";
import type { Asked, CheckInfo, Listed, SuppressionListed } from "@posture/runtime";
import { CHECK, listed, modelOf, NOW, previewOfAll, summaryOf, suppressionOf, windowOf } from "../finding.test.fixture.ts";
import { pendingOf } from "../pending.ts";
import { scopeChoices } from "../suppressing/scopes.ts";
import type { Message } from "../slack/port.ts";
import { checksMessage } from "./checks.ts";
import { digestMessage } from "./digest.ts";
import { delivered, exportMessage, onItsWay } from "./export.ts";
import { extendModal } from "./extend.ts";
import { findingMessage } from "./finding.ts";
import { findingsMessage, noFindingsMessage } from "./findings.ts";
import { groupMessage } from "./group.ts";
import { historyMessage } from "./history.ts";
import type { Payload } from "./hostile.test.fixture.ts";
import { fitted } from "./limits.ts";
import { arnMessage, consoleMessage, stepsMessage } from "./more.ts";
import { noticeMessage } from "./notice.ts";
import { pageOf } from "./pages.ts";
import { ownApproval, refusalMessage } from "./refusal.ts";
import { relatedDone, relatedModal } from "./related.ts";
import { resourceMessage } from "./resource.ts";
import { ruleMessage, ruleSuppressed } from "./rule.ts";
import { settledMessage } from "./settled.ts";
import { statusMessage } from "./status.ts";
import { sharedMessage, withShare } from "./sharing.ts";
import { pictureMessage, presentMessage, summaryMessage } from "./summary.ts";
import { nothingToSuppress, suppressModal } from "./suppress.ts";
import { suppressionsMessage } from "./suppressions.ts";
import { sweptMessage } from "./swept.ts";
import { guideMessage } from "./thread.ts";
import { troubleMessage } from "./trouble.ts";
import { verdictSentence } from "./verdicts.ts";
import { helpMessage, sentence } from "./words.ts";

/* Everything that the bot can send, made of whatever texts it is given. Whoever adds a message adds it here. */

/** Texts of which each world takes the next, over and over. */
export interface Texts {
  next(): string;
}
export function textsOf(all: readonly string[]): Texts {
  let at = -1;
  return { next: () => all[(at += 1) % all.length] ?? "" };
}

const STATUSES: readonly Status[] = ["open", "covered", "suppressed", "resolved", "retired", "unmonitored"];
const ME = { kind: "user", id: "U0ANA", via: "slack" } as const;
const LIMITS = { maxDays: 90, defaultDays: 30, approval: "waiting" } as const;

/** Finding after finding in a world that means no good. */
class World {
  readonly #texts: Texts;
  #count = 0;

  constructor(texts: Texts) {
    this.#texts = texts;
  }

  text(): string {
    return this.#texts.next();
  }
  ref(): ResourceRef {
    const text = this.text();
    return {
      type: this.text(),
      arn: `arn:aws:s3:::${(this.#count += 1)}${text}`,
      name: text,
      accountId: "111122223333",
      region: this.text(),
      ...(this.#count % 2 === 0 && { subResourceId: this.text() }),
    };
  }
  listed(status: Status = "open", severity: Severity = SEVERITIES[this.#count % 4] ?? "low"): Listed {
    const gap = this.gap();
    const it = listed(status, {
      ref: this.ref(),
      severity,
      title: this.text(),
      message: { id: "m", text: this.text(), evidence: { any: this.text() }, notes: [this.text(), this.text(), this.text(), this.text()] },
      tags: { [this.text() || "key"]: this.text(), team: this.text() },
      reopened: this.#count % 3,
      stale: this.#count % 2 === 0 ? { ...gap, since: NOW } : null,
      coveredBy: status === "covered" ? "s3/other" : null,
    });
    return { ...it, suppression: status === "suppressed" ? this.suppression(it.finding) : null };
  }
  many(count: number): Listed[] {
    const some = Array.from({ length: Math.min(count, 12) }, () => this.listed());
    return Array.from({ length: count }, (_, i) => some[i % some.length]).flatMap((it) => it ?? []);
  }
  suppression(finding: Listed["finding"], more: Partial<Suppression> = {}): Suppression {
    const basis =
      this.#count % 2 === 0
        ? { basis: "compensating-control" as const, ticket: "https://example.com/SEC-7" }
        : { ticket: `javascript:${this.text()}` };
    return suppressionOf(finding, {
      justification: this.text(),
      by: this.#count % 3 === 0 ? { kind: "user", id: this.text(), via: "cli" } : ME,
      ...basis,
      ...more,
    });
  }
  rule(more: Partial<Suppression> = {}): Suppression {
    const one = {
      checks: [this.text()],
      accounts: ["111122223333"],
      regions: [this.text()],
      arns: [this.text()],
      tags: { [this.text() || "key"]: [this.text()] },
    };
    return this.suppression(this.listed().finding, { scope: { rule: this.#count % 2 === 0 ? one : { sets: [one, one] } }, ...more });
  }
  gap(): { reason: UnknownReason; missing: readonly string[]; detail: string } {
    return { reason: "malformed", missing: this.#count % 2 === 0 ? [this.text()] : [], detail: this.text() };
  }
  check(): CheckInfo {
    return {
      ...CHECK,
      remediation: { ...CHECK.remediation, steps: ["Open {name}.", { text: "Do {name}.", command: "aws {name} {arn}" }] },
      consoleOf: ({ name }) => `https://eu-west-1.console.aws.amazon.com/s3/buckets/${encodeURIComponent(name.toWellFormed())}`,
    };
  }
}

function messagesOfFindings(world: World): readonly [string, Message][] {
  const said = { by: "U0BEN", at: NOW, text: world.text() };
  const own = STATUSES.map((status): [string, Message] => {
    const it = world.listed(status);
    const waiting = pendingOf(world.suppression(it.finding, { approval: "waiting" }), NOW);
    return [
      `a finding that is ${status}`,
      findingMessage(
        modelOf(it, {
          check: world.check(),
          said,
          pending: waiting,
          follows: "https://slack.example/1",
          mayRepeat: true,
          cover: world.check(),
        }),
      ),
    ];
  });
  return [
    ...own,
    ["a finding that is checked", findingMessage(modelOf(world.listed(), { checking: { by: "U0ANA" } }))],
    [
      "a finding that a later message tells",
      findingMessage(modelOf(world.listed(), { next: { url: "https://slack.example/2", after: "reopening" } })),
    ],
    ...([null, "https://slack.example/1"] as const).map((follows): [string, Message] => [
      `a finding that time shows again, ${follows === null ? "for the first time" : "after another message"}`,
      findingMessage(
        modelOf(world.listed(), {
          check: world.check(),
          follows,
          lapsed: { by: { kind: "user", id: world.text(), via: "cli" }, until: NOW, why: world.text() },
        }),
      ),
    ]),
    ["the first reply of a thread", guideMessage({ finding: world.listed().finding, check: world.check(), mayRepeat: true })],
    ["a finding without its check", findingMessage(modelOf(world.listed(), { check: undefined, said: { ...said, by: null } }))],
    ...[1, 7, 300].flatMap((count): [string, Message][] => {
      const members = world
        .many(count)
        .map(({ finding }, i) => ({ finding, status: i % 5 === 4 ? ("told-later" as const) : (STATUSES[(i % 9) - 3] ?? "open") }));
      return [
        [`a group of ${count}`, groupMessage({ title: world.text(), accountId: "111122223333", members, mayRepeat: true, owners: [] })],
        [`a flood of ${count}`, groupMessage({ title: null, accountId: null, members, mayRepeat: false, owners: [] })],
      ];
    }),
  ];
}

function messagesOfSweeps(world: World): readonly [string, Message][] {
  const scopes = [1, 2, 3].map(() => ({
    accountId: "111122223333",
    region: world.text(),
    type: world.text(),
    state: "incomplete" as const,
    listedAt: NOW,
    gap: world.gap(),
  }));
  const undecided = [1, 2, 3, 4, 5, 6].map(() => ({ ...world.gap(), checkId: world.text(), ref: world.ref() }));
  const unread = [1, 2].map(() => ({
    ...world.gap(),
    call: world.text(),
    type: "t",
    region: world.text(),
    accountId: "111122223333",
    times: 3,
  }));
  const sweep = {
    id: "sweep-1",
    begunAt: NOW,
    finishedAt: plus(NOW, 1000),
    accounts: [{ accountId: "111122223333", regions: [world.text(), world.text()], baseline: true }],
    coverage: scopes,
    undecided,
    unread,
    calls: 3,
    held: [],
  };
  const summary = summaryOf({
    lastSweep: sweep,
    coverage: { complete: 1, total: 4, incomplete: scopes },
    undecided,
    unread,
    oldestCriticals: world.many(10),
  });
  const said = { by: null, at: NOW, text: world.text() };
  return [
    ["a summary", summaryMessage(summary, world.text())],
    ["a summary with a picture", summaryMessage(summary, null, { fileId: "F1", days: 30, words: "2 critical" })],
    ["a picture", pictureMessage({ fileId: "F1", days: 30, words: "2 critical" })],
    [
      "a first digest",
      digestMessage({
        accountId: "111122223333",
        sweepId: "sweep-1",
        first: true,
        findings: world.many(120),
        unsure: summary,
        resources: 3,
        said,
        now: NOW,
      }),
    ],
    [
      "a digest",
      digestMessage({
        accountId: "111122223333",
        sweepId: "sweep-1",
        first: false,
        findings: world.many(12),
        unsure: summary,
        resources: 3,
        said: null,
        now: NOW,
      }),
    ],
    [
      "a status",
      statusMessage({
        summary,
        trouble: world.text(),
        unspoken: [world.text(), world.text()],
        checks: 3,
        versions: { posture: "1", node: "26" },
      }),
    ],
    ["a sweep that was asked for", sweptMessage({ kind: "swept", sweep, changes: { opened: 1, reopened: 2, resolved: 3 } })],
    ["a sweep that failed", sweptMessage({ kind: "failed", why: world.text() })],
    ["a trouble", troubleMessage({ channel: "#infra", own: false, why: "some_new_code", since: NOW, ended: null, count: 2 })],
    ["a trouble of its own channel", troubleMessage({ channel: "C0OWN", own: true, why: "is_archived", since: NOW, ended: NOW, count: 0 })],
    ["nothing found", noFindingsMessage(askedIn(world), summary)],
    [
      "a resource",
      resourceMessage({
        arn: world.text(),
        findings: world.many(10),
        total: 40,
        firstSeen: NOW,
        scopes: [
          ...scopes,
          { accountId: "111122223333", region: world.text(), type: world.text(), state: "complete", seen: 3, listedAt: NOW },
        ],
        undecided,
        now: NOW,
      }),
    ],
    [
      "an unknown resource",
      resourceMessage({ arn: world.text(), findings: [], total: 0, firstSeen: null, scopes: [], undecided: [], now: NOW }),
    ],
  ];
}

function askedIn(world: World): Asked {
  return {
    statuses: ["open"],
    severities: ["high"],
    accounts: [world.text()],
    regions: [world.text()],
    checks: [world.text()],
    tags: { [world.text() || "key"]: [world.text()] },
    text: world.text(),
  };
}

function messagesOfSuppressions(world: World): readonly [string, Message][] {
  const { finding } = world.listed("suppressed");
  const states = ["in-force", "waiting", "expired", "malformed"] as const;
  const rows = Array.from({ length: 10 }, (_, i) => {
    const suppression = i % 2 === 0 ? world.rule() : world.suppression(finding);
    const it: SuppressionListed = {
      suppression,
      state: states[i % 4] ?? "waiting",
      hides: i,
      id: "s-1",
      bySeverity: { critical: 1, high: 0, medium: 0, low: 0 },
      tagsUnread: 1,
    };
    return { listed: it, about: i % 4 === 1 ? world.listed() : null };
  });
  const ended = (why: "lifted" | "declined" | "expired"): Suppression =>
    world.rule({ ended: { at: NOW, why, by: { kind: "user", id: world.text(), via: "cli" } } });
  const notice = (suppression: Suppression): Message =>
    noticeMessage({ suppression, expiresAt: suppression.expiresAt, about: world.text(), id: "s-1", mayRepeat: true, now: NOW });
  const preview = previewOfAll(
    world.many(20).map((it) => it.finding),
    { tagsUnread: [finding], alreadyHidden: 2, uncovered: [finding] },
  );
  const entries = Array.from({ length: 10 }, () => ({
    type: "suppressed" as const,
    subject: finding.fingerprint,
    at: NOW,
    actor: { kind: "user" as const, id: world.text(), via: "cli" as const },
    source: "cli" as const,
    note: world.text(),
    before: world.text(),
    after: world.text(),
    seq: 1,
    message: world.text(),
    suppression: world.suppression(finding),
  }));
  return [
    ["suppressions", suppressionsMessage({ page: pageOf(30, 2), rows })],
    ["a notice", notice(world.suppression(finding))],
    ["a notice of a rule that waits", notice(world.rule({ approval: "waiting" }))],
    ["a notice that is over", notice(ended("lifted"))],
    ["a rule that waits", ruleMessage({ suppression: world.rule({ approval: "waiting" }), preview, hides: 3, mayRepeat: true, now: NOW })],
    [
      "a rule in force",
      ruleMessage({ suppression: world.rule({ approval: { by: ME, at: NOW } }), preview: null, hides: 3, mayRepeat: false, now: NOW }),
    ],
    ["a rule that was declined", ruleMessage({ suppression: ended("declined"), preview: null, hides: 0, mayRepeat: false, now: NOW })],
    ["a rule that was made", ruleSuppressed(world.rule(), preview)],
    ["a settled finding", settledMessage(world.listed("suppressed"), null)],
    ["a resolved finding", settledMessage(world.listed("resolved"), "U0BEN")],
    [
      "related ones that were suppressed",
      relatedDone([
        { finding, kind: "suppressed" },
        ...Array.from({ length: 9 }, () => ({ finding: world.listed().finding, kind: "refused" as const, text: world.text() })),
      ]),
    ],
    ["a history", historyMessage({ finding, id: "0123456789ab", page: pageOf(30, 2), entries })],
  ];
}

const WHICH = { word: "show", page: 1, typed: "0123456789ab" } as const;

function sharedBy(world: World, message: Message): Message {
  const names = new Map(["U0ANA", "U0BEN"].map((id) => [id, world.text()]));
  return sharedMessage({ message, names, by: "U0ANA", command: `/posture findings ${world.text()}`, now: NOW, mayRepeat: true });
}

function answers(world: World): readonly [string, Message][] {
  const page = pageOf(57, 2);
  const [first, ...rest] = world.many(10);
  const { finding } = world.listed();
  const undecided = { ...world.gap(), checkId: "s3/x", ref: finding.ref };
  const asked = askedIn(world);
  const left = { findings: 3, severities: { critical: 1, high: 2, medium: 0, low: 0 }, bytes: 3, sha256: "0".repeat(64) };
  const coverage = { complete: 1, total: 2, incomplete: [world.text()] };
  const typed = world.text().slice(0, 500);
  const list = (one: Listed, others: readonly Listed[]): Message =>
    findingsMessage({ asked, typed, sorted: { sort: "age", filter: typed }, page, findings: [one, ...others], now: NOW });
  return [
    ...(first
      ? ([
          ["findings", list(first, rest)],
          ["findings where there are no tables", { ...list(first, rest), blocks: list(first, rest).plainer ?? [] }],
          ["findings that are shared", sharedBy(world, list(first, rest))],
        ] satisfies [string, Message][])
      : []),
    ["a finding that is shared", sharedBy(world, withShare(findingMessage(modelOf(world.listed("suppressed"))), WHICH))],
    ["a summary of some", presentMessage(summaryOf({ oldestCriticals: world.many(10) }), asked, world.text())],
    ["a summary that is shared", sharedBy(world, withShare(presentMessage(summaryOf(), asked, world.text()), WHICH))],
    ["checks", checksMessage({ asked, typed: "", page, rows: Array.from({ length: 10 }, () => ({ check: world.check(), open: 3 })) })],
    ["one check", checksMessage({ asked, typed: "", page: pageOf(1, 1), rows: [{ check: world.check(), open: 0 }] })],
    ["no check", checksMessage({ asked, typed: "", page: pageOf(0, 1), rows: [] })],
    ["steps", stepsMessage(finding, world.check())],
    ["an ARN", arnMessage(finding)],
    ["a way to the console", consoleMessage(finding, world.check())],
    ["an export", exportMessage({ format: "csv", filter: world.text(), left, at: NOW, coverage, askedBy: "U0ANA", mayRepeat: true })],
    ["an export on its way", onItsWay("html", world.text(), "here")],
    ["an export that arrived", delivered(3, "https://slack.example/file")],
    ["a sentence", sentence(`It says: ${world.text()}`)],
    ["a verdict", sentence(verdictSentence({ answer: { kind: "unreadable", undecided, finding, status: "open" }, readAt: NOW, calls: 1 }))],
    [
      "a changed verdict",
      sentence(verdictSentence({ answer: { kind: "changed", before: finding, finding, status: "open" }, readAt: NOW, calls: 1 })),
    ],
    [
      "a refusal",
      refusalMessage({
        kind: "refused",
        deed: "suppress",
        why: "role",
        whoCan: [
          { kind: "terminal", id: world.text() },
          { kind: "person", id: "U0ANA" },
        ],
      }),
    ],
    ["an approval of one's own", ownApproval([{ kind: "terminal", id: world.text() }])],
    ["help", helpMessage([])],
  ];
}

function views(world: World): readonly Payload[] {
  const { finding } = world.listed();
  const choices = scopeChoices(finding);
  const preview = previewOfAll(world.many(20).map((it) => it.finding));
  const window = windowOf(finding, { choices, scope: choices.at(-1) ?? choices[0], limits: LIMITS, preview });
  return [
    { name: "the window that suppresses", view: suppressModal(window) },
    { name: "the window that suppresses, counting", view: suppressModal({ ...window, preview: null }) },
    { name: "the window that has nothing to suppress", view: nothingToSuppress(settledMessage(world.listed("suppressed"), null)) },
    {
      name: "the window for related ones",
      view: relatedModal({ finding, channel: "C1", others: Array.from({ length: 10 }, () => world.listed()), total: 30, limits: LIMITS }),
    },
    { name: "the window that extends", view: extendModal(world.rule(), "C1", LIMITS, [7, 30, 90]) },
  ];
}

/** As it goes to Slack. */
export function payloadsOf(texts: Texts): readonly Payload[] {
  const world = new World(texts);
  const messages = [...messagesOfFindings(world), ...messagesOfSweeps(world), ...messagesOfSuppressions(world), ...answers(world)];
  return [...messages.map(([name, message]) => ({ name, message: fitted(message) })), ...views(world)];
}
