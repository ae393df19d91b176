import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { refusalOfMessage, refusalOfUnknown, type Refused } from "./blockkit/judge.ts";
import type { Files } from "./files.ts";
import { bodyOf, send } from "./http.ts";
import { Blocks, type Room } from "./room.ts";
import { BOT_TOKEN, idOfSpot, type Person, type Spot, type Workspace } from "./workspace.ts";

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
const MOST_USES = 5;
const MOST_MILLISECONDS = 30 * 60_000;

const Response = z.object({
  text: z.string().default(""),
  blocks: z.array(z.unknown()).default([]),
  response_type: z.enum(["ephemeral", "in_channel"]).default("ephemeral"),
  replace_original: z.boolean().default(false),
  delete_original: z.boolean().default(false),
  thread_ts: z.string().optional(),
});

interface Ticket {
  readonly person: Person;
  /** The message that was clicked. */
  readonly message: string | undefined;
  /** Where the person was. */
  readonly spot: Spot;
  readonly until: number;
  uses: number;
}

interface ResponsesParts {
  readonly workspace: Workspace;
  readonly room: Room;
  readonly files: Files;
  readonly refused: Refused;
  /** Types of blocks that the workspace does not know. */
  readonly unknown: ReadonlySet<string>;
  readonly now: () => number;
}

/** The addresses that requests carry for answers: each five times within half an hour. */
export class Responses {
  readonly #tickets = new Map<string, Ticket>();
  readonly #workspace: Workspace;
  readonly #room: Room;
  readonly #files: Files;
  readonly #refused: Refused;
  readonly #unknown: ReadonlySet<string>;
  readonly #now: () => number;

  constructor({ workspace, room, files, refused, unknown, now }: ResponsesParts) {
    this.#workspace = workspace;
    this.#room = room;
    this.#files = files;
    this.#refused = refused;
    this.#unknown = unknown;
    this.#now = now;
  }

  /** The path of a new address. */
  path(person: Person, message: string | undefined, spot: Spot, now: number): string {
    const id = randomBytes(12).toString("hex");
    this.#tickets.set(id, { person, message, spot, until: now + MOST_MILLISECONDS, uses: 0 });
    return `/respond/${id}`;
  }

  async handle(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const ticket = this.#tickets.get(id);
    if (!ticket || ticket.uses >= MOST_USES) return send(response, 404, "text/plain", "used_url");
    if (this.#now() > ticket.until) return send(response, 404, "text/plain", "expired_url");
    const given = Response.safeParse(await jsonOf(request));
    if (!given.success) return send(response, 400, "text/plain", "invalid_payload");
    const wrong = refusalOfMessage(given.data.blocks, false);
    if (wrong) this.#refused("response_url", wrong);
    const refusal = wrong ?? refusalOfUnknown(given.data.blocks, this.#unknown) ?? this.#files.refusalOf(given.data.blocks, BOT_TOKEN);
    if (refusal) return send(response, 400, "text/plain", refusal.error);
    if (!given.data.delete_original && saysNothing(given.data)) return send(response, 400, "text/plain", "no_text");
    ticket.uses += 1;
    await this.#perform(ticket, given.data);
    send(response, 200, "text/plain", "ok");
  }

  /** What a slash command is answered with at once. */
  async immediately(person: Person, body: string, spot: Spot): Promise<void> {
    const parsed = Response.safeParse(await jsonIn(body));
    const given = parsed.success ? parsed.data : Response.parse({ text: body });
    const refusal = refusalOfMessage(given.blocks, false);
    if (refusal) throw new Error(`the app answered with what Slack refuses: ${refusal.messages.join(" ")}`);
    if (!saysNothing(given)) await this.#perform({ person, message: undefined, spot }, given);
  }

  async #perform({ person, message, spot }: Pick<Ticket, "person" | "message" | "spot">, given: z.infer<typeof Response>): Promise<void> {
    const { text } = given;
    const blocks = Blocks.parse(given.blocks);
    const original = message === undefined ? undefined : this.#room.message(message);
    const channel = idOfSpot(spot, this.#workspace);
    if (given.delete_original) {
      if (original) await this.#workspace.call("chat.delete", { channel, ts: original.ts });
      return this.#room.remove(message ?? "");
    }
    if (original && given.replace_original) {
      if (original.ephemeralFor === undefined) await this.#workspace.call("chat.update", { channel, ts: original.ts, text, blocks });
      return this.#room.put({ ...original, text, blocks, edited: true });
    }
    const whispered = given.response_type === "ephemeral";
    const answer = await this.#workspace.call(whispered ? "chat.postEphemeral" : "chat.postMessage", {
      channel,
      text,
      blocks,
      ...(whispered && { user: person.id }),
      ...(given.thread_ts !== undefined && { thread_ts: given.thread_ts }),
    });
    const { ts, message_ts } = z.object({ ts: z.string().optional(), message_ts: z.string().optional() }).parse(answer);
    this.#room.put({
      ts: ts ?? message_ts ?? "",
      user: this.#workspace.botUserId,
      text,
      blocks,
      ...(whispered && { ephemeralFor: person.name }),
      ...spot,
      ...(given.thread_ts !== undefined && { threadTs: given.thread_ts }),
    });
  }
}

function saysNothing({ text, blocks }: z.infer<typeof Response>): boolean {
  return text === "" && blocks.length === 0;
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  return jsonIn((await bodyOf(request)).toString());
}
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
