import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { PATIENCE, type Reply, type Told, TOO_LATE } from "./delivery.ts";

/** Why Slack ends a connection: https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect */
export type DisconnectReason = "warning" | "refresh_requested" | "link_disabled" | "too_many_websockets";

const PATH = "/link";
/** https://docs.slack.dev/apis/events-api/using-socket-mode#connections */
const MOST = 10;
const TICKET_SECONDS = 30;

const Acknowledged = z.object({ envelope_id: z.string(), payload: z.record(z.string(), z.unknown()).optional() });

/** The connections that the bot opened, over which Slack tells it what happens. */
export class Sockets {
  /** The next envelope is sent, and the connection is cut before the bot can answer. */
  cutNext = false;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #open: WebSocket[] = [];
  readonly #waiting = new Map<
    string,
    { readonly socket: WebSocket; readonly answer: (payload: object) => void; readonly lost: () => void }
  >();
  readonly #tickets = new Map<string, number>();
  readonly #now: () => number;
  /** How many were open at once, at most. */
  peak = 0;
  #turn = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes the upgrades of a server. */
  attach(server: Server): void {
    server.on("upgrade", (request, stream, head) => this.#upgrade(request, stream, head));
  }

  get connections(): number {
    return this.#open.length;
  }

  /** Where the bot may connect once, soon. */
  address(origin: string): string {
    const ticket = randomUUID();
    this.#tickets.set(ticket, this.#now());
    return `${origin.replace(/^http/, "ws")}${PATH}?ticket=${ticket}&app_id=A0LOCAL`;
  }

  /**
   * Sends an envelope over one of the connections, in turn.
   * @throws {Error} where none is open, or the bot does not answer within 3 s
   */
  deliver(told: Told): Promise<Reply> {
    const socket = this.#open[this.#turn++ % Math.max(1, this.#open.length)];
    if (!socket) return Promise.reject(new Error("no app is connected to this workspace yet"));
    const envelope = { envelope_id: randomUUID(), ...envelopeOf(told) };
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const timer = setTimeout(() => reject(new Error(TOO_LATE)), PATIENCE);
    this.#waiting.set(envelope.envelope_id, {
      socket,
      answer: (payload) => resolve({ status: 200, body: Object.keys(payload).length === 0 ? "" : JSON.stringify(payload) }),
      lost: () => reject(new Error("the connection was cut before the app answered")),
    });
    const isCut = this.cutNext;
    this.cutNext = false;
    socket.send(JSON.stringify(envelope), () => {
      if (isCut) socket.terminate();
    });
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(envelope.envelope_id);
    });
  }

  /** Tells the bot that its connections end soon; they go on until the bot closes them, or `cut`. */
  announce(reason: DisconnectReason): void {
    for (const socket of this.#open) socket.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "local" } }));
  }

  /** Something that is no envelope. */
  sendRaw(text: string): void {
    for (const socket of this.#open) socket.send(text);
  }

  cut(): void {
    for (const socket of this.#open) socket.terminate();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    const ticket = searchParams.get("ticket") ?? "";
    const made = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    const isGood = pathname === PATH && made !== undefined && this.#now() - made <= TICKET_SECONDS * 1000;
    if (!isGood || this.#open.length >= MOST) return void stream.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
    this.#server.handleUpgrade(request, stream, head, (socket) => this.#welcome(socket));
  }

  #welcome(socket: WebSocket): void {
    this.#open.push(socket);
    this.peak = Math.max(this.peak, this.#open.length);
    socket.on("message", (data) => this.#answered(Buffer.isBuffer(data) ? data.toString("utf8") : ""));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      this.#open.splice(this.#open.indexOf(socket), 1);
      for (const waiting of this.#waiting.values()) if (waiting.socket === socket) waiting.lost();
    });
    socket.send(JSON.stringify({ type: "hello", num_connections: this.#open.length, connection_info: { app_id: "A0LOCAL" } }));
  }

  #answered(text: string): void {
    const { envelope_id: id, payload } = Acknowledged.parse(JSON.parse(text));
    this.#waiting.get(id)?.answer(payload ?? {});
  }
}

/** https://docs.slack.dev/apis/events-api/using-socket-mode#events */
function envelopeOf(told: Told): object {
  if ("event" in told)
    return { type: "events_api", payload: told.event, accepts_response_payload: false, retry_attempt: 0, retry_reason: "" };
  const { payload } = told.form;
  if (payload === undefined) return { type: "slash_commands", payload: told.form, accepts_response_payload: true };
  return { type: "interactive", payload: z.record(z.string(), z.unknown()).parse(JSON.parse(payload)), accepts_response_payload: true };
}
