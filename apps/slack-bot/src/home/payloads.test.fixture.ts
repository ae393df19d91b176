import { SEVERITIES } from "@posture/core";
import { NOW } from "../finding.test.fixture.ts";
import { pendingOf } from "../pending.ts";
import type { Message } from "../slack/port.ts";
import type { Payload } from "../views/hostile.test.fixture.ts";
import { pageOf } from "../views/pages.ts";
import { refusalMessage } from "../views/refusal.ts";
import { sentence } from "../views/words.ts";
import { unspoken } from "../views/told.test.fixture.ts";
import { EVENTS, type World } from "../views/world.test.fixture.ts";
import { decodeFilter, encodeFilter, type HomeFilter, NO_FILTER } from "./codec.ts";
import type { Approval, HomeModel, HomeRow } from "./model.ts";
import { homeOf } from "./model.test.fixture.ts";
import { homeView, refusedHome } from "./view.ts";

/* The Home tab in each of its states and with each of its filters, in a world that means no good. */

const LINKS = [null, "https://slack.example/archives/C1/p1", `https://slack.example/${"x".repeat(3000)}`] as const;
const NOBODY = { open: false, export: false, approve: false, decline: false };

export function homesIn(world: World): readonly Payload[] {
  const full = fullIn(world);
  const states: readonly (readonly [string, Partial<HomeModel>])[] = [
    ["before a sweep", { summary: { ...full.summary, lastSweep: null }, findings: [], page: pageOf(0, 1), picture: null }],
    ["of who may nothing", { may: NOBODY, mine: { total: 0, first: [] }, approvals: { total: 0, first: [] } }],
    ["of a narrow configuration", { mine: null, approvals: null, nextSweep: null, trouble: null, unspoken: [] }],
    ["on its last page", { page: pageOf(57, 6), picture: null }],
    ["that says what was done", { said: saidIn(world) }],
    ...EVENTS.map((state) => [`with events ${state}`, { events: world.events(state) }] as const),
  ];
  return [
    view("with everything", full),
    ...states.map(([name, more]) => view(name, { ...full, ...more })),
    ...filtersIn(world).map(([name, filter]) => view(`narrowed to ${name}`, { ...full, filter })),
    { name: "the Home tab of who may not see it", view: refusedHome(refusedIn(world)) },
  ];
}

function view(name: string, model: HomeModel): Payload {
  return { name: `the Home tab ${name}`, view: homeView(model) };
}

function fullIn(world: World): HomeModel {
  const { summary } = world.summary();
  return homeOf({
    summary,
    trouble: world.text(),
    unspoken: unspoken(world),
    events: world.events("trouble"),
    picture: { fileId: "F1", days: 30, words: "2 critical" },
    choices: {
      categories: Array.from({ length: 120 }, (_, i) => `${i}${world.text()}`.slice(0, 100)),
      regions: Array.from({ length: 120 }, (_, i) => `${i}${world.text()}`.slice(0, 60)),
      accounts: Array.from({ length: 120 }, (_, i) => ({ id: String(100_000_000_000 + i), name: world.text() })),
    },
    page: pageOf(57, 2),
    findings: rowsIn(world, 10),
    oldest: rowsIn(world, 5),
    mine: { total: 57, first: rowsIn(world, 5) },
    approvals: { total: 7, first: approvalsIn(world) },
    nextSweep: NOW,
    store: world.text(),
  });
}

function rowsIn(world: World, count: number): readonly HomeRow[] {
  return world.many(count).map((it, i) => ({ listed: it, link: LINKS[i % LINKS.length] ?? null }));
}

function approvalsIn(world: World): readonly Approval[] {
  return Array.from({ length: 5 }, () => pendingOf(world.rule({ approval: "waiting" }), NOW)).flatMap((pending) =>
    pending ? [{ pending, about: world.text() }] : [],
  );
}

function saidIn(world: World): Message {
  const { blocks } = sentence(world.text());
  return { text: "Said.", blocks: Array.from({ length: 9 }, () => blocks).flat() };
}

/** As they come back from Slack. */
function filtersIn(world: World): readonly (readonly [string, HomeFilter])[] {
  const all: Readonly<Record<string, HomeFilter>> = {
    "a severity": { page: 1, severity: SEVERITIES[0] },
    "a service": { page: 2, category: `c${world.text()}`.slice(0, 100) },
    "a region": { page: 1, region: `r${world.text()}`.slice(0, 60) },
    "an account": { page: 1, account: "111122223333" },
    "all of them": {
      page: 3,
      severity: "low",
      category: `c${world.text()}`.slice(0, 100),
      region: `r${world.text()}`.slice(0, 60),
      account: "100000000001",
    },
    nothing: NO_FILTER,
  };
  return Object.entries(all).map(([name, filter]) => [name, decodeFilter(encodeFilter(filter))]);
}

function refusedIn(world: World): Parameters<typeof refusedHome>[0] {
  const whoCan = Array.from({ length: 30 }, () => ({ kind: "terminal" as const, id: world.text() }));
  return { message: refusalMessage({ kind: "refused", deed: "home", why: "guest", whoCan }), text: "" };
}
