// long: each deed of the table in the guide has its trial here, one below the other
import type { AuditEvent, Finding, Suppression } from "@posture/core";
import type { PersonName } from "@posture/sandbox/slack";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ACTION, encodeFinding, encodeSeen, encodeShare } from "../codec.ts";
import { HOME_ACTION } from "../home/codec.ts";
import { type Deed, DEEDS, isQuestion } from "./deed.ts";
import { type Message, REASON, type Stage, stage, type Told, windowToExtend, windowToSuppress } from "./matrix.test.fixture.ts";
import { ACTORS, COLUMNS, rowsOfDocument } from "./table.test.fixture.ts";

/* docs/guide/roles-in-slack.md, tried: each kind of person, each deed, with a real bot behind signed requests. */

vi.setConfig({ testTimeout: 60_000 });

let it: Stage;
/** Findings: one that is suppressed at once, one that takes approval, one that a rule holds, one that has no message yet. */
let plain: Told;
let critical: Told;
let ruled: Told;
let unposted: Finding;
let digest: Message;

beforeAll(async () => {
  it = await stage();
  digest = await it.shown(({ text }) => text.startsWith("First sweep of account"));
  const [high, other] = it.findings.filter(({ severity, ref }) => severity === "high" && ref.region !== "eu-west-1");
  const grave = it.findings.find(({ severity, ref }) => severity === "critical" && ref.region !== "eu-west-1");
  const held = it.findings.find(({ ref }) => ref.region === "eu-west-1");
  if (!high || !other || !grave || !held) throw new Error("the world has not what is tried");
  unposted = other;
  const messages = await Promise.all([high, grave, held].map((finding) => it.opened(finding)));
  const [one, two, three] = messages;
  if (!one || !two || !three) throw new Error("not all were posted");
  plain = { finding: high, message: one };
  critical = { finding: grave, message: two };
  ruled = { finding: held, message: three };
}, 60_000);
afterAll(() => it.close());

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

/** Decided, and in the table, and not to be done in Slack so far. */
const NOT_YET: readonly Deed[] = ["steps", "suppress-related", "scan", "suppress-by-rule"];

/** How a deed is tried. */
interface Trial {
  /** Before anybody tries: what there has to be, and to be seen. */
  readonly before?: () => Promise<unknown>;
  /** What somebody does who may not; answers all that they are told. */
  readonly refused: (person: PersonName) => Promise<readonly string[]>;
  /** What somebody does who may, up to where it can be seen; then all is as before. */
  readonly done: (person: PersonName) => Promise<unknown>;
  readonly after?: () => Promise<unknown>;
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

function question(line: () => string, answer: RegExp): Trial {
  return {
    event: null,
    refused: async (person) => [await typed(person, line())],
    done: async (person) => expect(await typed(person, line())).toMatch(answer),
  };
}

const pendingCritical = async (): Promise<void> => {
  if (!(await isSuppressed(critical))) await ask("Cem");
};
const suppressedPlain = async (): Promise<unknown> => {
  if (!(await isSuppressed(plain))) await suppress("Ana");
  return shows(plain, "🔕 Suppressed");
};
const MORE: Partial<Record<PersonName, number>> = { Ana: 7, Ben: 30, Cem: 90 };

const TRIALS: Readonly<Partial<Record<Deed, Trial>>> = {
  help: question(() => "/posture help", /^Commands: /),
  summary: question(() => "/posture summary", /open/),
  digest: question(() => "/posture digest", /^Digest so far: /),
  findings: question(() => "/posture findings", /^Findings: 1–10 of/),
  show: question(() => `/posture show ${plain.finding.fingerprint}`, /High/),
  history: question(() => `/posture history ${plain.finding.fingerprint}`, /^History of /),
  why: question(() => `/posture why ${plain.finding.ref.arn}`, /finding/),
  checks: question(() => "/posture checks", /^Checks: 1–10 of/),
  suppressions: question(() => "/posture suppressions", /^Suppressions: /),
  status: question(() => "/posture status", /^Posture status: /),
  home: {
    event: null,
    refused: async (person) => [await it.openedHome(person), await it.pressedHome(person, HOME_ACTION.clear, "v1")],
    done: async (person) => {
      await it.openedHome(person);
      expect(JSON.stringify(it.slack.home(person)?.blocks)).toContain("Findings: 1–10 of");
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
    done: async (person) =>
      expect((await it.told(person, () => openUnposted(person))).text).toMatch(/^Posting | is on its way\.$|^Already in this channel/),
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
    done: (person) =>
      until("exported", person, () =>
        person === "Ana" ? atHome(person, HOME_ACTION.exportCsv, "v1") : it.slack.command("/posture export csv critical", person),
      ),
  },
  assign: {
    event: "assigned",
    refused: async (person) => [(await it.told(person, () => it.slack.command(assigning("me"), person))).text],
    async done(person) {
      await until("assigned", person, () => it.slack.command(assigning("me"), person));
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
      await until("suppression-approved", person, () =>
        person === "Ana" ? decidedAtHome(person, critical, HOME_ACTION.approve) : decide(person, critical, ACTION.approve),
      );
      await lift("Ana", critical);
      await ask("Cem");
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
      await until("suppression-declined", person, () =>
        person === "Ana" ? decidedAtHome(person, critical, HOME_ACTION.decline) : decide(person, critical, ACTION.decline),
      );
      await ask("Cem");
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

describe("what there is a button or a command for is done by whoever may, and by nobody else:", () => {
  const tried = rowsOfDocument().flatMap(({ deed, cells }) => {
    const trial = TRIALS[deed];
    return trial ? [{ deed, cells, trial }] : [];
  });

  test("everything, but what has neither a button nor a command yet", () =>
    expect(Object.keys(DEEDS).filter((deed) => tried.every((it) => it.deed !== deed))).toEqual(NOT_YET));

  test.each(tried)("$deed", async ({ deed, cells, trial }) => {
    const may = COLUMNS.filter((column) => cells[column] === "yes" || (cells[column] === "here" && isQuestion(deed)));
    const mayNot = COLUMNS.filter((column) => !may.includes(column));
    await trial.before?.();
    const calls = it.aws.calls().length;
    const before = (await it.events()).length;

    for (const column of mayNot) {
      for (const said of await trial.refused(ACTORS[column])) expect(said, column).toMatch(sentenceOf(deed));
    }
    const refusals = (await it.events()).slice(before).filter(({ actor }) => actor.kind === "user");
    for (const column of mayNot) expect(by(refusals, column), column).not.toEqual([]);
    for (const { type, note } of refusals) expect([type, note]).toEqual(["refused", expect.stringMatching(`^${deed}: `)]);
    expect(it.aws.calls()).toHaveLength(calls);

    for (const column of may) await trial.done(ACTORS[column]);
    await trial.after?.();
    const done = (await it.events()).slice(before);
    for (const column of may) {
      const types = by(done, column).map(({ type }) => type);
      expect(types, column).not.toContain("refused");
      if (trial.event) expect(types, column).toContain(trial.event);
    }
  });
});
