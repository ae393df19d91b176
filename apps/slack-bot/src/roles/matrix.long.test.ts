// long: each deed of the table in the guide has its trial here, one below the other
import type { AuditEvent, Finding, Suppression } from "@posture/core";
import type { PersonName } from "@posture/sandbox/slack";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ACTION, encodeFinding, encodeMore, encodeSeen, encodeShare, type MoreVerb } from "../codec.ts";
import { decodeFilter, HOME_ACTION, HOME_DEEDS, type HomeFilter } from "../home/codec.ts";
import { type Deed, DEEDS, isQuestion } from "./deed.ts";
import {
  type Message,
  REASON,
  type Stage,
  stage,
  type Told,
  windowToAssign,
  windowToExtend,
  windowToSuppress,
  windowToSuppressByRule,
  windowToSuppressRelated,
} from "./matrix.test.fixture.ts";
import { ACTORS, type Cell, COLUMNS, rowsOfDocument } from "./table.test.fixture.ts";

/* docs/guide/roles-in-slack.md, tried: each kind of person, each deed, with a real bot behind signed requests. */

vi.setConfig({ testTimeout: 60_000 });

let it: Stage;
/** Findings: one that is suppressed at once, one that takes approval, one that a rule holds, one that has no message yet, two of one resource. */
let plain: Told;
let critical: Told;
let ruled: Told;
let unposted: Finding;
let related: { readonly about: Told; readonly other: Finding };
let digest: Message;

beforeAll(async () => {
  it = await stage();
  digest = await it.shown(({ text }) => text.startsWith("First sweep of account"));
  const [high, other] = it.findings.filter(({ severity, ref }) => severity === "high" && ref.region !== "eu-west-1");
  const grave = it.findings.find(({ severity, ref }) => severity === "critical" && ref.region !== "eu-west-1");
  const held = it.findings.find(({ ref }) => ref.region === "eu-west-1");
  if (!high || !other || !grave || !held) throw new Error("the world has not what is tried");
  unposted = other;
  const [first, second] = pairOfOneResource([high, grave, held, other]);
  const [one, two, three] = [await it.opened(high), await it.opened(grave), await it.opened(held)];
  related = { about: { finding: first, message: one }, other: second };
  plain = { finding: high, message: one };
  critical = { finding: grave, message: two };
  ruled = { finding: held, message: three };
}, 60_000);
afterAll(() => it.close());

/** Open findings of one resource, of which none takes approval and none is used otherwise. */
function pairOfOneResource(used: readonly Finding[]): readonly [Finding, Finding] {
  const free = it.findings.filter((it) => it.severity !== "critical" && it.ref.region !== "eu-west-1" && !used.includes(it));
  for (const same of Map.groupBy(free, ({ ref }) => ref.arn).values()) {
    const [first, second] = same;
    if (first && second) return [first, second];
  }
  throw new Error("no resource has two such findings");
}

const shows = ({ message }: Told, words: string): Promise<Message> => it.shown((now) => now.ts === message.ts && now.text.includes(words));
async function click(user: PersonName, { message: { ts } }: Told, label: string): Promise<void> {
  await it.shown((now) => now.ts === ts && JSON.stringify(now.blocks).includes(JSON.stringify(label)));
  await it.slack.click({ user, message: ts, label });
}

/** Does something, and waits until the audit log has it of this person. */
async function until(type: AuditEvent["type"], person: PersonName, act: () => Promise<unknown>): Promise<void> {
  const theirs = async (): Promise<number> =>
    (await it.events()).filter(({ type: happened, actor }) => happened === type && actor.kind === "user" && actor.id === it.idOf(person))
      .length;
  const before = await theirs();
  await act();
  await vi.waitFor(async () => expect(await theirs(), type).toBeGreaterThan(before), { timeout: 20_000, interval: 25 });
}

async function present({ finding }: Told): Promise<Suppression> {
  const found = (await it.suppressions()).find(({ scope }) =>
    "rule" in scope ? finding === ruled.finding : scope.fingerprint === finding.fingerprint,
  );
  if (!found) throw new Error(`nothing suppresses ${finding.ref.name}`);
  return found;
}
async function decide(person: PersonName, about: Told, action: string): Promise<unknown> {
  const { id, expiresAt } = await present(about);
  return it.pressed(person, about.message, action, encodeSeen({ suppressionId: id, expiresAt }));
}

const suppress = (person: PersonName): Promise<void> => until("suppressed", person, () => it.submitted(person, windowToSuppress(plain)));
const ask = (person: PersonName): Promise<void> =>
  until("suppression-asked", person, () => it.submitted(person, windowToSuppress(critical)));
const withdraw = (person: PersonName): Promise<void> =>
  until("suppression-declined", person, () => decide(person, critical, ACTION.withdraw));
const lift = (person: PersonName, about: Told): Promise<void> =>
  until("suppression-ended", person, () => it.pressed(person, about.message, ACTION.lift, encodeFinding(about.finding.fingerprint)));
const openUnposted = (user: PersonName): Promise<void> =>
  it.slack.click({ user, message: digest.ts, label: "Open a finding", value: encodeFinding(unposted.fingerprint) });
const isSuppressed = async (about: Told): Promise<boolean> =>
  present(about).then(
    () => true,
    () => false,
  );

/** How a deed is tried. */
interface Trial {
  /** Before anybody tries: what there has to be, and to be seen. */
  readonly before?: () => Promise<unknown>;
  /** What somebody does who may not; answers all that they are told. */
  readonly refused: (person: PersonName) => Promise<readonly string[]>;
  /** What somebody does who may, up to where it can be seen; then all is as before. */
  readonly done: (person: PersonName) => Promise<unknown>;
  readonly after?: () => Promise<unknown>;
  /** Of a question: what somebody is told who asks it elsewhere than in the channel. */
  readonly elsewhere?: (person: PersonName) => Promise<string>;
  /** What it is answered there. */
  readonly answer?: RegExp;
  /** What the audit log has of it, of who did it. `null`: nothing. */
  readonly event: AuditEvent["type"] | null;
}

const pressed =
  (about: () => Told, label: string): Trial["refused"] =>
  async (person) => [(await it.told(person, () => click(person, about(), label))).text];
/** The same with a button that somebody's screen still shows: edits of messages are paced, and there are many here. */
const decided =
  (about: () => Told, action: string): Trial["refused"] =>
  async (person) => [(await it.told(person, () => decide(person, about(), action))).text];
/** The same in the Home tab, which outsiders do not see at all. */
async function atHome(person: PersonName, action: string, value: string): Promise<readonly string[]> {
  return OUTSIDERS.includes(person) ? [] : [await it.pressedHome(person, action, value)];
}
const OUTSIDERS: readonly PersonName[] = [ACTORS.guest, ACTORS.stranger, ACTORS.bot];
async function decidedAtHome(person: PersonName, about: Told, action: string): Promise<readonly string[]> {
  const { id, expiresAt } = await present(about);
  return atHome(person, action, encodeSeen({ suppressionId: id, expiresAt }));
}
const typed = async (person: PersonName, line: string): Promise<string> =>
  (await it.told(person, () => it.slack.command(line, person))).text;

/** `more`: what of the menu of a finding's message asks the same, and how that is answered. */
function question(line: () => string, answer: RegExp, more: readonly (readonly [MoreVerb, RegExp])[] = []): Trial {
  return {
    event: null,
    answer,
    refused: async (person) => [await typed(person, line()), ...(await Promise.all(more.map(([verb]) => chosen(person, plain, verb))))],
    async done(person) {
      expect(await typed(person, line())).toMatch(answer);
      for (const [verb, words] of more) expect(await chosen(person, plain, verb)).toMatch(words);
    },
    elsewhere: async (person) => (await it.toldDirectly(person, () => it.slack.command(line(), person, "direct"))).text,
  };
}
/** From the menu "More…". */
async function chosen(person: PersonName, { finding: { fingerprint }, message }: Told, verb: MoreVerb): Promise<string> {
  return (await it.told(person, () => it.pressed(person, message, ACTION.more, encodeMore({ verb, fingerprint })))).text;
}

const pendingCritical = async (): Promise<void> => {
  if (!(await isSuppressed(critical))) await ask("Cem");
};
const suppressedPlain = async (): Promise<unknown> => {
  if (!(await isSuppressed(plain))) await suppress("Ana");
  return shows(plain, "🔕 Suppressed");
};
const MORE: Partial<Record<PersonName, number>> = { Ana: 7, Ben: 30, Cem: 90 };

/** What narrows the list of the Home tab and turns its pages, and the filter that comes of it. */
const NARROWING: readonly (readonly [keyof typeof HOME_ACTION, string, HomeFilter])[] = [
  ["severity", "high", { severity: "high", page: 1 }],
  ["category", "s3", { category: "s3", page: 1 }],
  ["region", "us-east-1", { region: "us-east-1", page: 1 }],
  ["account", "111122223333", { account: "111122223333", page: 1 }],
  ["nextPage", "v1:2", { page: 2 }],
  ["previousPage", "v1:1", { page: 1 }],
  ["clear", "v1", { page: 1 }],
];
const filterAtHome = (person: PersonName): HomeFilter => {
  const { private_metadata: data } = Object(it.slack.home(person)?.view);
  return decodeFilter(typeof data === "string" ? data : undefined);
};

const TRIALS: Readonly<Record<Deed, Trial>> = {
  help: question(() => "/posture help", /^Commands: /),
  summary: question(() => "/posture summary", /open/),
  digest: question(() => "/posture digest", /^Digest so far: /),
  findings: question(() => "/posture findings", /^Findings: 1–10 of/),
  show: question(() => `/posture show ${plain.finding.fingerprint}`, /High/, [
    ["arn", /^arn:aws:/],
    ["console", /^In the AWS console: https:/],
  ]),
  history: question(() => `/posture history ${plain.finding.fingerprint}`, /^History of /, [["history", /^History of /]]),
  steps: {
    event: null,
    refused: async (person) => [await chosen(person, plain, "steps")],
    done: async (person) => expect(await chosen(person, plain, "steps")).toMatch(/^To fix /),
  },
  why: question(() => `/posture why ${plain.finding.ref.arn}`, /finding/),
  checks: question(() => "/posture checks", /^Checks: 1–10 of/),
  suppressions: question(() => "/posture suppressions", /^Suppressions: /),
  status: question(() => "/posture status", /^Posture status: /),
  home: {
    event: null,
    async refused(person) {
      const said = [await it.openedHome(person)];
      for (const [verb, value] of NARROWING) said.push(await it.pressedHome(person, HOME_ACTION[verb], value));
      return said;
    },
    async done(person) {
      await it.openedHome(person);
      expect(JSON.stringify(it.slack.home(person)?.blocks)).toContain("Findings: 1–10 of");
      for (const [verb, value, filter] of NARROWING) {
        await it.pressedHome(person, HOME_ACTION[verb], value);
        expect([person, verb, filterAtHome(person)]).toEqual([person, verb, filter]);
      }
    },
  },
  recheck: {
    event: "recheck-answered",
    refused: async (person) => [
      ...(await pressed(() => plain, "Re-check")(person)),
      await typed(person, `/posture recheck ${plain.finding.fingerprint}`),
    ],
    async done(person) {
      const calls = it.aws.calls().length;
      await until("recheck-answered", person, () => click(person, plain, "Re-check"));
      expect(it.aws.calls().length).toBeGreaterThan(calls);
      expect(await typed(person, `/posture recheck ${plain.finding.fingerprint}`)).toContain("still failing");
    },
  },
  open: {
    event: null,
    refused: async (person) => [
      (await it.told(person, () => openUnposted(person))).text,
      ...(await atHome(person, HOME_ACTION.open, encodeFinding(unposted.fingerprint))),
    ],
    // The first who opens it changes what the others see.
    async done(person) {
      const answer = /^Posting | is on its way\.$|^Already in this channel| already has a message/;
      expect((await it.told(person, () => openUnposted(person))).text).toMatch(answer);
      expect(await it.pressedHome(person, HOME_ACTION.open, encodeFinding(unposted.fingerprint))).toMatch(answer);
    },
    after: () => it.shown(({ ephemeralFor, text }) => ephemeralFor === undefined && text.includes(unposted.ref.name)),
  },
  share: {
    event: null,
    refused: async (person) => [(await it.told(person, () => pressShare(person))).text],
    async done(person) {
      await pressShare(person);
      await it.shown(({ ephemeralFor, text }) => ephemeralFor === undefined && text.endsWith(`Asked by @${person.toLowerCase()}.`));
    },
  },
  "post-criticals": {
    event: null,
    refused: async (person) => {
      const told = await it.told(person, () => it.slack.click({ user: person, message: digest.ts, label: "Post the criticals" }));
      return [told.text];
    },
    // The first who presses it changes what the others see.
    done: async (person) => {
      const value = /"action_id":"posture_post_criticals".*?"value":"([^"]+)"/.exec(JSON.stringify(digest.blocks))?.[1] ?? "";
      const told = await it.told(person, () => it.pressed(person, digest, ACTION.postCriticals, value));
      expect(told.text).toMatch(/^(Posting \d+ critical|Every open critical)/);
    },
  },
  export: {
    event: "exported",
    refused: async (person) => [
      await typed(person, "/posture export csv critical"),
      ...(await atHome(person, HOME_ACTION.exportCsv, "v1")),
      ...(await atHome(person, HOME_ACTION.exportJson, "v1")),
    ],
    async done(person) {
      await until("exported", person, () => it.slack.command("/posture export csv critical", person));
      for (const action of [HOME_ACTION.exportCsv, HOME_ACTION.exportJson])
        await until("exported", person, () => atHome(person, action, "v1"));
    },
  },
  assign: {
    event: "assigned",
    refused: async (person) => [
      await typed(person, assigning("me")),
      await chosen(person, plain, "assign"),
      await it.submitted(person, windowToAssign(plain, it.idOf("Ana"))),
    ],
    async done(person) {
      await until("assigned", person, () => it.slack.command(assigning("me"), person));
      await until("unassigned", person, () => it.slack.command(assigning("nobody"), person));
      await until("assigned", person, () => it.submitted(person, windowToAssign(plain, it.idOf(person))));
      await until("unassigned", person, () => it.slack.command(assigning("nobody"), person));
    },
  },
  suppress: {
    event: "suppressed",
    refused: async (person) => [...(await pressed(() => plain, "Suppress")(person)), await it.submitted(person, windowToSuppress(plain))],
    async done(person) {
      if (person === "Cem") await until("suppressed", person, () => throughWindow(person));
      else await suppress(person);
      await lift("Ana", plain);
    },
  },
  "suppress-related": {
    event: "suppressed",
    refused: async (person) => [
      await chosen(person, related.about, "related"),
      await it.submitted(person, windowToSuppressRelated(related.about, related.other)),
    ],
    async done(person) {
      await until("suppressed", person, () => it.submitted(person, windowToSuppressRelated(related.about, related.other)));
      await lift("Ana", { finding: related.other, message: related.about.message });
    },
  },
  lift: {
    event: "suppression-ended",
    before: suppressedPlain,
    refused: pressed(() => plain, "Lift suppression"),
    async done(person) {
      await lift(person, plain);
      await suppress("Ana");
    },
  },
  extend: {
    event: "suppression-extended",
    before: suppressedPlain,
    refused: async (person) => [
      ...(await pressed(() => plain, "Extend")(person)),
      await it.submitted(person, windowToExtend(await present(plain))),
    ],
    done: (person) =>
      until("suppression-extended", person, async () => it.submitted(person, windowToExtend(await present(plain), MORE[person] ?? 0))),
  },
  withdraw: {
    event: "suppression-declined",
    before: pendingCritical,
    refused: decided(() => critical, ACTION.withdraw),
    async done(person) {
      await withdraw("Cem");
      await ask(person);
      await withdraw(person);
      await ask("Cem");
    },
  },
  approve: {
    event: "suppression-approved",
    before: pendingCritical,
    refused: async (person) => [
      ...(await decided(() => critical, ACTION.approve)(person)),
      ...(await decidedAtHome(person, critical, HOME_ACTION.approve)),
    ],
    async done(person) {
      for (const way of [() => decidedAtHome(person, critical, HOME_ACTION.approve), () => decide(person, critical, ACTION.approve)]) {
        await until("suppression-approved", person, way);
        await lift("Ana", critical);
        await ask("Cem");
      }
    },
  },
  decline: {
    event: "suppression-declined",
    before: pendingCritical,
    refused: async (person) => [
      ...(await decided(() => critical, ACTION.decline)(person)),
      ...(await decidedAtHome(person, critical, HOME_ACTION.decline)),
    ],
    async done(person) {
      for (const way of [() => decidedAtHome(person, critical, HOME_ACTION.decline), () => decide(person, critical, ACTION.decline)]) {
        await until("suppression-declined", person, way);
        await ask("Cem");
      }
    },
  },
  scan: {
    event: null,
    refused: async (person) => [await typed(person, "/posture scan")],
    async done(person) {
      const calls = it.aws.calls().length;
      const before = new Set(it.slack.messages().map(({ ts }) => ts));
      await it.slack.command("/posture scan", person);
      await it.shown(({ ts, ephemeralFor, text }) => ephemeralFor === person && !before.has(ts) && text.startsWith("Swept: "));
      expect(it.aws.calls().length).toBeGreaterThan(calls);
    },
  },
  "suppress-by-rule": {
    event: "suppressed",
    refused: async (person) => [await it.submitted(person, windowToSuppressByRule(plain))],
    async done(person) {
      await until("suppressed", person, () => it.submitted(person, windowToSuppressByRule(plain)));
      const made = (await it.suppressions()).find(({ scope }) => "rule" in scope && scope.rule !== undefined && "checks" in scope.rule);
      if (!made) throw new Error("there is no such rule");
      await until("suppression-ended", "Ana", () =>
        it.pressed("Ana", plain.message, ACTION.lift, encodeSeen({ suppressionId: made.id, expiresAt: made.expiresAt })),
      );
    },
  },
  "extend-by-rule": {
    event: "suppression-asked",
    async before() {
      const { ts } = await it.shown(({ text }) => text === "A suppression by rule waits for approval.");
      await until("suppression-approved", "Ben", () => it.slack.click({ user: "Ben", message: ts, label: "Approve" }));
    },
    refused: async (person) => [
      ...(await decided(() => ruled, ACTION.extend)(person)),
      await it.submitted(person, windowToExtend(await present(ruled))),
    ],
    done: (person) => until("suppression-asked", person, async () => it.submitted(person, windowToExtend(await present(ruled)))),
  },
  "lift-by-rule": {
    event: "suppression-ended",
    async refused(person) {
      const lifting = (): Promise<unknown> => it.pressed(person, ruled.message, ACTION.lift, encodeFinding(ruled.finding.fingerprint));
      return [(await it.told(person, lifting)).text, ...(await decided(() => ruled, ACTION.lift)(person))];
    },
    done: (person) => lift(person, ruled),
  },
};

/** To each another answer: what is shared is not shared once more. */
function pressShare(person: PersonName): Promise<unknown> {
  const { fingerprint } = it.findings.at(Object.values(ACTORS).indexOf(person)) ?? plain.finding;
  return it.pressed(person, plain.message, ACTION.share, encodeShare({ word: "show", page: 1, typed: fingerprint }));
}

function assigning(who: string): string {
  return `/posture assign ${plain.finding.fingerprint} ${who}`;
}

async function throughWindow(person: PersonName): Promise<void> {
  await click(person, plain, "Suppress");
  expect(await it.slack.submit({ user: person, values: { Basis: "Accepted risk", Justification: REASON } })).toEqual({});
}

/** What one who may not is told. */
function sentenceOf(deed: Deed): RegExp {
  const { least, says } = DEEDS[deed];
  return new RegExp(
    `^(Only full members of this workspace may ${says}\\.|You may not ${says}: that takes the role ${least}( or one above it)?\\.)`,
  );
}
const by = (events: readonly AuditEvent[], column: (typeof COLUMNS)[number]): readonly AuditEvent[] =>
  events.filter(({ actor }) => actor.kind === "user" && actor.id === it.idOf(ACTORS[column]));

describe("what stands in the table is done by whoever may, and by nobody else:", () => {
  const tried = rowsOfDocument().map(({ deed, cells }) => ({ deed, cells, trial: TRIALS[deed] }));

  test("every deed, and whatever can be clicked in the Home tab", () => {
    expect(tried.map(({ deed }) => deed).toSorted()).toEqual(Object.keys(DEEDS).toSorted());
    expect(tried.filter(({ trial }) => trial === undefined)).toEqual([]);
    const narrowing = NARROWING.map(([verb]) => verb);
    const others = Object.entries(HOME_DEEDS).flatMap(([verb, deed]) => (narrowing.some((it) => it === verb) ? [] : [deed]));
    expect([...new Set(others)].toSorted()).toEqual(["approve", "decline", "export", "open"]);
  });

  test.each(tried)("$deed", async ({ deed, cells, trial }) => {
    const may = COLUMNS.filter((column) => cells[column] === "yes" || (cells[column] === "here" && isQuestion(deed)));
    const mayNot = COLUMNS.filter((column) => !may.includes(column));
    await trial.before?.();
    const calls = it.aws.calls().length;
    const before = (await it.events()).length;

    for (const column of mayNot) {
      for (const said of await trial.refused(ACTORS[column])) expect(said, column).toMatch(sentenceOf(deed));
    }
    expectRefusals(deed, (await it.events()).slice(before), mayNot);
    expect(it.aws.calls()).toHaveLength(calls);

    for (const column of may) await trial.done(ACTORS[column]);
    await trial.after?.();
    const done = (await it.events()).slice(before);
    for (const column of may) {
      const types = by(done, column).map(({ type }) => type);
      expect(types, column).not.toContain("refused");
      if (trial.event) expect(types, column).toContain(trial.event);
    }
    await askedElsewhere(deed, cells, trial);
  });
});

/** Everything that people did was refused, to each of these, and is in the audit log as this deed. */
function expectRefusals(deed: Deed, events: readonly AuditEvent[], columns: readonly (typeof COLUMNS)[number][]): void {
  const refusals = events.filter(({ actor }) => actor.kind === "user");
  for (const column of columns) expect(by(refusals, column), column).not.toEqual([]);
  for (const { type, note } of refusals) expect([type, note]).toEqual(["refused", expect.stringMatching(`^${deed}: `)]);
}

/** What is `here` is nowhere else; what is `yes` is. */
async function askedElsewhere(
  deed: Deed,
  cells: Readonly<Record<(typeof COLUMNS)[number], Cell>>,
  { elsewhere, answer }: Trial,
): Promise<void> {
  if (!elsewhere || !answer) return;
  const here = COLUMNS.filter((column) => cells[column] === "here");
  const before = (await it.events()).length;
  for (const column of here) expect(await elsewhere(ACTORS[column]), column).toMatch(sentenceOf(deed));
  expectRefusals(deed, (await it.events()).slice(before), here);
  expect(await elsewhere(ACTORS.viewer)).toMatch(answer);
}
