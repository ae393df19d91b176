import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { type Arguments, argumentsOf, text } from "./arguments.ts";
import { type Refusal, refusalOfMessage, refusalOfUnknown, refusalOfView, type Refused } from "./blockkit/judge.ts";
import type { SlackFault, SlackFaults } from "./faults.ts";
import { describedUser, membersOfGroup, pagedMembers } from "./directory.ts";
import type { Files } from "./files.ts";
import { historyOf, Kept } from "./history.ts";
import { bodyOf, send, sendJson } from "./http.ts";
import { Blocks, homeOf, modalOf, type Room } from "./room.ts";
import type { Sockets } from "./sockets.ts";
import { APP_ID } from "./payloads.ts";
import type { Triggers } from "./triggers.ts";
import { Answer, APP_TOKEN, BOT_TOKEN, spotOf, type Workspace } from "./workspace.ts";

/** One call of the Web API that was answered, or was not. */
export interface ApiCall {
  readonly method: string;
  readonly arguments: Arguments;
  readonly at: string;
  /** What the bot was answered; `null`: nothing that it could read. */
  readonly answer: Answer | null;
  /** What Slack made of it, whatever the bot was answered; `null`: it never came to that. */
  readonly outcome: Answer | null;
  /** What went wrong on purpose. */
  readonly fault?: SlackFault["kind"];
}

/** Characters: https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const MOST_TEXT = 40_000;
/** Bytes, once &, < and > are escaped: https://docs.slack.dev/reference/methods/chat.update#errors */
const MOST_UPDATED_TEXT = 4000;

interface WebApiParts {
  readonly workspace: Workspace;
  readonly room: Room;
  readonly sockets: Sockets;
  readonly faults: SlackFaults;
  readonly triggers: Triggers;
  readonly files: Files;
  readonly refused: Refused;
  /** Types of blocks that the workspace does not know. */
  readonly unknown: ReadonlySet<string>;
  readonly origin: () => string;
  readonly now: () => number;
}

/** Slack's Web API as the bot sees it: judged as Slack would, kept by the emulator, shown in the room. */
export class WebApi {
  readonly calls: ApiCall[] = [];
  /** The app is not in the workspace any more. */
  uninstalled = false;
  readonly #sockets: Sockets;
  readonly #workspace: Workspace;
  readonly #room: Room;
  readonly #faults: SlackFaults;
  readonly #triggers: Triggers;
  readonly #files: Files;
  readonly #refused: Refused;
  readonly #unknown: ReadonlySet<string>;
  readonly #origin: () => string;
  readonly #now: () => number;

  constructor(parts: WebApiParts) {
    const { workspace, room, sockets, faults, triggers, files, refused, unknown, origin, now } = parts;
    this.#sockets = sockets;
    this.#workspace = workspace;
    this.#room = room;
    this.#files = files;
    this.#refused = refused;
    this.#unknown = unknown;
    this.#faults = faults;
    this.#triggers = triggers;
    this.#origin = origin;
    this.#now = now;
  }

  async handle(method: string, query: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await bodyOf(request);
    const asForm = request.method === "GET";
    const contentType = asForm ? "application/x-www-form-urlencoded" : (request.headers["content-type"] ?? "");
    const body = asForm ? query : bytes;
    const given = argumentsOf(contentType, body.toString()) ?? {};
    const fault = this.#faults.meet(method, text(given, "channel"));
    const note = (answer: Answer | null, outcome: Answer | null): void => {
      const at = new Date().toISOString();
      this.calls.push({ method, arguments: given, at, answer, outcome, ...(fault && { fault: fault.kind }) });
    };
    if (fault && !HAPPENS.has(fault.kind)) {
      const refusal = fault.kind === "error" ? (fault.error ?? "fatal_error") : fault.kind;
      note(fault.kind === "error" || fault.kind === "ratelimited" ? { ok: false, error: refusal } : null, null);
      return spoil(fault, { ok: false, error: refusal }, response);
    }
    const answer = await this.#answer(method, given, contentType, body, request.headers.authorization);
    note(fault ? null : answer, answer);
    if (fault) spoil(fault, answer, response);
    else sendJson(response, 200, answer);
  }

  async #answer(method: string, given: Arguments, contentType: string, body: string | Buffer, authorization?: string): Promise<Answer> {
    const token = tokenIn(given, authorization);
    // The emulator takes any.
    if (token === "") return { ok: false, error: "not_authed" };
    if (token === APP_TOKEN || (method === "apps.connections.open" && this.#workspace.tokens.has(token)))
      return method === "apps.connections.open" && token === APP_TOKEN
        ? { ok: true, url: this.#sockets.address(this.#origin()) }
        : { ok: false, error: "not_allowed_token_type" };
    if (!this.#workspace.tokens.has(token)) return { ok: false, error: "invalid_auth" };
    if (this.uninstalled && token === BOT_TOKEN) return { ok: false, error: "account_inactive" };
    const wrong = refusalOf(method, given);
    if (wrong) this.#refused(method, wrong);
    const refusal =
      wrong ??
      refusalOfUnknown(given["blocks"], this.#unknown) ??
      this.#files.refusalOf(given["blocks"], token) ??
      this.#picturesIn(given["view"], token);
    if (refusal) {
      return { ok: false, error: refusal.error, errors: refusal.messages, response_metadata: { messages: refusal.messages } };
    }
    if (method === "views.open" || method === "views.push") return this.#opened(method, given, token);
    if (method === "conversations.history") return this.#history(given, token);
    if (method === "conversations.members")
      return pagedMembers(await this.#workspace.call(method, { channel: given["channel"] }, token), given);
    if (method === "bots.info") return { ok: true, bot: { id: text(given, "bot") ?? "", app_id: APP_ID, deleted: false } };
    if (method === "usergroups.users.list") return membersOfGroup(given, this.#workspace);
    const answered = await this.#files.answer(method, given, token);
    if (answered?.error === "invalid_blocks") this.#refused(method, { error: answered.error, messages: [] });
    if (answered) return answered;
    if (method === "views.update" && !this.#room.isOpen(text(given, "view_id") ?? text(given, "external_id") ?? "none"))
      return { ok: false, error: "not_found" };
    const answer = await this.#workspace.forward(method, contentType, body, authorization);
    if (answer === null) return { ok: false, error: "unknown_method" };
    if (answer.ok) this.#show(method, given, answer);
    return this.#corrected(method, answer);
  }

  /** Of a view Slack says so in other words than of a message. */
  #picturesIn(view: unknown, token: string): Refusal {
    const refusal = view === undefined ? null : this.#files.refusalOf(z.object({ blocks: z.unknown() }).parse(view).blocks, token);
    return refusal && { error: "invalid_arguments", messages: refusal.messages.map((it) => it.replace("/blocks/", "/view/blocks/")) };
  }

  async #opened(method: string, given: Arguments, token: string): Promise<Answer> {
    const exchanged = this.#triggers.exchange(text(given, "trigger_id") ?? "", this.#now());
    if ("error" in exchanged) return { ok: false, error: exchanged.error };
    const { person, view } = exchanged;
    const below = method === "views.push" ? view : undefined;
    if (method === "views.push" && (below === undefined || !this.#room.isOpen(below))) return { ok: false, error: "not_found" };
    const answer = await this.#workspace.showView(person, below, { view: given["view"] }, token);
    if (answer.ok) this.#room.open(person, modalOf(answer["view"]));
    return answer;
  }

  /** The emulator knows neither times nor what is left out unless it is asked for. */
  async #history(given: Arguments, token: string): Promise<Answer> {
    const kept: z.infer<typeof Kept>[number][] = [];
    let cursor = "";
    do {
      const asked = { channel: given["channel"], limit: 1000, cursor };
      const answer = await this.#workspace.call("conversations.history", asked, token);
      if (!answer.ok) return answer;
      kept.push(...Kept.parse(answer["messages"]));
      cursor = z.object({ next_cursor: z.string() }).parse(answer["response_metadata"]).next_cursor;
    } while (cursor !== "");
    return Answer.parse(historyOf(kept, given));
  }

  /** What the emulator kept is shown. */
  #show(method: string, given: Arguments, answer: Answer): void {
    const room = this.#room;
    const blocks = Blocks.parse(given["blocks"] ?? []);
    const user = this.#workspace.botUserId;
    const thread = text(given, "thread_ts");
    const place = spotOf(answer["channel"] ?? given["channel"], this.#workspace);
    switch (method) {
      case "chat.postMessage":
        return room.put({
          ...stamped.parse(answer),
          ...place,
          user,
          text: text(given, "text") ?? "",
          blocks,
          ...(thread !== undefined && { threadTs: thread }),
          ...(thread !== undefined && isSet(given["reply_broadcast"]) && { broadcast: true as const }),
          ...(given["metadata"] !== undefined && { metadata: given["metadata"] }),
        });
      case "chat.update": {
        const old = room.message(stamped.parse(answer).ts);
        if (!old) return;
        const changed = { text: text(given, "text") ?? old.text, blocks: given["blocks"] === undefined ? old.blocks : blocks };
        return room.put({ ...old, ...changed, edited: true, ...(given["metadata"] !== undefined && { metadata: given["metadata"] }) });
      }
      case "chat.delete":
        return room.remove(stamped.parse(answer).ts);
      case "chat.postEphemeral": {
        const { message_ts: ts } = z.object({ message_ts: z.string() }).parse(answer);
        const person = this.#workspace.people.find(({ id }) => id === given["user"]);
        return room.put({ ts, ...place, user, text: text(given, "text") ?? "", blocks, ephemeralFor: person?.name ?? "somebody" });
      }
      case "conversations.create":
        return void this.#workspace.others.push(
          z.object({ channel: z.object({ id: z.string(), name: z.string() }) }).parse(answer).channel,
        );
      case "views.update":
        return room.replace(modalOf(answer["view"]));
      case "views.publish":
        return room.publish(text(given, "user_id") ?? "", homeOf(answer["view"]));
      default:
    }
  }

  /** Where the emulator does not say what Slack says. */
  #corrected(method: string, answer: Answer): Answer {
    if (!answer.ok) return answer;
    if (method === "chat.getPermalink") {
      const { permalink } = z.object({ permalink: z.string() }).parse(answer);
      return { ...answer, permalink: `${this.#origin()}${new URL(permalink).pathname}` };
    }
    return method === "users.info" ? { ...answer, user: describedUser(answer["user"], this.#workspace) } : answer;
  }
}

/** The faults that only hide from the bot what happened. */
const HAPPENS: ReadonlySet<SlackFault["kind"]> = new Set(["reset_after", "hang_after", "error_500_after", "broken_json", "html"]);

/** Answers as the fault would have it. */
function spoil({ kind, retryAfter = 1 }: SlackFault, answer: Answer, response: ServerResponse): void {
  switch (kind) {
    case "hang":
    case "hang_after":
      return;
    case "reset_before":
    case "reset_after":
      response.destroy();
      return;
    case "ratelimited":
      return sendJson(response, 429, answer, retryAfter === null ? {} : { "retry-after": String(retryAfter) });
    case "error":
      return sendJson(response, 200, answer);
    case "error_500":
    case "error_500_after":
      return send(response, 500, "text/plain; charset=utf-8", "Internal Server Error");
    case "broken_json":
      return send(response, 200, "application/json; charset=utf-8", JSON.stringify(answer).slice(0, -7));
    case "html":
      return send(response, 200, "text/html; charset=utf-8", "<!DOCTYPE html><title>Sign in</title><p>Sign in to go on.</p>");
  }
}

function tokenIn(given: Arguments, authorization: string | undefined): string {
  return text(given, "token") ?? authorization?.replace(/^Bearer */, "") ?? "";
}

/** As JSON, and as in a form. */
function isSet(value: unknown): boolean {
  return value === true || value === "true";
}

const stamped = z.object({ ts: z.string() });

function isTooLong(method: string, words: string): boolean {
  if (method !== "chat.update") return words.length > MOST_TEXT;
  const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return Buffer.byteLength(escaped) > MOST_UPDATED_TEXT;
}

function refusalOf(method: string, given: Arguments): Refusal {
  switch (method) {
    case "chat.postMessage":
    case "chat.update":
    case "chat.postEphemeral":
      if (isTooLong(method, text(given, "text") ?? "")) return { error: "msg_too_long", messages: [] };
      if (typeof given["blocks"] === "string") return { error: "invalid_blocks_format", messages: [] };
      return given["blocks"] === undefined ? null : refusalOfMessage(given["blocks"], method !== "chat.postEphemeral");
    case "views.open":
    case "views.push":
    case "views.update":
      return refusalOfView(given["view"], "modal");
    case "views.publish":
      return refusalOfView(given["view"], "home");
    default:
      return null;
  }
}
