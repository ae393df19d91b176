import { postureError } from "@posture/core";
import type { App, Receiver } from "@slack/bolt";
import type { Logger } from "pino";
import { failureOf } from "../slack/failure.ts";
import { readPayload } from "./intake.ts";
import { type Envelope, Line, type LineParts } from "./line.ts";
import type { Ours } from "./origin.ts";
import { TRY_AGAIN, type Working } from "./working.ts";

export interface SocketParts {
  readonly options: LineParts["options"];
  readonly working: Working;
  /** Whose bot it is, as far as that is known by now. */
  readonly ours: () => Ours;
  readonly log: Logger;
}

/** Takes Slack's requests over a connection that the bot opens (Socket Mode). The connection is what proves that they are Slack's. */
export class SocketReceiver implements Receiver {
  readonly #parts: SocketParts;
  readonly #line: Line;

  constructor(parts: SocketParts) {
    const { options, log } = parts;
    this.#parts = parts;
    this.#line = new Line({ options, log, take: (envelope) => void this.#take(envelope) });
  }

  init(app: App): void {
    this.#parts.working.init(app);
  }

  /** Why nothing reaches the bot just now; `null`: it is connected. */
  get problem(): string | null {
    return this.#line.problem;
  }

  /**
   * Connects. What Slack refuses for good is an error, anything else is classed by `failureOf`.
   * @throws {PostureError} POSTURE_SLACK_APP_TOKEN_REFUSED
   */
  async start(): Promise<void> {
    try {
      await this.#line.start();
    } catch (error) {
      const { kind, why } = failureOf(error);
      if (kind === "installation" || kind === "other") throw postureError("POSTURE_SLACK_APP_TOKEN_REFUSED", { why }, error);
      throw error;
    }
  }

  /** Takes nothing new, and waits for what is being worked on; at most `patience` milliseconds. */
  async stop(patience = 10_000): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, patience);
    await Promise.race([late, this.#line.stop().then(() => this.#parts.working.settled())]);
    clearTimeout(timer);
  }

  async #take(envelope: Envelope): Promise<void> {
    const { working, log } = this.#parts;
    const taken = working.taking();
    try {
      const read = readPayload(envelope.payload, this.#parts.ours());
      if (read.kind === "foreign") log.warn({ why: read.why }, "refused a request");
      if (read.kind !== "intake") return this.#acknowledge(envelope);
      const early = working.tooEarly();
      if (early !== null) return this.#tooEarly(envelope, "command" in read.intake, early);
      const kept = await working.keep(read);
      if (kept === "busy") return this.#tooEarly(envelope, "command" in read.intake, TRY_AGAIN);
      if (kept === "known") return this.#acknowledge(envelope);
      await working.accept(read, (answer) => {
        this.#acknowledge(envelope, answer);
        taken();
      });
    } catch (error) {
      // Without an acknowledgement Slack tells it once more, or shows the person a warning.
      log.error({ err: error }, "a request could not be taken");
    } finally {
      taken();
    }
  }

  /** A command can say why; a click can only fail, and then Slack shows a warning. */
  #tooEarly(envelope: Envelope, isCommand: boolean, text: string): void {
    if (isCommand) this.#acknowledge(envelope, { response_type: "ephemeral", text });
  }

  /** It is written down already: where the connection is gone, it is done all the same, and known when Slack tells it once more. */
  #acknowledge(envelope: Envelope, answer?: object): void {
    envelope
      .acknowledge(envelope.takesAnswer ? answer : undefined)
      .catch((error: unknown) => this.#parts.log.warn({ why: failureOf(error).why }, "the connection ended before the acknowledgement"));
  }
}
