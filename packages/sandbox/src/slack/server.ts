import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { postureError } from "@posture/core";
import { Acting, type Place, type Submitted, type Wanted } from "./acting.ts";
import { type ApiCall, WebApi } from "./api.ts";
import type { Refused } from "./blockkit/judge.ts";
import { type SlackFault, SlackFaults } from "./faults.ts";
import type { ByLabel, Given } from "./fields.ts";
import { Files } from "./files.ts";
import { send } from "./http.ts";
import { Responses } from "./responses.ts";
import { type DisconnectReason, Sockets } from "./sockets.ts";
import { type Home, type Message, type Modal, Room } from "./room.ts";
import { transcriptOf } from "./transcript.ts";
import { Triggers } from "./triggers.ts";
import {
  APP_TOKEN,
  BOT_TOKEN,
  CHANNEL,
  openWorkspace,
  type Person,
  type PersonName,
  SIGNING_SECRET,
  spotOf,
  type Workspace,
} from "./workspace.ts";

export interface SlackOptions {
  /** Of the page; 0, or left out: any free one. */
  readonly port?: number;
  /** Where the bot takes requests, as in `http://127.0.0.1:3000/slack/events`; can be told later. */
  readonly botUrl?: string;
  /** Milliseconds since 1970, by which triggers and response addresses age; left out: this machine's clock. */
  readonly now?: () => number;
  /** Milliseconds after an upload in which Slack does not say yet what the file is; 0 unless told. */
  readonly processing?: number;
}

/** A Slack workspace on 127.0.0.1: a page for people, the Web API for the bot, and signed requests between them. */
export interface LocalSlack {
  /** The page. */
  readonly url: string;
  /** For `SLACK_API_URL`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly signingSecret: string;
  readonly teamId: string;
  /** For Socket Mode, which is used as long as there is no `setBotUrl`. */
  readonly appToken: string;
  readonly sockets: {
    /** How many connections of the bot are open. */
    count(): number;
    /** How many were open at once, at most. */
    peak(): number;
    /** Tells the bot that its connections will end. */
    announce(reason: DisconnectReason): void;
    /** Ends them all, without a word. */
    cut(): void;
    /** Ends the connection right behind the next thing that the bot is told, before it can answer. */
    cutNext(): void;
    /** Sends the bot what is no envelope. */
    send(text: string): void;
  };
  /** As people write it, `#security`. */
  readonly channel: string;
  readonly channelId: string;
  setBotUrl(url: string): void;
  /** What the channel shows, or another by its id, replies behind what they reply to; also what only one person sees. */
  messages(channel?: string): readonly Message[];
  /** What somebody's direct messages with the app show. */
  directMessages(user?: PersonName): readonly Message[];
  /** The Web API's calls, in their order. */
  ledger(): readonly ApiCall[];
  /** What the app sent that Slack would not take as blocks, text or view, a sentence each; what was refused by a fault, or by `knowsNot`, is not among them. */
  refusals(): readonly string[];
  /** Presses a button, or chooses from a menu. Unless told, it is Ana who acts. @throws {Error} where there is none, or the bot does not answer in 3 s */
  click(act: { readonly user?: PersonName; readonly message: string; readonly value?: string } & Wanted): Promise<void>;
  /** What the app's Home tab shows to somebody. */
  home(user?: PersonName): Home | undefined;
  /** Somebody opens it. @throws {Error} as `click` */
  openHome(user?: PersonName): Promise<void>;
  /** Presses a button there, or chooses from a menu. @throws {Error} as `click` */
  clickHome(act: { readonly user?: PersonName; readonly value?: string } & Wanted): Promise<void>;
  /** The window that is open before somebody. */
  openModal(user?: PersonName): Modal | undefined;
  /** Chooses in a field of the open window, by its label; waits for it to open. The app hears of it where the field dispatches. @throws {Error} as `click` */
  choose(act: { readonly user?: PersonName; readonly label: string; readonly value: Given }): Promise<void>;
  /** Fills in the open window by the labels of its fields, and submits it; waits for it to open. @throws {Error} as `click` */
  submit(act: { readonly user?: PersonName; readonly values: ByLabel }): Promise<Submitted>;
  /** @throws {Error} where the bot does not answer in 3 s */
  command(line: string, user?: PersonName, place?: Place): Promise<void>;
  /** Something happens that the bot listens to, such as `{ type: "app_home_opened", … }`. @throws {Error} as `click` */
  happen(event: { readonly type: string } & Readonly<Record<string, unknown>>): Promise<void>;
  /** Takes the app out of the workspace: its token is no good any more, and it is told so. @throws {Error} as `click` */
  uninstall(): Promise<void>;
  /** Tells the bot once more what it was told last, as Slack does when it saw no answer. Answers what the bot says to it. @throws {Error} as `click` */
  repeat(): Promise<string>;
  /** The channel for a terminal of 80 columns. */
  asText(): string;
  fault(fault: SlackFault): void;
  clearFaults(): void;
  /** From now on it refuses messages with blocks of these types, as a workspace does that has not got them; without any, it knows all again. */
  knowsNot(...types: readonly string[]): void;
  close(): Promise<void>;
}

/** What the page is served from. */
export interface Behind {
  readonly workspace: Workspace;
  readonly room: Room;
  readonly acting: Acting;
  readonly files: Files;
}

const WINDOW_OPENS_WITHIN = 5000;

/**
 * Starts a local Slack workspace.
 * @throws {PostureError} POSTURE_PORT_TAKEN
 */
export async function startSlack({ port = 0, botUrl, now = Date.now, processing = 0 }: SlackOptions = {}): Promise<LocalSlack> {
  const workspace = await openWorkspace();
  const room = new Room();
  const faults = new SlackFaults();
  const triggers = new Triggers();
  let url = "";
  const origin = (): string => url;
  const sockets = new Sockets(now);
  const files = new Files({ workspace, room, origin, now, processing });
  const refusals: string[] = [];
  const refused: Refused = (where, { error, messages }) => void refusals.push([`${where}: ${error}`, ...messages].join(" "));
  const unknown = new Set<string>();
  const responses = new Responses({ workspace, room, files, refused, unknown, now });
  const api = new WebApi({ workspace, room, sockets, faults, triggers, files, refused, unknown, origin, now });
  const acting = new Acting(workspace, room, sockets, triggers, responses, origin, now);
  acting.botUrl = botUrl;
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    route({ api, faults, responses, behind: { workspace, room, acting, files } }, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, 500, "text/plain; charset=utf-8", error instanceof Error ? error.message : String(error));
    });
  });
  sockets.attach(server);
  try {
    url = `http://127.0.0.1:${await listen(server, port)}`;
  } catch (error) {
    await workspace.close();
    throw error;
  }
  const personOf = (name: PersonName = "Ana"): Person => known(workspace, name);
  return {
    url,
    apiUrl: `${url}/api/`,
    botToken: BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
    teamId: workspace.teamId,
    appToken: APP_TOKEN,
    sockets: {
      count: () => sockets.connections,
      peak: () => sockets.peak,
      announce: (reason) => sockets.announce(reason),
      cut: () => sockets.cut(),
      cutNext: () => void (sockets.cutNext = true),
      send: (text) => sockets.sendRaw(text),
    },
    channel: `#${CHANNEL}`,
    channelId: workspace.channelId,
    setBotUrl: (at) => void (acting.botUrl = at),
    messages: (channel) => room.messages(undefined, spotOf(channel, workspace).channel),
    directMessages: (user = "Ana") => room.messages(user),
    ledger: () => [...api.calls],
    refusals: () => [...refusals],
    click: ({ user, message, value, ...wanted }) => acting.click(personOf(user), message, wanted, value),
    home: (user) => room.home(personOf(user).id),
    openHome: (user) => acting.openHome(personOf(user)),
    clickHome: ({ user, value, ...wanted }) => acting.clickHome(personOf(user), wanted, value),
    openModal: (user) => room.modal(personOf(user).id),
    async choose({ user, label, value }) {
      await opened(room, personOf(user));
      return acting.choose(personOf(user), label, value);
    },
    async submit({ user, values }) {
      await opened(room, personOf(user));
      return acting.submit(personOf(user), values);
    },
    command: (line, user, place) => acting.command(personOf(user), line, place),
    happen: (event) => acting.happen(event),
    async uninstall() {
      api.uninstalled = true;
      await acting.happen({ type: "tokens_revoked", tokens: { oauth: [], bot: [workspace.botUserId] } });
      await acting.happen({ type: "app_uninstalled" });
    },
    repeat: async () => (await acting.repeat()).body,
    asText: () => transcriptOf(room.messages(), workspace),
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    knowsNot(...types) {
      unknown.clear();
      for (const type of types) unknown.add(type);
    },
    async close() {
      sockets.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await files.close();
      await workspace.close();
    },
  };
}

export function known({ people }: Workspace, name: string): Person {
  const found = people.find((person) => person.name === name);
  if (!found) throw new Error(`there is nobody called ${name} in the workspace`);
  return found;
}

async function opened(room: Room, person: Person): Promise<void> {
  const deadline = Date.now() + WINDOW_OPENS_WITHIN;
  while (!room.modal(person.id)) {
    if (Date.now() > deadline) throw new Error(`no window has opened before ${person.name}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

interface Parts {
  readonly api: WebApi;
  readonly faults: SlackFaults;
  readonly responses: Responses;
  readonly behind: Behind;
}

async function route({ api, faults, responses, behind }: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(request.url ?? "/", "http://127.0.0.1");
  const [, first = "", second = "", ...rest] = pathname.split("/");
  switch (first) {
    case "api":
      return api.handle(second, search.slice(1), request, response);
    case "respond":
      return responses.handle(second, request, response);
    case "upload":
      return faults.meet("upload") ? void response.destroy() : behind.files.take(rest[0] ?? "", request, response);
    case "files-pri":
      return behind.files.download([second, ...rest], request, response);
    default: {
      // React and the renderer are loaded when somebody looks.
      const { page } = await import("./page/server.ts");
      return page(behind, request, response);
    }
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? postureError("POSTURE_PORT_TAKEN", { port, setting: "--port" }, error) : error),
    );
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
