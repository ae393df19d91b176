import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { postureError } from "@posture/core";
import type { App, Receiver } from "@slack/bolt";
import type { Logger } from "pino";
import { BODY_LIMIT, ReplayGuard, verify } from "./guard.ts";
import type { Inbox } from "./inbox.ts";
import { type Intake, readIntake } from "./intake.ts";

export interface ReceiverParts {
  readonly signingSecret: string;
  readonly inbox: Inbox;
  readonly log: Logger;
  /** `null`: ready. Otherwise what is missing, for /readyz and for a person who is too early. */
  readonly notReady: () => string | null;
  /** In milliseconds since 1970. */
  readonly clock: () => number;
}

const PATH = "/slack/events";
/** Slack waits 3 s; a modal that nobody answered for is closed before. In milliseconds. */
const ANSWER_WITHIN = 2500;
const TRY_AGAIN = "Posture could not take this just now, and nothing was done. Please try again.";

/**
 * Takes Slack's requests: verify, keep, acknowledge, work, in this order and with nothing else before the acknowledgement.
 * Bolt does the rest; its own receivers acknowledge before anything is kept.
 */
export class InboxReceiver implements Receiver {
  readonly #parts: ReceiverParts;
  readonly #replays = new ReplayGuard();
  readonly #working = new Set<Promise<void>>();
  #app: App | undefined;
  #server: Server | undefined;

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
  }

  init(app: App): void {
    this.#app = app;
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
      server.listen(port, host, () => {
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
    await Promise.race([late, Promise.allSettled(this.#working).then(() => closed)]);
    clearTimeout(timer);
    this.#server?.closeAllConnections();
  }

  /** Takes up what the last process acknowledged and did not finish. */
  async resume(): Promise<void> {
    const left = await this.#parts.inbox.left();
    if (left.length > 0) this.#parts.log.info({ requests: left.length }, "taking up what was not finished");
    for (const { key, intake } of left) await this.#work(key, intake, () => {});
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      if (pathname === "/healthz") return end(response, 200, { ok: true });
      if (pathname === "/readyz") {
        const missing = this.#parts.notReady();
        return end(response, missing === null ? 200 : 503, missing === null ? { ok: true } : { ok: false, missing });
      }
      if (pathname !== PATH) return end(response, 404, { error: `there is nothing at ${pathname}; Slack's requests go to ${PATH}` });
      if (request.method !== "POST") return end(response, 405, { error: "Slack's requests are POST" });
      await this.#take(request, response);
    } catch (error) {
      this.#parts.log.error({ err: error }, "a request could not be taken");
      end(response, 503, { error: TRY_AGAIN });
    }
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { signingSecret, inbox, log, notReady, clock } = this.#parts;
    const body = await bodyOf(request);
    if (body === null) return end(response, 413, { error: "the body is too large" });
    const signature = single(request.headers["x-slack-signature"]);
    const verdict = verify({ timestamp: single(request.headers["x-slack-request-timestamp"]), signature, body }, signingSecret, clock());
    if (!verdict.ok) {
      log.warn({ why: verdict.why }, "refused a request");
      return end(response, 401, { error: `this request is not Slack's: ${verdict.why}` });
    }
    const read = readIntake(request.headers["content-type"] ?? "", body.toString("utf8"));
    if (read.kind === "rubbish") return end(response, 400, { error: "the body is neither a form nor a JSON object" });
    if (read.kind === "challenge") return end(response, 200, { challenge: read.challenge });
    if (read.kind === "other") return end(response, 200);
    const missing = notReady();
    if (missing !== null) return tooEarly(response, read.intake, `Posture is not ready yet: ${missing}.`);
    if (!this.#replays.admits(signature ?? "", clock())) return end(response, 409, { error: "this request was taken already" });
    const kept = await inbox.keep(read.key, read.intake);
    if (kept === "busy") return tooEarly(response, read.intake, TRY_AGAIN);
    if (kept === "known") return end(response, 200);
    await this.#accept(read.key, read.intake, response);
  }

  /** A submitted modal is answered with what is wrong in it; everything else with nothing. */
  async #accept(key: string, intake: Intake, response: ServerResponse): Promise<void> {
    if (!("view" in intake)) {
      end(response, 200);
      await this.#work(key, intake, () => {});
      return;
    }
    const late = setTimeout(() => end(response, 200), ANSWER_WITHIN);
    await this.#work(key, intake, (answer) => end(response, 200, answer)).finally(() => clearTimeout(late));
    end(response, 200);
  }

  #work(key: string, intake: Intake, answer: (body?: object) => void): Promise<void> {
    const work = this.#process(key, intake, answer).finally(() => this.#working.delete(work));
    this.#working.add(work);
    return work;
  }

  async #process(key: string, intake: Intake, answer: (body?: object) => void): Promise<void> {
    const { inbox, log } = this.#parts;
    try {
      const ack = (given?: unknown): Promise<void> =>
        Promise.resolve(answer(typeof given === "object" && given !== null ? given : undefined));
      await this.#app?.processEvent({ body: intake, ack, customProperties: { inboxKey: key } });
    } catch (error) {
      log.error({ err: error, key }, "a request could not be worked off");
    }
    await inbox.done(key).catch((error: unknown) => log.error({ err: error, key }, "a request will be worked off once more"));
  }
}

/** A command can say why; a click can only fail, and then Slack shows a warning. */
function tooEarly(response: ServerResponse, intake: Intake, text: string): void {
  if ("command" in intake) return end(response, 200, { response_type: "ephemeral", text });
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

/** `null`: it is too large. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > BODY_LIMIT) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** A header that is sent twice is suspect, and counts as missing. */
function single(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" && !value.includes(",") ? value : undefined;
}
