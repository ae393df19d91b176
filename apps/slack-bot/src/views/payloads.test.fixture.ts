// long: one list, of everything that the bot can send
import { HOUR, NOBODY, plus } from "@posture/core";
import type { Asked, Listed } from "@posture/runtime";
import { modelOf, NOW, summaryOf } from "../finding.test.fixture.ts";
import { homesIn } from "../home/payloads.test.fixture.ts";
import { type Pending, pendingOf } from "../pending.ts";
import type { Message } from "../slack/port.ts";
import { checksMessage } from "./checks.ts";
import { digestMessage } from "./digest.ts";
import { delivered, exportMessage, onItsWay } from "./export.ts";
import { findingMessage } from "./finding.ts";
import { findingsMessage, noFindingsMessage } from "./findings.ts";
import { groupMessage } from "./group.ts";
import type { Payload } from "./hostile.test.fixture.ts";
import { fitted } from "./limits.ts";
import { arnMessage, consoleMessage, stepsMessage } from "./more.ts";
import { pageOf } from "./pages.ts";
import { resourceMessage } from "./resource.ts";
import { statusMessage } from "./status.ts";
import { isShareable, peopleIn, sharedMessage, withoutShare, withShare } from "./sharing.ts";
import { pictureMessage, presentMessage, summaryMessage } from "./summary.ts";
import { sweepingMessage, sweptMessage } from "./swept.ts";
import { suppressionsIn, windowsIn } from "./decided.test.fixture.ts";
import { digestsIn, refusalsIn, threadsIn, toPeopleIn } from "./told.test.fixture.ts";
import { troubleMessage } from "./trouble.ts";
import { sentence } from "./words.ts";
import { EVENTS, ME, STATUSES, type Texts, World } from "./world.test.fixture.ts";

const NONE = { critical: 0, high: 0, medium: 0, low: 0 };

/* Everything that the bot can send, made of whatever texts it is given. Whoever adds a message adds it here. */

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
    ["a finding that flaps", findingMessage(modelOf(world.listed(), { check: world.check(), flapping: { times: 3, from: NOW, to: NOW } }))],
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
    ["a finding with its owner", findingMessage(modelOf(world.listed(), { owner: "S0OWN", check: world.check(), checking: null }))],
    [
      "a finding whose cover is not loaded",
      findingMessage(modelOf(world.listed("covered"), { check: world.check(), pending: later(world) })),
    ],
    [
      "a finding that a rule hides",
      findingMessage(modelOf({ ...world.listed("suppressed"), suppression: world.rule({ approval: { by: ME, at: NOW } }) })),
    ],
    [
      "a finding that waits for its later expiry",
      findingMessage(modelOf(world.listed("suppressed"), { check: world.check(), pending: later(world), said: { ...said, by: null } })),
    ],
    [
      "a finding whose next message is nowhere yet",
      findingMessage(modelOf(world.listed(), { next: { url: null, after: "lapse" }, mayRepeat: true })),
    ],
    ["a finding without its check", findingMessage(modelOf(world.listed(), { check: undefined, said: { ...said, by: null } }))],
    ...[1, 7, 300].flatMap((count): [string, Message][] => {
      const members = world
        .many(count)
        .map(({ finding }, i) => ({ finding, status: i % 5 === 4 ? ("told-later" as const) : (STATUSES[(i % 9) - 3] ?? "open") }));
      return [
        [
          `a group of ${count}`,
          groupMessage({ title: world.text(), accountId: "111122223333", members, mayRepeat: true, owners: ["U0ANA", "S0OWN"] }),
        ],
        [
          `a group of ${count} that is over`,
          groupMessage({
            title: world.text(),
            accountId: "111122223333",
            members: members.map((it) => ({ ...it, status: "resolved" })),
            mayRepeat: true,
            owners: [],
          }),
        ],
        [
          `a group of ${count} that goes on elsewhere`,
          groupMessage({
            title: world.text(),
            accountId: "111122223333",
            members: members.map((it) => ({ ...it, status: "told-later" })),
            mayRepeat: true,
            owners: [],
          }),
        ],
        [`a flood of ${count}`, groupMessage({ title: null, accountId: null, members, mayRepeat: false, owners: [] })],
      ];
    }),
  ];
}

function later(world: World): Pending | null {
  const asked = { by: { kind: "user", id: world.text(), via: "cli" }, at: NOW, expiresAt: "2026-03-01T00:00:00.000Z" } as const;
  return pendingOf(world.rule({ asked }), NOW);
}

function messagesOfSweeps(world: World): readonly [string, Message][] {
  const { scopes, sweep, summary } = world.summary();
  const { undecided } = sweep;
  const said = { by: null, at: NOW, text: world.text() };
  return [
    ["a summary", summaryMessage(summary, world.text())],
    ["a summary with a picture", summaryMessage(summary, null, { fileId: "F1", days: 30, words: "2 critical" })],
    ["a picture", pictureMessage({ fileId: "F1", days: 30, words: "2 critical" })],
    [
      "a first digest",
      digestMessage({
        accounts: Array.from({ length: 100 }, () => "111122223333"),
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
        accounts: ["111122223333"],
        sweepId: "sweep-1",
        first: false,
        findings: world.many(12),
        unsure: summary,
        resources: 3,
        said: null,
        now: NOW,
      }),
    ],
    ...EVENTS.map((state): [string, Message] => [
      `a status: events ${state}`,
      statusMessage({
        summary,
        trouble: world.text(),
        unspoken: [world.text(), world.text()],
        events: world.events(state),
        checks: 3,
        versions: { posture: "1", node: "26" },
      }),
    ]),
    ["a sweep that was asked for", sweptMessage({ kind: "swept", sweep, changes: { opened: 1, reopened: 2, resolved: 3 } })],
    ["a sweep that is stopped", sweptMessage({ kind: "stopped" })],
    [
      "a sweep that changed nothing",
      sweptMessage({
        kind: "swept",
        sweep: { ...sweep, coverage: [], undecided: [], unread: [], finishedAt: plus(NOW, HOUR) },
        changes: { opened: 0, reopened: 0, resolved: 0 },
      }),
    ],
    ["a sweep that begins", sweepingMessage(true)],
    ["a sweep that failed", sweptMessage({ kind: "failed", why: world.text() })],
    ["a trouble", troubleMessage({ channel: world.text(), own: false, why: world.text(), since: NOW, ended: null, count: 2 })],
    [
      "a trouble of a channel by its id",
      troubleMessage({ channel: "C0OWNCHANNEL", own: false, why: "missing_scope", since: NOW, ended: NOW, count: 1 }),
    ],
    [
      "a trouble of its own channel that goes on",
      troubleMessage({ channel: "C0OWNCHANNEL", own: true, why: world.text(), since: NOW, ended: null, count: 0 }),
    ],
    ["a summary before a sweep", summaryMessage({ ...summary, lastSweep: null, open: NONE, oldestCriticals: [] }, null)],
    [
      "a digest of nothing",
      digestMessage({
        accounts: ["111122223333"],
        sweepId: "sweep-1",
        first: true,
        findings: [],
        unsure: summary,
        resources: 0,
        said: { ...said, by: "U0BEN" },
        now: NOW,
      }),
    ],
    [
      "a digest of several checks",
      digestMessage({
        accounts: ["111122223333"],
        sweepId: "sweep-1",
        first: true,
        findings: world.many(40).map((it, i) => ({ ...it, finding: { ...it.finding, checkId: `s3/check-${i % 7}`, severity: "low" } })),
        unsure: summary,
        resources: 3,
        said: null,
        now: NOW,
      }),
    ],
    ["a trouble of its own channel", troubleMessage({ channel: "C0OWN", own: true, why: "is_archived", since: NOW, ended: NOW, count: 0 })],
    ["nothing found", noFindingsMessage(askedIn(world), summary)],
    [
      "nothing found of anything",
      noFindingsMessage(
        {
          ...askedIn(world),
          statuses: [...STATUSES],
          framework: world.text(),
          assignees: [NOBODY, world.text()],
          categories: [world.text()],
        },
        { ...summary, lastSweep: null },
      ),
    ],
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
      "a resource in every status",
      resourceMessage({
        arn: world.text(),
        findings: STATUSES.map((status) => world.listed(status)),
        total: 6,
        firstSeen: NOW,
        scopes: [{ accountId: "111122223333", region: "global", type: world.text(), state: "complete", seen: 3, listedAt: NOW }],
        undecided: [],
        now: NOW,
      }),
    ],
    [
      "a resource without a finding",
      resourceMessage({ arn: world.text(), findings: [], total: 0, firstSeen: NOW, scopes, undecided, now: NOW }),
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

const WHICH = { word: "show", page: 1, typed: "0123456789ab" } as const;

function sharedBy(world: World, message: Message): Message {
  const names = new Map(["U0ANA", ...peopleIn(message.blocks)].map((id) => [id, world.text()]));
  return sharedMessage({ message, names, by: "U0ANA", command: `/posture findings ${world.text()}`, now: NOW, mayRepeat: true });
}

function answers(world: World): readonly [string, Message][] {
  const page = pageOf(57, 2);
  const [first, ...rest] = world.many(10);
  const { finding } = world.listed();
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
    ...[withShare(findingMessage(modelOf(world.listed("suppressed"))), WHICH)]
      .filter(isShareable)
      .map((it): [string, Message] => ["a finding that may not be shared", withoutShare(it)]),
    ["a finding that is shared", sharedBy(world, withShare(findingMessage(modelOf(world.listed("suppressed"))), WHICH))],
    ["a summary of some", presentMessage(summaryOf({ oldestCriticals: world.many(10) }), asked, world.text())],
    ["a summary that is shared", sharedBy(world, withShare(presentMessage(summaryOf(), asked, world.text()), WHICH))],
    ["checks", checksMessage({ asked, typed: "", page, rows: Array.from({ length: 10 }, () => ({ check: world.check(), open: 3 })) })],
    ["one check", checksMessage({ asked, typed: "", page: pageOf(1, 1), rows: [{ check: world.check(), open: 0 }] })],
    ["no check", checksMessage({ asked, typed: "", page: pageOf(0, 1), rows: [] })],
    ["steps", stepsMessage(finding, world.check())],
    ["steps without a check", stepsMessage(finding, undefined)],
    ["a console that is not known", consoleMessage(finding, { ...world.check(), consoleOf: () => null })],
    [
      "a check that needs nothing",
      checksMessage({
        asked: {},
        typed: "",
        page: pageOf(1, 1),
        rows: [{ check: { ...world.check(), permissions: [], frameworks: {}, remediation: { steps: [], docs: world.text() } }, open: 1 }],
      }),
    ],
    ["an ARN", arnMessage(finding)],
    ["a way to the console", consoleMessage(finding, world.check())],
    ["an export", exportMessage({ format: "csv", filter: world.text(), left, at: NOW, coverage, askedBy: "U0ANA", mayRepeat: true })],
    [
      "an export of its asker's alone",
      exportMessage({
        format: "html",
        filter: world.text(),
        left,
        at: NOW,
        coverage: { complete: 2, total: 2, incomplete: [] },
        askedBy: null,
        mayRepeat: false,
      }),
    ],
    ["an export on its way", onItsWay("html", world.text(), "here")],
    ["an export on its way to a person", onItsWay("csv", world.text(), "person")],
    ["an export that arrived", delivered(3, "https://slack.example/file")],
    ["a sentence", sentence(`It says: ${world.text()}`)],
  ];
}

/** As it goes to Slack. */
export function payloadsOf(texts: Texts): readonly Payload[] {
  const world = new World(texts);
  const messages = [
    ...messagesOfFindings(world),
    ...threadsIn(world),
    ...messagesOfSweeps(world),
    ...digestsIn(world),
    ...suppressionsIn(world),
    ...toPeopleIn(world),
    ...refusalsIn(world),
    ...answers(world),
  ];
  return [...messages.map(([name, message]) => ({ name, message: fitted(message) })), ...windowsIn(world), ...homesIn(world)];
}
