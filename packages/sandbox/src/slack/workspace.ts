import { createServer } from "node:net";
import { createEmulator } from "emulate";
import { z } from "zod";

/** Who is in the local workspace, and can be acted as. */
export const PEOPLE = ["Ana", "Ben", "Cem", "Dee", "Eva", "Gus", "Sam", "Bot"] as const;
export type PersonName = (typeof PEOPLE)[number];
/** A guest is what Slack calls a restricted user; a stranger is of another organisation, in a shared channel; a bot is another app's. */
export type LocalRole = "admin" | "member" | "guest" | "stranger" | "bot";

export interface Person {
  readonly id: string;
  readonly name: PersonName;
  /** What the page says of them. */
  readonly role: LocalRole;
  readonly token: string;
  /** The id of their direct messages with the app. */
  readonly direct: string;
}

const ROLES: Readonly<Record<PersonName, LocalRole>> = {
  Ana: "admin",
  Ben: "member",
  Cem: "member",
  Dee: "member",
  Eva: "member",
  Gus: "guest",
  Sam: "stranger",
  Bot: "bot",
};
/** The team of strangers. */
export const OTHER_TEAM = "T0ELSEWHERE";
/** User groups, by id. */
export const GROUPS: Readonly<Record<string, { readonly handle: string; readonly members: readonly PersonName[] }>> = {
  S0ONCALL: { handle: "on-call", members: ["Dee", "Gus"] },
};
export const BOT_TOKEN = "xoxb-local";
/** Of the app itself, for Socket Mode. */
export const APP_TOKEN = "xapp-local";
export const SIGNING_SECRET = "of-the-local-workspace";
export const CHANNEL = "security";
const BOT = "posture";

/** A channel besides the one that is there from the start. */
export interface OtherChannel {
  readonly id: string;
  /** Without `#`. */
  readonly name: string;
}

/** Where a message stands. Of both left out: in the channel that is there from the start. */
export interface Spot {
  /** The name of whose direct messages with the app it is in. */
  readonly direct?: string;
  /** The name of another channel. */
  readonly channel?: string;
}

/** Where the messages of this id stand. Pure. */
export function spotOf(id: unknown, { people, others }: Pick<Workspace, "people" | "others">): Spot {
  const direct = people.find((person) => person.direct === id)?.name;
  const channel = others.find((other) => other.id === id)?.name;
  return { ...(direct !== undefined && { direct }), ...(channel !== undefined && { channel }) };
}

/** The id of where a message stands. Pure. */
export function idOfSpot(
  { direct, channel }: Spot,
  { people, others, channelId }: Pick<Workspace, "people" | "others" | "channelId">,
): string {
  const person = people.find(({ name }) => name === direct);
  return person?.direct ?? others.find(({ name }) => name === channel)?.id ?? channelId;
}

/** One of Slack's answers. */
export interface Answer {
  readonly ok: boolean;
  readonly error?: string | undefined;
  readonly [member: string]: unknown;
}
export const Answer: z.ZodType<Answer> = z.looseObject({ ok: z.boolean(), error: z.string().optional() });

/** The state of a Slack workspace, kept by the emulator: channels, messages, views, triggers. */
export interface Workspace {
  readonly teamId: string;
  readonly botUserId: string;
  readonly channelId: string;
  readonly people: readonly Person[];
  /** Channels that were created since. */
  readonly others: OtherChannel[];
  /** Of the bot and of the people. */
  readonly tokens: ReadonlySet<string>;
  /** Sends a request on as it came. `null`: there is no such method. */
  forward(method: string, contentType: string, body: string | Buffer, authorization: string | undefined): Promise<Answer | null>;
  call(method: string, body: object, token?: string): Promise<Answer>;
  /** Opens a window before somebody, or puts it on the window `on`. Whether they may is decided before. */
  showView(person: string, on: string | undefined, args: object, token?: string): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts the emulator on 127.0.0.1 with one channel, its people and the bot's own user. */
export async function openWorkspace(): Promise<Workspace> {
  const emulator = await createEmulator({
    service: "slack",
    port: await freePort(),
    seed: {
      slack: {
        team: { name: "Example", domain: "example" },
        users: [
          ...PEOPLE.map((name) => ({
            name: name.toLowerCase(),
            real_name: name,
            email: `${name.toLowerCase()}@example.com`,
            is_admin: ROLES[name] === "admin",
          })),
          { name: BOT, real_name: "Posture", email: "posture@example.com" },
        ],
        channels: [{ name: CHANNEL, topic: "What Posture finds", members: [...PEOPLE.map((name) => name.toLowerCase()), BOT] }],
        bots: [{ name: BOT }],
        signing_secret: SIGNING_SECRET,
        tokens: [
          { token: BOT_TOKEN, user: BOT, scopes: ["chat:write"] },
          ...PEOPLE.map((name) => ({ token: tokenOf(name), user: name.toLowerCase(), scopes: ["chat:write"] })),
        ],
      },
    },
  });
  const forward: Workspace["forward"] = async (method, contentType, body, authorization) => {
    const response = await fetch(`${emulator.url}/api/${method}`, {
      method: "POST",
      headers: { "content-type": contentType, ...(authorization !== undefined && { authorization }) },
      body: typeof body === "string" ? body : new Uint8Array(body),
    });
    if (response.status === 404) return null;
    return Answer.parse(await response.json());
  };
  const call: Workspace["call"] = async (method, body, token = BOT_TOKEN) =>
    (await forward(method, "application/json; charset=utf-8", JSON.stringify(body), `Bearer ${token}`)) ?? {
      ok: false,
      error: "unknown_method",
    };
  // The emulator's own triggers are good for whole seconds of its own clock, so they are made when they are needed.
  const showView: Workspace["showView"] = async (person, on, args, token = BOT_TOKEN) => {
    const { trigger_id } = await call("views.generateTriggerId", { user_id: person, ...(on !== undefined && { view_id: on }) }, token);
    return call(on === undefined ? "views.open" : "views.push", { ...args, trigger_id }, token);
  };
  const { team_id: teamId, user_id: botUserId } = z.object({ team_id: z.string(), user_id: z.string() }).parse(await call("auth.test", {}));
  const named = z.array(z.object({ id: z.string(), name: z.string() }));
  const { channels } = z.object({ channels: named }).parse(await call("conversations.list", { limit: 1000 }));
  const { members } = z.object({ members: named }).parse(await call("users.list", {}));
  const idOf = (list: z.infer<typeof named>, name: string): string => {
    const found = list.find((it) => it.name === name);
    if (!found) throw new Error(`the emulator has no ${name}`);
    return found.id;
  };
  const people: Person[] = [];
  for (const name of PEOPLE) {
    const id = idOf(members, name.toLowerCase());
    const { channel } = z.object({ channel: z.object({ id: z.string() }) }).parse(await call("conversations.open", { users: id }));
    people.push({ id, name, role: ROLES[name], token: tokenOf(name), direct: channel.id });
  }
  return {
    teamId,
    botUserId,
    channelId: idOf(channels, CHANNEL),
    people,
    others: [],
    tokens: new Set([BOT_TOKEN, ...PEOPLE.map(tokenOf)]),
    forward,
    call,
    showView,
    close: () => emulator.close(),
  };
}

function tokenOf(name: PersonName): string {
  return `xoxp-${name.toLowerCase()}`;
}

/** The emulator takes no port 0. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "localhost", () => {
      const address = probe.address();
      probe.close(() => (typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no free port"))));
    });
  });
}
