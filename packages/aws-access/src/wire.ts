import { setTimeout as wait } from "node:timers/promises";
import { type Call, type Instant, isRead, postureError } from "@posture/core";
import { getSmithyContext } from "@smithy/core/transport";
import type {
  DeserializeMiddleware,
  FinalizeRequestMiddleware,
  HandlerExecutionContext,
  MiddlewareStack,
  StaticOperationSchema,
} from "@smithy/types";
import type { LimitFunction } from "p-limit";
import { z } from "zod";
import { foreignBody } from "./body.ts";
import { classify } from "./classify.ts";
import { malformed } from "./fault.ts";
import { quotaOf } from "./limits.ts";
import { Pace } from "./pace.ts";
import { pauseAfter } from "./retry.ts";

/** Time and chance, so that a test need not wait for either. */
export interface Chronometer {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const REAL_TIME: Chronometer = {
  clock: Date.now,
  random: Math.random,
  sleep: (milliseconds, signal) => wait(milliseconds, undefined, { signal }),
};

/** What all requests of this process share. */
export class Wire {
  readonly time: Chronometer;
  readonly slots: LimitFunction;
  /** How far AWS's clock is ahead of ours, in milliseconds, by the latest answer that said its time; `null`: none did. */
  ahead: number | null = null;
  readonly #paces = new Map<string, Pace>();

  constructor(time: Chronometer, slots: LimitFunction) {
    this.time = time;
    this.slots = slots;
  }
  paceOf(accountId: string, region: string, { service, operation }: Call): Pace {
    const { key, limit } = quotaOf(service, operation);
    const name = `${accountId} ${region} ${key}`;
    const known = this.#paces.get(name);
    if (known) return known;
    const pace = new Pace(limit, this.time.clock());
    this.#paces.set(name, pace);
    return pace;
  }
}

/** One call while it is under way: from `send` to its answer or its fault, over all attempts. */
export interface Flight {
  readonly call: Call;
  readonly region: string;
  readonly accountId: string;
  readonly signal: AbortSignal;
  /** Runs one attempt; it ends the flight when the time a call may spend on the wire is used up. */
  timed<T>(attempt: () => Promise<T>): Promise<T>;
  /** Called for every request that is sent. */
  readonly onRequest: (begunAt: Instant) => void;
}

/** The parts of a client's resolved configuration that the wire looks at. */
const configuration = z.object({
  serviceId: z.string(),
  protocol: z.custom<{ getShapeId(): string }>((it) => typeof it === "object" && it !== null && "getShapeId" in it),
});

/**
 * Puts one call under our rules: an operation that is not the declared read is refused before it is signed; every attempt waits for
 * its place, is counted and timed; what may be tried again is.
 */
export function guard<I extends object, O extends object>(stack: MiddlewareStack<I, O>, config: unknown, wire: Wire, flight: Flight): void {
  const { serviceId, protocol } = configuration.parse(config);
  const service = serviceId.toLowerCase().replaceAll(" ", "");
  const send: FinalizeRequestMiddleware<I, O> = (next, context) => (args) => {
    const { service: declared, operation } = flight.call;
    const [, , sent] = operationOf(context);
    if (service !== declared || sent !== operation || !isRead({ operation: sent }))
      throw postureError("POSTURE_AWS_OPERATION_REFUSED", { service, operation: sent });
    return persist(wire, flight, () => next(args));
  };
  const receive: DeserializeMiddleware<I, O> = (next, context) => async (args) => {
    const begun = wire.time.clock();
    const answer = await next(args);
    const response = answered.parse(answer.response);
    wire.ahead = aheadOf(response.headers?.["date"], begun, wire.time.clock()) ?? wire.ahead;
    const body = await gather(response.body);
    // The SDK takes a body that is already in memory just as it takes a stream.
    Object.assign(response, { body });
    const foreign = response.statusCode < 300 ? foreignBody(protocol.getShapeId(), operationOf(context), body) : null;
    if (foreign !== null) throw malformed(flight.call, foreign);
    return answer;
  };
  stack.addRelativeTo(send, { name: "postureWire", relation: "after", toMiddleware: "retryMiddleware", override: true });
  stack.add(receive, { name: "postureAnswer", step: "deserialize", priority: "low", override: true });
}

/** The SDK sets it for every command that its code generator has made; 9 is its mark of an operation. */
const generated = z.custom<StaticOperationSchema>((it) => Array.isArray(it) && it[0] === 9 && typeof it[2] === "string");

function operationOf(context: HandlerExecutionContext): StaticOperationSchema {
  return generated.parse(getSmithyContext(context)["operationSchema"]);
}

const answered = z.custom<{ statusCode: number; body: unknown; headers?: Readonly<Record<string, string>> }>(
  (it) => typeof it === "object" && it !== null && "statusCode" in it && "body" in it,
);
/**
 * Pure: how far the clock of whoever answered is ahead, in milliseconds. `null`: it did not say its time. The header has whole seconds, and was
 * written at some moment between the question and the answer; half of both is the least wrong guess.
 */
export function aheadOf(date: string | undefined, askedAt: number, answeredAt: number): number | null {
  const said = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(said) ? null : Math.round(said + 500 - (askedAt + answeredAt) / 2);
}

const stream = z.custom<AsyncIterable<Uint8Array>>((it) => typeof it === "object" && it !== null && Symbol.asyncIterator in it);

async function gather(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream.parse(body)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function persist<T>(wire: Wire, flight: Flight, send: () => Promise<T>): Promise<T> {
  const { clock, random } = wire.time;
  const pace = wire.paceOf(flight.accountId, flight.region, flight.call);
  for (let attempt = 1; ; attempt += 1) {
    await sleep(wire, flight, pace.reserve(clock()));
    try {
      return await wire.slots(() => flight.timed(() => once(wire, flight, send)));
    } catch (error) {
      const failure = classify(error, flight.region);
      if (failure.retry === "throttle") pace.throttled(clock());
      const pause = flight.signal.aborted ? null : pauseAfter(attempt, failure, random());
      if (pause === null) throw error;
      await sleep(wire, flight, pause);
    }
  }
}

function once<T>({ time }: Wire, { signal, onRequest }: Flight, send: () => Promise<T>): Promise<T> {
  signal.throwIfAborted(); // it may have waited long for its place
  onRequest(new Date(time.clock()).toISOString());
  return send();
}

async function sleep({ time }: Wire, { signal }: Flight, milliseconds: number): Promise<void> {
  signal.throwIfAborted();
  if (milliseconds > 0) await time.sleep(Math.ceil(milliseconds), signal);
}
