import { ownerOf } from "@posture/config";
import { type Finding, SOURCES, type Suppression } from "@posture/core";
import type { SuppressionListed } from "@posture/runtime";
import { AT, modelOf, NOW } from "../finding.test.fixture.ts";
import { type About, countsOf, type DailyModel, type Known } from "../digests/daily.ts";
import { itemsOf, MOST_ITEMS, type WeeklyModel } from "../digests/weekly.ts";
import { uploadRefusal } from "../exporting/refusals.ts";
import { type Line, line } from "../outbox/lines.ts";
import { pendingOf } from "../pending.ts";
import { DEEDS, type Deed } from "../roles/deed.ts";
import type { Helper, Refusal } from "../roles/may.ts";
import type { Message } from "../slack/port.ts";
import { assignedMessage } from "./assign.ts";
import { findingMessage } from "./finding.ts";
import { dailyMessage } from "./daily.ts";
import { alreadyThere } from "./more.ts";
import { ownApproval, refusalMessage, refusalText } from "./refusal.ts";
import { guideMessage, linesMessage } from "./thread.ts";
import { unspokenIn } from "./trouble.ts";
import { refusalSentence, verdictSentence } from "./verdicts.ts";
import { weeklyMessage } from "./weekly.ts";
import { helpMessage, sentence } from "./words.ts";
import { ME, type World } from "./world.test.fixture.ts";

/* What a thread, a digest, and one person alone are told in a world that means no good. */

const CALLER = "arn:aws:iam::111122223333:user/ana";
type Named = readonly [string, Message];

export function threadsIn(world: World): readonly Named[] {
  const { finding } = world.listed();
  const evidence = { any: world.huge(), more: [{ [world.text() || "key"]: world.text() }] };
  const huge = { ...finding, message: { ...finding.message, text: world.huge(), evidence } };
  const all = line.shape.did.options.map((did) => lineIn(world, did));
  const names = new Map([["U0ANA", world.text()]]);
  const callers = new Map([[CALLER, world.text()]]);
  return [
    ["the first reply of a thread", guideMessage({ finding: huge, check: world.check(), mayRepeat: true })],
    ["the first reply without a check", guideMessage({ finding, check: undefined, mayRepeat: false })],
    ...all.map((it): Named => [`a line: ${it.did}`, linesMessage({ lines: [it], owner: "U0ANA", names, callers, mayRepeat: true })]),
    ["many lines", linesMessage({ lines: [...all, ...all], owner: "S0OWN", names, callers, mayRepeat: true })],
  ];
}

let turn = 0;
function lineIn(world: World, did: Line["did"]): Line {
  turn += 1;
  const by = [
    { kind: "system" },
    ME,
    { kind: "user", id: world.text(), via: "cli" },
    { kind: "user", id: "U0NOBODY", via: "slack" },
  ] as const;
  return {
    at: NOW,
    did,
    by: by[turn % by.length] ?? ME,
    source: SOURCES[turn % SOURCES.length] ?? "sweep",
    why: turn % 4 === 0 ? null : world.text(),
    from: turn % 5 === 0 ? null : world.text(),
    to: turn % 7 === 0 ? "U0ANA" : world.text(),
    until: turn % 2 === 0 ? NOW : null,
    tells: turn % 3 === 0 ? "U0BEN" : null,
    after: afterIn(world),
  };
}

function afterIn(world: World): NonNullable<Line["after"]> {
  const { name, at, by } = world.change();
  return { name, at, by: turn % 4 === 0 ? CALLER : by };
}

export function digestsIn(world: World): readonly Named[] {
  const daily = dailyIn(world);
  const nothing = { critical: 0, high: 0, medium: 0, low: 0 };
  const quiet = { ...daily, changed: false, isSoFar: true, opened: [], reopened: [], resolved: [], before: null };
  return [
    ["a daily digest", dailyMessage(daily)],
    ["a daily digest with a picture", dailyMessage({ ...daily, isPart: true }, { fileId: "F1", days: 30, words: "2 critical" })],
    ["a digest so far, of a quiet day", dailyMessage(quiet)],
    ["a digest of no sweep", dailyMessage({ ...quiet, open: nothing, lastSweep: null, anchor: null, trouble: null, mayRepeat: false })],
    ["a weekly digest", weeklyMessage(weeklyIn(world, 1))],
    ["a weekly digest of many", weeklyMessage(weeklyIn(world, 300))],
    ["a weekly digest of a group", weeklyMessage({ ...weeklyIn(world, 30), owner: "S0OWN", isShared: true })],
  ];
}

function dailyIn(world: World): DailyModel {
  const { sweep, summary } = world.summary();
  const findings = world.many(120);
  const known = (status: Known["status"]): readonly Known[] => world.many(9).map(({ finding }) => ({ finding, status }));
  const about = (suppression: Suppression, finding: Finding | null): About => ({ listed: suppressionListed(suppression), finding });
  const waiting = [world.rule({ approval: "waiting" }), world.suppression(world.listed().finding, { approval: "waiting" })];
  const later = world.rule({
    asked: { by: { kind: "user", id: world.text(), via: "cli" }, at: NOW, expiresAt: "2026-03-01T00:00:00.000Z" },
  });
  return {
    opened: known("open"),
    reopened: known("suppressed"),
    resolved: known("resolved"),
    waiting: [...waiting, later].flatMap((it, i) => {
      const pending = pendingOf(it, NOW);
      return pending ? [{ ...about(it, i === 1 ? world.listed().finding : null), pending }] : [];
    }),
    expiring: Array.from({ length: 7 }, (_, i) => about(world.rule(), i % 2 === 0 ? world.listed().finding : null)),
    overdue: { critical: 1, high: 0, medium: 2, low: 0 },
    newlyOverdue: 1,
    findings,
    oldest: world.many(5),
    open: countsOf(findings),
    unsure: summary,
    lastSweep: sweep,
    targets: summary.targets,
    trouble: world.text(),
    date: "2026-01-02",
    since: AT,
    before: { critical: 1, high: 2, medium: 3, low: 400 },
    isPart: false,
    trend: summary.trend,
    anchor: { seq: 7, hash: "0".repeat(64) },
    changed: true,
    mayRepeat: true,
    isSoFar: false,
    now: NOW,
  };
}

function suppressionListed(suppression: Suppression): SuppressionListed {
  return { suppression, state: "in-force", hides: 3, id: "s-1", bySeverity: { critical: 1, high: 0, medium: 0, low: 0 }, tagsUnread: 1 };
}

function weeklyIn(world: World, count: number): WeeklyModel {
  const mine = world.many(count);
  const items = itemsOf(mine, { critical: 0, high: 7, medium: 30, low: 90 }, NOW);
  return {
    owner: "U0ANA",
    isShared: false,
    items: items.slice(0, MOST_ITEMS),
    more: Math.max(0, items.length - MOST_ITEMS),
    overdue: items.filter(({ overdueSince }) => overdueSince !== null).length,
    open: countsOf(mine),
    links: new Map(mine.slice(0, 3).map(({ finding }) => [finding.fingerprint, "https://slack.example/1"])),
    mayRepeat: true,
    now: NOW,
  };
}

/** Also whoever a tag says: of what is written there only the configuration's people are mentioned. */
export function toPeopleIn(world: World): readonly Named[] {
  const { finding } = world.listed();
  const undecided = { ...world.gap(), checkId: "s3/x", ref: finding.ref };
  const read = { readAt: NOW, calls: 1 };
  const reserved = { notes: Array.from({ length: 5 }, () => world.text()), coverage: { seen: 1, total: 3 } };
  const verdicts = [
    verdictSentence({ answer: { kind: "unreadable", undecided, finding, status: "open" }, ...read }),
    verdictSentence({ answer: { kind: "changed", before: finding, finding, status: "open" }, ...read }),
    verdictSentence({ answer: { kind: "unchanged", finding, status: "open" }, ...read }),
    verdictSentence({ answer: { kind: "resolved", why: "pass", before: finding, finding, ...reserved }, ...read }),
  ];
  const { id: owner } = ownerOf(null, finding, { accounts: new Map(), owners: { tag: "team", people: { platform: "S0OWN" } } });
  const given = { finding, id: "0123456789ab" };
  return [
    ["a finding whose owner a tag names", findingMessage(modelOf(world.listed(), { owner, check: world.check() }))],
    ["an assignment", assignedMessage({ ...given, by: ME, url: null, mayRepeat: true })],
    [
      "an assignment of a command line",
      assignedMessage({ ...given, by: { kind: "user", id: world.text(), via: "cli" }, url: null, mayRepeat: false }),
    ],
    ["an assignment with its message", assignedMessage({ ...given, by: ME, url: "https://slack.example/1?a=1&b=2", mayRepeat: false })],
    ["where a message stands", alreadyThere(finding, "https://slack.example/1?a=1&b=2")],
    ...verdicts.map((it): Named => ["a verdict", sentence(it)]),
    ["verdicts of one resource", sentence(verdicts.join("\n"))],
    ["an error of AWS", sentence(`${world.text()} ${world.text()}`)],
    ["what cannot be said", sentence(unspoken(world).join(" "))],
  ];
}

/** Why Posture cannot speak, in Slack's words and those of the configuration. */
export function unspoken(world: World): readonly string[] {
  const trouble = { why: world.text(), since: NOW, probeAt: NOW };
  const channels = new Map([
    [null, trouble],
    ["C0CHANNEL", trouble],
    [world.text(), { ...trouble, why: "is_archived" }],
  ]);
  return unspokenIn({ installation: trouble, channels }, "C0OWN");
}

const WHYS: readonly Refusal["why"][] = ["role", "approvers", "guest", "single-channel-guest", "stranger", "bot", "deactivated"];

export function refusalsIn(world: World): readonly Named[] {
  const helpers: readonly (readonly Helper[])[] = [
    [],
    [{ kind: "everyone" }],
    [{ kind: "workspace-admins" }, { kind: "person", id: "U0ANA" }, { kind: "group", id: "S0OWN" }, { kind: "channel", id: "C0OWN" }],
    Array.from({ length: 30 }, () => ({ kind: "terminal" as const, id: world.text() })),
  ];
  const deeds = Object.keys(DEEDS).filter((it): it is Deed => Object.hasOwn(DEEDS, it));
  const refusals = deeds.map((deed, i): Refusal => ({
    kind: "refused",
    deed,
    why: WHYS[i % WHYS.length] ?? "role",
    whoCan: helpers[i % 4] ?? [],
  }));
  const failures = ["missing_scope", "is_archived", world.text()];
  const [first, second] = refusals;
  return [
    ...refusals.map((it): Named => [`a refusal: ${it.deed}`, refusalMessage(it)]),
    ...refusals.map((it): Named => [`a refusal in words: ${it.deed}`, sentence(refusalText(it))]),
    ...helpers.map((it): Named => ["an approval of one's own", ownApproval(it)]),
    ...failures.map((why): Named => ["a file that was not taken", sentence(uploadRefusal({ kind: "other", why, needed: world.text() }))]),
    ["a suppression that was refused", sentence(refusalSentence("rule-names-nothing"))],
    ["help", helpMessage([{ role: "viewer", verdict: { kind: "yes" } }])],
    ...(first && second
      ? ([
          [
            "help for one who may little",
            helpMessage([
              { role: "viewer", verdict: { kind: "unsure", isIn: [] } },
              ...refusals.slice(0, 4).map((verdict) => ({ role: "admin" as const, verdict })),
            ]),
          ],
        ] as const)
      : []),
  ];
}
