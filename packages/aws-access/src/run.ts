import { type Call, type Instant, postureError, type Unread } from "@posture/core";
import type { Client, Command, MetadataBearer } from "@smithy/types";
import type { Clients, ClientClass } from "./clients.ts";
import { AwsFault, faultOf } from "./fault.ts";
import { type Flight, guard, type Wire } from "./wire.ts";

/** What AWS answered, and when the request that it answers was sent. */
export interface Reply<O> {
  readonly output: O;
  readonly asOf: Instant;
}

export interface SendOptions {
  readonly region: string;
  /** The declared call that this is; it must be one of those the run allows. */
  readonly call: Call;
  /**
   * The answer serves many resources (an account's setting, the entries of a prefix list): it is asked for once per run. `renew`: a
   * listing, which others may share, but which is itself never answered from memory: it says what is not there any more.
   */
  readonly shared?: boolean | "renew";
}

/** What a collector gets: AWS, within the limits of one run. */
export interface AwsHost {
  readonly accountId: string;
  readonly partition: string;
  /**
   * Sends one read: paced, tried again where that makes sense, with a deadline.
   * @throws {AwsFault} when AWS refuses, garbles or does not answer it.
   * @throws {PostureError} POSTURE_AWS_OPERATION_REFUSED, before anything is sent, for what no enabled check declares.
   */
  send<CI extends object, CO extends MetadataBearer, R, I extends CI, O extends CO>(
    service: ClientClass<CI, CO, R>,
    command: Command<CI, I, CO, O, R>,
    options: SendOptions,
  ): Promise<Reply<O>>;
  /** What takes several calls and serves many resources, whatever their kind: done once per run, under this name. */
  once<O>(name: string, work: () => Promise<Reply<O>>): Promise<Reply<O>>;
  /**
   * Waits before AWS is asked again for what it is still preparing.
   * @throws {AwsFault} network, when the run would be over before.
   */
  pause(milliseconds: number, call: Call): Promise<void>;
}

/** A call that failed, before anyone says what it was about. */
export type UnreadCall = Omit<Unread, "type">;

/** One sweep or one re-check. */
export interface AwsRun extends AwsHost {
  /** Requests sent so far, retries included. */
  readonly calls: number;
  /** What AWS refused, garbled or did not answer so far, by call and region; also where nobody depended on it. */
  readonly unread: readonly UnreadCall[];
}

export interface RunOptions {
  /** The calls of the enabled checks; nothing else is sent. */
  readonly allowed: readonly Call[];
  /** Nothing is waited for beyond it. */
  readonly deadline: Instant;
  readonly accountId: string;
  readonly partition: string;
  readonly signal?: AbortSignal;
}

/** How long a shared call that failed in passing is answered with that failure: shorter than the pause before a listing is tried again. */
const SHARED_FAILURE_MS = 15_000;
/** How long an operation that throttled to exhaustion is not asked again: a thousand buckets would each take their eight attempts. */
const GIVEN_UP_MS = 15_000;

export class Run implements AwsRun {
  readonly accountId: string;
  readonly partition: string;
  calls = 0;
  readonly #allowed: ReadonlySet<string>;
  readonly #deadline: Instant;
  readonly #stopped: AbortSignal | undefined;
  readonly #clients: Clients;
  readonly #wire: Wire;
  readonly #callDeadlineMs: number;
  readonly #shared = new Map<string, { readonly reply: Promise<Reply<unknown>>; until: number }>();
  /** Operations that throttled to exhaustion, by region. */
  readonly #givenUp = new Map<string, { readonly fault: AwsFault; readonly until: number }>();
  readonly #unread = new Map<string, UnreadCall>();
  #refused: AwsFault | null = null;

  constructor({ allowed, deadline, accountId, partition, signal }: RunOptions, clients: Clients, wire: Wire, callDeadlineMs: number) {
    this.accountId = accountId;
    this.partition = partition;
    this.#allowed = new Set(allowed.map(({ service, operation }) => `${service}:${operation}`));
    this.#deadline = deadline;
    this.#stopped = signal;
    this.#clients = clients;
    this.#wire = wire;
    this.#callDeadlineMs = callDeadlineMs;
  }

  async send<CI extends object, CO extends MetadataBearer, R, I extends CI, O extends CO>(
    service: ClientClass<CI, CO, R>,
    command: Command<CI, I, CO, O, R>,
    options: SendOptions,
  ): Promise<Reply<O>> {
    const { call, region, shared } = options;
    if (!this.#allowed.has(`${call.service}:${call.operation}`))
      throw postureError("POSTURE_AWS_OPERATION_REFUSED", { service: call.service, operation: call.operation });
    const fly = (): Promise<Reply<O>> => this.#follow(service, command, options);
    try {
      if (!shared) return await fly();
      const key = `${call.service}:${call.operation} ${region} ${JSON.stringify(command.input)}`;
      if (shared === "renew") this.#shared.delete(key);
      return await this.once(key, fly);
    } catch (error) {
      if (error instanceof AwsFault && !isWord(error)) this.#note(error, region);
      throw error;
    }
  }

  get unread(): readonly UnreadCall[] {
    return [...this.#unread.values()];
  }

  #note({ call: { service, operation, action }, reason, detail }: AwsFault, region: string): void {
    const call = `${service}:${operation}`;
    const key = `${region} ${call} ${reason}`;
    const { accountId } = this;
    const missing = reason === "denied" ? [action] : [];
    const known = this.#unread.get(key) ?? { call, accountId, region, reason, missing, detail, times: 0 };
    this.#unread.set(key, { ...known, times: known.times + 1 });
  }

  /**
   * S3 says where a bucket is that is not where it was looked for. The SDK's own way to follow changes the region of the shared client
   * for a while, and with it that of every other request.
   */
  async #follow<CI extends object, CO extends MetadataBearer, R, I extends CI, O extends CO>(
    service: ClientClass<CI, CO, R>,
    command: Command<CI, I, CO, O, R>,
    options: SendOptions,
  ): Promise<Reply<O>> {
    try {
      return await this.#fly(await this.#clients.get(service, options.region), command, options);
    } catch (error) {
      const region = error instanceof AwsFault ? error.elsewhere : undefined;
      if (region === undefined || region === options.region) throw error;
      return this.#fly(await this.#clients.get(service, region), command, { ...options, region });
    }
  }

  async pause(milliseconds: number, call: Call): Promise<void> {
    const { time } = this.#wire;
    const over = new AwsFault(call, { reason: "network", code: "Deadline", message: "the time for this run is up" });
    if (time.clock() + milliseconds >= Date.parse(this.#deadline)) throw over;
    await time.sleep(milliseconds, this.#stopped ?? new AbortController().signal).catch(() => {
      throw over;
    });
  }

  once<O>(key: string, fly: () => Promise<Reply<O>>): Promise<Reply<O>> {
    const { clock } = this.#wire.time;
    const known = this.#shared.get(key);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key names operation and input, so the output is of the same type
    if (known && clock() < known.until) return known.reply as Promise<Reply<O>>;
    const reply = fly();
    const entry = { reply, until: Infinity };
    this.#shared.set(key, entry);
    reply.catch((error: unknown) => {
      if (isPassing(error)) entry.until = clock() + SHARED_FAILURE_MS;
    });
    return reply;
  }

  async #fly<CI extends object, CO extends MetadataBearer, R, I extends CI, O extends CO>(
    client: Client<CI, CO, R>,
    command: Command<CI, I, CO, O, R>,
    { call, region }: SendOptions,
  ): Promise<Reply<O>> {
    if (this.#refused)
      throw new AwsFault(call, { reason: "credentials", code: this.#refused.code, message: this.#refused.said }, { cause: this.#refused });
    const { clock } = this.#wire.time;
    const given = this.#givenUp.get(`${region} ${call.service}:${call.operation}`);
    if (given && clock() < given.until)
      throw new AwsFault(call, { reason: "throttled", code: given.fault.code, message: given.fault.said }, { cause: given.fault });
    const ended = new AbortController();
    const end = (why: string): void => ended.abort(new AwsFault(call, { reason: "network", code: "Deadline", message: why }));
    const left = Date.parse(this.#deadline) - clock();
    const atDeadline = setTimeout(() => end("the time for this run is up"), Math.max(0, left)).unref();
    const onStop = (): void => end("the run was stopped");
    this.#stopped?.addEventListener("abort", onStop, { once: true });
    if (this.#stopped?.aborted) onStop();
    if (left <= 0) end("the time for this run is up");

    let asOf = new Date(clock()).toISOString();
    const flight: Flight = {
      call,
      region,
      accountId: this.accountId,
      signal: ended.signal,
      timed: stopwatch(this.#callDeadlineMs, () => end(`there was no complete answer within ${this.#callDeadlineMs / 1000} s`)),
      onRequest: (begunAt) => {
        this.calls += 1;
        asOf = begunAt;
      },
    };
    try {
      ended.signal.throwIfAborted();
      guard(command.middlewareStack, client.config, this.#wire, flight);
      // A body that stalls, or credentials that never come, would otherwise keep the call waiting beyond its end.
      const output = await Promise.race([client.send(command, { abortSignal: ended.signal }), aborted(ended.signal)]);
      return { output, asOf };
    } catch (error) {
      throw this.#fault(call, ended.signal.aborted ? ended.signal.reason : error, region);
    } finally {
      clearTimeout(atDeadline);
      this.#stopped?.removeEventListener("abort", onStop);
    }
  }

  /** Once AWS has refused the credentials, nothing else in this run needs to be asked; what throttled to exhaustion is left alone for a while. */
  #fault(call: Call, error: unknown, region: string): unknown {
    if (isPostureRefusal(error)) return error;
    const fault = faultOf(call, error, region);
    if (fault.reason === "credentials") this.#refused ??= fault;
    if (fault.reason === "throttled")
      this.#givenUp.set(`${region} ${call.service}:${call.operation}`, { fault, until: this.#wire.time.clock() + GIVEN_UP_MS });
    return fault;
  }
}

/** An error code by which AWS says something about the resource: that there is none, most often. Its reader knows. */
function isWord({ reason, status }: AwsFault): boolean {
  return reason === "malformed" && status !== undefined && status >= 300;
}

function isPassing(error: unknown): boolean {
  return error instanceof AwsFault && (error.reason === "network" || error.reason === "throttled");
}

function isPostureRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === "PostureError";
}

/** Lets attempts run for `milliseconds` in all; waiting between them does not count. */
function stopwatch(milliseconds: number, onEnd: () => void): Flight["timed"] {
  let left = milliseconds;
  return async (attempt) => {
    const begun = performance.now();
    const timer = setTimeout(onEnd, Math.max(0, left));
    try {
      return await attempt();
    } finally {
      clearTimeout(timer);
      left -= performance.now() - begun;
    }
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}
