import { USUAL } from "@posture/config";
import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuditEvent, DAY, type Finding, plus, type Suppression } from "@posture/core";
import { createPosture, openStore } from "@posture/runtime";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, type PersonName, startSlack } from "@posture/sandbox/slack";
import pino from "pino";
import { expect, vi } from "vitest";
import { z } from "zod";
import { type Bot, startBot } from "../bot.ts";
import { ACTION, ASSIGN_MODAL, encodeExtend, encodeModal, EXTEND_MODAL, FIELD, RELATED_MODAL, SUPPRESS_MODAL } from "../codec.ts";
import { HOME_ACTION, MENUS } from "../home/codec.ts";
import { announcerOf } from "../outbox/announcer.ts";
import { ACTORS, COLUMNS } from "./table.test.fixture.ts";

export type Message = ReturnType<LocalSlack["messages"]>[number];

const soon = { timeout: 30_000, interval: 10 };
const now = (): string => new Date().toISOString();
export const REASON = "A jump host, watched by the network team.";

export interface Filled {
  readonly callback: string;
  readonly data: string;
  readonly values: object;
}

/** A finding, and its message as it was posted. */
export interface Told {
  readonly finding: Finding;
  readonly message: Message;
}

export const windowToSuppress = ({ finding }: Told): Filled => ({
  callback: SUPPRESS_MODAL,
  data: encodeModal({ fingerprint: finding.fingerprint }),
  values: {
    [FIELD.basis]: { [FIELD.input]: { type: "static_select", selected_option: { value: "accepted-risk" } } },
    [FIELD.justification]: { [FIELD.input]: { type: "plain_text_input", value: REASON } },
    [FIELD.expiry]: { [FIELD.input]: { type: "static_select", selected_option: { value: "1" } } },
  },
});
/** The same, wider than the finding: a rule. */
export const windowToSuppressByRule = (about: Told): Filled => {
  const { values, ...rest } = windowToSuppress(about);
  return {
    ...rest,
    values: { ...values, [FIELD.scope]: { [ACTION.scope]: { type: "static_select", selected_option: { value: "account" } } } },
  };
};
/** Of the findings of one resource, `related` is what the box is ticked of. */
export const windowToSuppressRelated = (about: Told, related: Finding): Filled => {
  const chosen = { [FIELD.findings]: { [FIELD.input]: { type: "checkboxes", selected_options: [{ value: related.fingerprint }] } } };
  const { values, data } = windowToSuppress(about);
  return { callback: RELATED_MODAL, data, values: { ...chosen, ...values } };
};
export const windowToAssign = ({ finding }: Told, user: string): Filled => ({
  callback: ASSIGN_MODAL,
  data: encodeModal({ fingerprint: finding.fingerprint }),
  values: { [FIELD.assignee]: { [FIELD.input]: { type: "users_select", selected_user: user } } },
});
export const windowToExtend = ({ id }: Suppression, days = 7): Filled => ({
  callback: EXTEND_MODAL,
  data: encodeExtend({ suppressionId: id }),
  values: { [FIELD.expiry]: { [FIELD.input]: { type: "static_select", selected_option: { value: String(days) } } } },
});

/** A bot whose configuration gives each role to somebody, in another way each, and a first sweep that is over. */
export interface Stage {
  readonly slack: LocalSlack;
  readonly aws: SimulatedAws;
  readonly idOf: (person: PersonName) => string;
  /** Open findings, the gravest first. */
  readonly findings: readonly Finding[];
  readonly events: () => Promise<readonly AuditEvent[]>;
  /** Those that have not ended. */
  readonly suppressions: () => Promise<readonly Suppression[]>;
  /** The message in the channel of which this is true, once it is there. */
  readonly shown: (isIt: (message: Message) => boolean) => Promise<Message>;
  /** What a person alone is told after `act`. */
  readonly told: (person: PersonName, act: () => Promise<unknown>) => Promise<Message>;
  /** The same, in their direct messages with the app. */
  readonly toldDirectly: (person: PersonName, act: () => Promise<unknown>) => Promise<Message>;
  /** Has a finding posted, and answers its message. */
  readonly opened: (finding: Finding) => Promise<Message>;
  /** A window as somebody can submit it who never saw it. Answers the field errors. */
  readonly submitted: (person: PersonName, window: Filled) => Promise<string>;
  /** A button as somebody can press it whose screen still shows it. */
  readonly pressed: (person: PersonName, message: Message, action: string, value: string) => Promise<unknown>;
  /** The same in the Home tab. Answers what it says first then. */
  readonly pressedHome: (person: PersonName, action: string, value: string) => Promise<string>;
  /** Opens the Home tab. Answers what it says first then. */
  readonly openedHome: (person: PersonName) => Promise<string>;
  readonly close: () => Promise<void>;
}

export async function stage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "posture-roles-"));
  const [aws, slack] = await Promise.all([startAws({ world: "demo" }), startSlack({})]);
  const ids = new Map(await Promise.all(COLUMNS.map((it) => ACTORS[it]).map(async (name) => [name, await userId(slack, name)] as const)));
  const idOf = (name: PersonName): string => ids.get(name) ?? "";
  const roles = {
    viewer: [slack.channelId],
    responder: ["S0ONCALL"],
    analyst: [idOf("Cem")],
    approver: [idOf("Ben")],
    admin: ["workspace-admins"],
  };
  const configFile = join(folder, "posture.config.mjs");
  await writeFile(configFile, `export default ${JSON.stringify({ suppressions: { approval: { critical: true } }, slack: { roles } })};`);
  const env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const place = join(folder, "store");
  await ruleFromTerminal(place, { folder, configFile, env });
  const bot = await started(slack, { place, configFile, folder, env });
  const shown: Stage["shown"] = (isIt) =>
    vi.waitFor(() => {
      const found = slack.messages().find(isIt);
      if (!found) throw new Error(`not in the channel:\n${slack.asText()}`);
      return found;
    }, soon);
  /** Who is refused is told so there, and who is not is told something else than before. */
  const toldHome = async (person: PersonName, act: () => Promise<unknown>): Promise<string> => {
    const published = (): number =>
      slack.ledger().filter(({ method, arguments: given }) => method === "views.publish" && given["user_id"] === idOf(person)).length;
    const before = published();
    await act();
    await vi.waitFor(() => expect(published()).toBeGreaterThan(before), soon);
    return firstWords(slack.home(person)?.blocks ?? []);
  };
  const digest = await shown(({ text }) => text.startsWith("First sweep of account"));
  const findings = await read(place, async (store) =>
    (await collected(store.list({ statuses: ["open"] }, now()))).map(({ finding }) => finding),
  );
  return {
    slack,
    aws,
    idOf,
    findings,
    shown,
    events: () => read(place, async (store) => (await collected(store.records())).flatMap((record) => record.events)),
    suppressions: () => read(place, (store) => store.read({}, ({ suppressions }) => suppressions.filter(({ ended }) => ended === null))),
    async told(person, act) {
      const before = new Set(slack.messages().map(({ ts }) => ts));
      await act();
      return shown((it) => it.ephemeralFor === person && !before.has(it.ts));
    },
    async toldDirectly(person, act) {
      const before = new Set(slack.directMessages(person).map(({ ts }) => ts));
      await act();
      return vi.waitFor(() => {
        const found = slack.directMessages(person).find((it) => it.ephemeralFor === person && !before.has(it.ts));
        if (!found) throw new Error(`${person} was told nothing`);
        return found;
      }, soon);
    },
    async opened({ fingerprint, ref }) {
      await slack.click({ user: "Ana", message: digest.ts, label: "Open a finding", value: `v1:${fingerprint}` });
      return shown((it) => it.ephemeralFor === undefined && it.text.includes(ref.name) && JSON.stringify(it.blocks).includes(fingerprint));
    },
    submitted: (person, { callback, data, values }) => {
      const view = { id: `V${requests}`, callback_id: callback, private_metadata: data, state: { values } };
      return signed(slack, bot, { type: "view_submission", user: { id: idOf(person) }, view });
    },
    pressedHome: (person, action_id, value) =>
      toldHome(person, () => {
        const view = { type: "home", id: "V0HOME", private_metadata: "", state: { values: {} } };
        const actions = [elementOf(action_id, value)];
        return signed(slack, bot, { type: "block_actions", user: { id: idOf(person) }, view, actions });
      }),
    openedHome: (person) => toldHome(person, () => slack.openHome(person)),
    pressed: (person, { ts }, action_id, value) => {
      const place = { channel: { id: slack.channelId }, message: { ts } };
      return signed(slack, bot, { type: "block_actions", user: { id: idOf(person) }, ...place, actions: [elementOf(action_id, value)] });
    },
    async close() {
      await bot.stop();
      await Promise.all([slack.close(), aws.close()]);
      await rm(folder, { recursive: true });
    },
  };
}

const SELECTS: ReadonlySet<string> = new Set([ACTION.more, ...MENUS.map((menu) => HOME_ACTION[menu])]);

/** What Slack sends of a button that is pressed, or of what is chosen from a menu. */
function elementOf(action_id: string, value: string): object {
  const common = { action_id, action_ts: String(requests) };
  return SELECTS.has(action_id) ? { type: "static_select", ...common, selected_option: { value } } : { type: "button", ...common, value };
}

async function userId(slack: LocalSlack, name: PersonName): Promise<string> {
  const headers = { authorization: `Bearer xoxp-${name.toLowerCase()}` };
  const answer: unknown = await (await fetch(`${slack.apiUrl}auth.test`, { method: "POST", headers })).json();
  return z.object({ user_id: z.string() }).parse(answer).user_id;
}

interface Surroundings {
  readonly folder: string;
  readonly configFile: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A rule that waits for approval, made before there is a bot. */
async function ruleFromTerminal(place: string, surroundings: Surroundings): Promise<void> {
  const store = await openStore(place, { now });
  const posture = await createPosture({ store, announcer: announcerOf(() => [USUAL]), now, ...surroundings });
  const by = { kind: "user", id: "arn:aws:iam::111122223333:user/ana", via: "cli" } as const;
  await posture.suppress({ rule: { regions: ["eu-west-1"] }, justification: REASON, by, expiresAt: plus(now(), DAY) });
  await posture.close();
  await store.close();
}

async function started(slack: LocalSlack, { place, configFile, folder, env }: Surroundings & { readonly place: string }): Promise<Bot> {
  const { botToken, signingSecret, channel, apiUrl: slackApiUrl } = slack;
  const settings = { botToken, signingSecret, channel, slackApiUrl, port: 0, host: "127.0.0.1", store: place, configFile };
  const bot = await startBot({ ...settings, schedule: "0 0 1 1 *" }, pino({ level: "silent" }), { folder, env });
  slack.setBotUrl(`http://127.0.0.1:${bot.port}/slack/events`);
  return bot;
}

async function read<T>(place: string, look: (store: Awaited<ReturnType<typeof openStore>>) => Promise<T>): Promise<T> {
  const store = await openStore(place, { now, readOnly: true });
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

/** Of the first block that is text. */
function firstWords(blocks: readonly object[]): string {
  const first = blocks.find((block) => "type" in block && block.type === "rich_text");
  return [...JSON.stringify(first ?? {}).matchAll(/"text":"((?:[^"\\]|\\.)*)"/g)].map(([, words = ""]) => words).join("");
}

let requests = 0;
/** Signed as Slack signs it. Answers what is wrong by field, in words. */
async function signed({ signingSecret }: LocalSlack, { port }: Bot, given: object): Promise<string> {
  requests += 1;
  const body = new URLSearchParams({ payload: JSON.stringify({ ...given, trigger_id: `${requests}.signed` }) }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  const type = "application/x-www-form-urlencoded";
  const headers = { "content-type": type, "x-slack-request-timestamp": timestamp, "x-slack-signature": signature };
  const response = await fetch(`http://127.0.0.1:${port}/slack/events`, { method: "POST", headers, body });
  expect(response.status).toBe(200);
  const text = await response.text();
  return text === "" ? "" : Object.values(Errors.parse(JSON.parse(text)).errors).join(" ");
}
const Errors = z.object({ errors: z.record(z.string(), z.string()) });

async function collected<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
