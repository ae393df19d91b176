import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { postureError } from "@posture/core";
import { REQUEST_PATH } from "@posture/runtime";
import type { App, Receiver } from "@slack/bolt";
import type { Logger } from "pino";
import { BODY_LIMIT, ReplayGuard, verify } from "./guard.ts";
import { type Inbound, readIntake } from "./intake.ts";
import type { Ours } from "./origin.ts";
import { TRY_AGAIN, type Working } from "./working.ts";

export interface ReceiverParts {
  /** `null`: Slack sends nothing here (Socket Mode); then it only says how the bot is. */
  readonly signingSecret: string | null;
  readonly working: Working;
  readonly log: Logger;
  /** Whose bot it is, as far as that is known by now. */
  readonly ours: () => Ours;
  /** `null`: ready. Otherwise what is missing, for /readyz. */
  readonly notReady: () => string | null;
  /** In milliseconds since 1970. */
  readonly clock: () => number;
}

/** Who finds no place in the queue of the system tries again after a second, of the three that Slack waits. */
export const BACKLOG = 4096;

/**
 * Takes Slack's requests over HTTP: verify, then what `Working` does. Says how the bot is, too.
 * Bolt does the rest; its own receivers acknowledge before anything is kept.
 */
export class InboxReceiver implements Receiver {
  readonly #parts: ReceiverParts;
  readonly #replays = new ReplayGuard();
  #server: Server | undefined;

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
  }

  init(app: App): void {
    this.#parts.working.init(app);
  }

  /**
   * Listens. `port` 0: any free one. Answers the port.
   * @throws {PostureError} POSTURE_PORT_TAKEN
   */
  start(port: number, host?: string): Promise<number> {
    const server = createServer(
      { requestTimeout: 10_000, headersTimeout: 5000, keepAliveTimeout: 5000 },
      (request, response) => void this.#answer(request, response),
    );
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) =>
        reject(error.code === "EADDRINUSE" ? postureError("POSTURE_PORT_TAKEN", { port, setting: "PORT" }, error) : error),
      );
      server.listen({ port, host, backlog: BACKLOG }, () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  /** Takes nothing new, and waits for what is being worked on; at most `patience` milliseconds. */
  async stop(patience = 10_000): Promise<void> {
    const closed = new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
    this.#server?.closeIdleConnections();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, patience);
    await Promise.race([late, this.#parts.working.settled().then(() => closed)]);
    clearTimeout(timer);
    this.#server?.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const pathname = pathOf(request);
      if (pathname === "/healthz") return end(response, 200, { ok: true });
      if (pathname === "/readyz") {
        const missing = this.#parts.notReady();
        return end(response, missing === null ? 200 : 503, missing === null ? { ok: true } : { ok: false, missing });
      }
      const { signingSecret } = this.#parts;
      if (pathname !== REQUEST_PATH)
        return end(response, 404, { error: `there is nothing at ${pathname}; Slack's requests go to ${REQUEST_PATH}` });
      if (signingSecret === null) return end(response, 404, { error: "this bot is reached over Socket Mode, and takes no requests here" });
      if (request.method !== "POST") return end(response, 405, { error: "Slack's requests are POST" });
      const taken = this.#parts.working.taking();
      await this.#take(request, response, signingSecret, taken).finally(taken);
    } catch (error) {
      this.#parts.log.error({ err: error }, "a request could not be taken");
      end(response, 503, { error: TRY_AGAIN });
    }
  }

  async #take(request: IncomingMessage, response: ServerResponse, secret: string, taken: () => void): Promise<void> {
    const { working, log, clock } = this.#parts;
    const body = await bodyOf(request);
    if (body === null) return end(response, 413, { error: "the body is too large" });
    const signature = single(request.headers["x-slack-signature"]);
    const verdict = verify({ timestamp: single(request.headers["x-slack-request-timestamp"]), signature, body }, secret, clock());
    if (!verdict.ok) {
      log.warn({ why: verdict.why }, "refused a request");
      return end(response, 401, { error: `this request is not Slack's: ${verdict.why}` });
    }
    const read = readIntake(request.headers["content-type"] ?? "", body.toString("utf8"), this.#parts.ours());
    if (read.kind === "rubbish") return end(response, 400, { error: "the body is neither a form nor a JSON object" });
    if (read.kind === "challenge") return end(response, 200, { challenge: read.challenge });
    if (read.kind === "other") return end(response, 200);
    if (read.kind === "foreign") {
      log.warn({ why: read.why }, "refused a request");
      return end(response, 401, { error: `this request is not for this bot: ${read.why}` });
    }
    const early = working.tooEarly();
    if (early !== null) return tooEarly(response, read.intake, early);
    if (!this.#replays.admits(signature ?? "", clock())) return end(response, 409, { error: "this request was taken already" });
    const kept = await working.keep(read);
    if (kept === "busy") return tooEarly(response, read.intake, TRY_AGAIN);
    if (kept === "known") return end(response, 200);
    await working.accept(read, (answer) => {
      end(response, 200, answer);
      taken();
    });
  }
}

/** A command can say why; a click can only fail, and then Slack shows a warning. */
function tooEarly(response: ServerResponse, inbound: Inbound, text: string): void {
  if ("command" in inbound) return end(response, 200, { response_type: "ephemeral", text });
  end(response, 503, { error: text });
}

function end(response: ServerResponse, status: number, body?: object): void {
  if (response.writableEnded || response.destroyed) return;
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, {
    ...(body && { "content-type": "application/json; charset=utf-8" }),
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
  });
  response.end(text);
}

/** Without what may follow it. */
function pathOf({ url = "/" }: IncomingMessage): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}

/** `null`: it is too large. Listens for the pieces: going through them one by one costs as much again, while somebody waits. */
function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_LIMIT) return void chunks.push(chunk);
      // The answer says why; what still comes is let pass.
      chunks.length = 0;
      resolve(null);
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
    request.on("close", () => {
      if (!request.complete) reject(new Error("the connection ended before the request"));
    });
  });
}

/** A header that is sent twice is suspect, and counts as missing. */
function single(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" && !value.includes(",") ? value : undefined;
}
