import { SocketModeClient, type SocketModeOptions } from "@slack/socket-mode";
import type { Logger } from "pino";
import { z } from "zod";
import { type Failure, failureOf } from "../slack/failure.ts";

/** Something that Slack tells over the connection. */
export interface Envelope {
  readonly payload: unknown;
  /** Whether Slack takes an answer with the acknowledgement. */
  readonly takesAnswer: boolean;
  /** @throws {Error} where the connection is gone: Slack may tell it once more */
  acknowledge(answer?: object): Promise<void>;
}

export interface LineParts {
  readonly options: Pick<SocketModeOptions, "appToken" | "clientOptions" | "logger">;
  readonly take: (envelope: Envelope) => void;
  readonly log: Logger;
}

/** In milliseconds. */
const HELLO_WITHIN = 15_000;
const PAUSE = 1000;
const LONGEST_PAUSE = 60_000;
/** How long a connection that Slack is about to end is left open beside the new one, for what is under way. */
const GRACE = 15_000;
const GOODBYE = 2000;
/** A busy moment is no dead connection. */
const PONG_WITHIN = 10_000;

/**
 * One connection to Slack at a time, for ever: a new one is open before Slack ends the old one, so at most there are two.
 * What the library does by itself when a connection ends is switched off: it waits, and gives up on some errors.
 */
export class Line {
  readonly #parts: LineParts;
  #current: Connection | undefined;
  #leaving: Connection | undefined;
  #isStopping = false;
  #problem: string | null = "there is no connection to Slack yet";
  #kept: Promise<void> | undefined;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(parts: LineParts) {
    this.#parts = parts;
  }

  /** Why nothing reaches the bot just now; `null`: it is connected. */
  get problem(): string | null {
    return this.#current?.isOpen ? null : this.#problem;
  }

  /** Connects once. What it throws is classed by `failureOf`. After that the connection is kept. */
  async start(): Promise<void> {
    this.#current = await this.#dial();
    this.#kept = this.#keep(this.#current);
  }

  /** Takes nothing new. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#stopped.resolve();
    await this.#kept;
    await Promise.all([this.#leaving?.end(), this.#current?.end()]);
  }

  async #keep(first: Connection): Promise<void> {
    for (let at: Connection = first; ;) {
      const reason = await Promise.race([at.over, this.#stopped.promise]);
      if (this.#isStopping) return;
      this.#parts.log.info({ reason }, "connecting to Slack anew");
      this.#problem = "the connection to Slack was lost";
      const next = await this.#redial(reason === "too_many_websockets" ? LONGEST_PAUSE : 0);
      if (next === null) return;
      this.#leave(at);
      this.#current = at = next;
    }
  }

  /** Until it works. `null`: it is stopping. */
  async #redial(first: number): Promise<Connection | null> {
    for (let pause = first; ; pause = Math.min(Math.max(pause * 2, PAUSE), LONGEST_PAUSE)) {
      await this.#wait(pause);
      if (this.#isStopping) return null;
      try {
        return await this.#dial();
      } catch (error) {
        const { kind, why, retryAfter } = failureOf(error);
        this.#problem = problemOf({ kind, why });
        this.#parts.log.warn({ why }, this.#problem);
        pause = Math.max(pause, retryAfter ?? 0, kind === "installation" ? LONGEST_PAUSE / 2 : 0);
      }
    }
  }

  async #dial(): Promise<Connection> {
    // Never more than two: the one before the last has had its time.
    await this.#leaving?.end();
    const connection = new Connection(this.#parts);
    await connection.open();
    return connection;
  }

  /** Slack may still be telling something over it. */
  #leave(connection: Connection): void {
    this.#leaving = connection;
    setTimeout(() => void connection.end(), GRACE).unref();
  }

  async #wait(milliseconds: number): Promise<void> {
    if (milliseconds === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    await Promise.race([promise, this.#stopped.promise]);
    clearTimeout(timer);
  }
}

function problemOf({ kind, why }: Pick<Failure, "kind" | "why">): string {
  return kind === "installation" ? `Slack refused the app-level token: ${why}` : `there is no connection to Slack: ${why}`;
}

const frame = z.union([
  z.object({ type: z.literal("hello") }),
  z.object({ type: z.literal("disconnect"), reason: z.string().catch("unknown") }),
  z.object({
    type: z.enum(["slash_commands", "interactive", "events_api"]),
    envelope_id: z.string(),
    payload: z.unknown(),
    accepts_response_payload: z.boolean().optional(),
  }),
]);

/** The client tells its listeners by the names that come over the wire, "close" among them; so all envelopes have this one. */
const ENVELOPE = "posture_envelope";
/** What the client makes of an envelope. */
interface Handed {
  readonly body: unknown;
  readonly accepts_response_payload?: boolean;
  readonly ack: (answer?: object) => Promise<void>;
}

/** Slack's client for one connection. What comes over it is parsed here; the client itself takes anything for an envelope. */
class Connection extends SocketModeClient {
  readonly #parts: LineParts;
  readonly #over = Promise.withResolvers<string>();
  #isOpen = false;

  constructor(parts: LineParts) {
    super({ ...parts.options, autoReconnectEnabled: false, clientPingTimeout: PONG_WITHIN });
    this.#parts = parts;
    this.on("disconnected", () => {
      this.#isOpen = false;
      this.#over.resolve("it ended");
    });
    this.on(ENVELOPE, ({ body, accepts_response_payload, ack }: Handed) =>
      parts.take({ payload: body, takesAnswer: accepts_response_payload ?? false, acknowledge: ack }),
    );
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Why it ended, or is about to. */
  get over(): Promise<string> {
    return this.#over.promise;
  }

  async open(): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error("Slack did not say hello")), HELLO_WITHIN);
    try {
      await Promise.race([late, this.start()]);
      this.#isOpen = true;
    } catch (error) {
      void this.end();
      // The client has no error for a connection that is cut before the hello.
      throw error ?? new Error("the connection was cut before Slack said hello");
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes it; in 2 s at most. */
  async end(): Promise<void> {
    this.#isOpen = false;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, GOODBYE);
    await Promise.race([late, this.disconnect()]);
    clearTimeout(timer);
  }

  override emit(...[event, ...values]: Parameters<SocketModeClient["emit"]>): boolean {
    if (event !== "ws_message") return super.emit(event, ...values);
    const read = frame.safeParse(jsonIn(values[0]));
    if (!read.success) {
      this.#parts.log.warn("Slack sent what is no envelope");
      return true;
    }
    const it = read.data;
    if (it.type === "hello") return super.emit(event, ...values);
    if (it.type !== "disconnect") return super.emit(event, JSON.stringify({ ...it, type: ENVELOPE }), false);
    this.#over.resolve(it.reason);
    return true;
  }
}

function jsonIn(data: unknown): unknown {
  try {
    return typeof data === "string" ? JSON.parse(data) : null;
  } catch {
    return null;
  }
}
