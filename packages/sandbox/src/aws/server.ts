import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isPostureError, postureError } from "@posture/core";
import { control } from "./control.ts";
import { demoWorld } from "./demo-world.ts";
import type { ChangeTelling } from "./events/stream.ts";
import { type Fault, Faults } from "./faults.ts";
import { HANDLERS, resourceIn } from "./handlers.ts";
import { denied, failed, throttled } from "./refusals.ts";
import { callerOf, WorldState } from "./state.ts";
import type { WorldPatch } from "./patch.ts";
import { answerOf, AwsError, type Outgoing, refusalOf } from "./wire/answer.ts";
import { loadService } from "./wire/more-services.ts";
import { loadServices, type Service, type ServiceName, SERVICES } from "./wire/operations.ts";
import { askedBy, type Incoming, type Signed, signatureOf } from "./wire/request.ts";
import { parseWorld, type World } from "./world.ts";

export interface AwsOptions {
  /** 0, or left out: any free one. */
  readonly port?: number;
  /** Left out: the demo world. */
  readonly world?: World | "demo";
  /** Every answer takes at least this long. */
  readonly latencyMs?: number;
}

/** One call that was answered. */
export interface Call {
  readonly service: ServiceName;
  readonly operation: string;
  readonly region: string;
  readonly accountId: string;
  /** The bucket, or the ids, that it was about. */
  readonly resource?: string;
  readonly at: string;
  /** The HTTP status; 0: the connection was left hanging or cut. */
  readonly status: number;
}

/** A simulated AWS on 127.0.0.1. */
export interface SimulatedAws {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  readonly port: number;
  world(): World;
  /** @throws {PostureError} POSTURE_WORLD_INVALID */
  setWorld(world: World): void;
  /** `by`: the ARN of who did it, for those who are told. @throws {PostureError} POSTURE_WORLD_INVALID; the world is then as before */
  patchWorld(patch: WorldPatch, by?: string): void;
  /** From now on changes of the world, by patches and by calls, are told in a queue; `null`: nowhere. */
  tellChanges(telling: ChangeTelling | null): void;
  /** A message into the queue where changes are told, whatever is in it. */
  tellRaw(body: string): void;
  /** What was delivered there and not removed is delivered again at once, as AWS does when whoever took it has died. */
  tellAgain(): void;
  /** How many messages are there; `hidden`: somebody works on them. */
  told(): { readonly waiting: number; readonly hidden: number };
  addFault(fault: Fault): void;
  clearFaults(): void;
  calls(): readonly Call[];
  clearCalls(): void;
  close(): Promise<void>;
}

const MOST_BYTES = 2_000_000;

/**
 * Starts a simulated AWS for the SDK's own clients.
 * @throws {PostureError} POSTURE_PORT_TAKEN, POSTURE_WORLD_INVALID
 */
export async function startAws({ port = 0, world = "demo", latencyMs = 0 }: AwsOptions = {}): Promise<SimulatedAws> {
  const state = new WorldState(world === "demo" ? demoWorld() : parseWorld(world));
  const faults = new Faults();
  const ledger: Call[] = [];
  const answering = new Answering(loadServices(), state, faults, ledger, latencyMs);
  const simulated = {
    world: () => state.world,
    setWorld: (next: World) => state.set(parseWorld(next)),
    patchWorld: (patch: WorldPatch, by?: string) => state.patch(patch, by),
    tellChanges: (telling: ChangeTelling | null) => state.changes.begin(telling),
    tellRaw: (body: string) => void state.changes.queueIn(state.world)?.send(body),
    tellAgain: () => state.changes.queueIn(state.world)?.showAll(),
    told: () => state.changes.queueIn(state.world)?.counts ?? { waiting: 0, hidden: 0 },
    addFault: (fault: Fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    calls: () => [...ledger],
    clearCalls: () => void ledger.splice(0),
  };
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    const handled = request.url?.startsWith("/_sandbox/") ? control(request, response, simulated) : answering.answer(request, response);
    handled.catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  const listening = await listen(server, port);
  return {
    ...simulated,
    port: listening,
    url: `http://127.0.0.1:${listening}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
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

/** Answers AWS's operations. */
class Answering {
  readonly #services: ReadonlyMap<ServiceName, Service>;
  readonly #state: WorldState;
  readonly #faults: Faults;
  readonly #ledger: Call[];
  readonly #latencyMs: number;

  constructor(services: ReadonlyMap<ServiceName, Service>, state: WorldState, faults: Faults, ledger: Call[], latencyMs: number) {
    this.#services = services;
    this.#state = state;
    this.#faults = faults;
    this.#ledger = ledger;
    this.#latencyMs = latencyMs;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const incoming: Incoming = {
      method: request.method ?? "GET",
      url: new URL(request.url ?? "/", "http://127.0.0.1"),
      headers: request.headers,
      body: await bodyOf(request),
    };
    const requestId = randomUUID();
    const signed = signatureOf(incoming);
    const service = signed ? (this.#services.get(signed.service) ?? (await loadService(signed.service))) : undefined;
    if (!signed || !service) {
      const refusal = new AwsError(
        400,
        "MissingAuthenticationToken",
        `The request is not signed for a service that is simulated: ${SERVICES.join(", ")}`,
      );
      return send(response, refusalOf(service, refusal, requestId));
    }
    try {
      await this.#answerSigned(incoming, signed, service, requestId, response);
    } catch (error) {
      // AWS has no words for a fault of the simulation: it says itself what went wrong.
      send(response, refusalOf(service, error instanceof AwsError ? error : failed(error), requestId));
    }
  }

  async #answerSigned(incoming: Incoming, signed: Signed, service: Service, requestId: string, response: ServerResponse): Promise<void> {
    const asked = await askedBy(incoming, service);
    const operation = asked?.operation.name ?? "unknown";
    const resource = asked ? resourceIn(asked.input) : undefined;
    const account = this.#state.accountOf(signed.accessKeyId);
    const note = (status: number): void =>
      void this.#ledger.push({
        service: service.name,
        operation,
        region: signed.region,
        accountId: account.id,
        ...(resource !== undefined && { resource }),
        at: new Date().toISOString(),
        status,
      });
    const fault = this.#faults.meet({ service: service.name, operation, region: signed.region, resource });
    if (this.#latencyMs > 0) await pause(this.#latencyMs);
    if (fault?.kind === "slow") await this.#faults.slowness(fault);
    if (fault?.kind === "hang") return note(0);
    if (fault?.kind === "reset") {
      note(0);
      response.destroy();
      return;
    }
    const outgoing =
      spoiled(fault, service.name, operation, callerOf(account, signed.sessionToken)) ??
      (await this.#outcome(asked, signed, service, requestId, () => response.destroyed));
    const answered = outgoing instanceof AwsError ? refusalOf(service, outgoing, requestId) : outgoing;
    note(answered.status);
    send(response, answered, incoming.method === "HEAD");
  }

  async #outcome(
    asked: Awaited<ReturnType<typeof askedBy>>,
    { region, accessKeyId, sessionToken }: Signed,
    service: Service,
    requestId: string,
    isOver: () => boolean,
  ): Promise<Outgoing | AwsError> {
    const account = this.#state.accountOf(accessKeyId);
    const handler = asked ? HANDLERS[service.name][asked.operation.name] : undefined;
    if (!asked || !handler)
      return new AwsError(501, "NotImplemented", `${service.name}:${asked?.operation.name ?? "this operation"} is not simulated`);
    // As EC2 answers in a region that the account has not enabled.
    if (service.name === "ec2" && !account.regions.includes(region))
      return new AwsError(401, "AuthFailure", "AWS was not able to validate the provided access credentials");
    try {
      const output = await handler(asked.input, {
        state: this.#state,
        account,
        region,
        caller: callerOf(account, sessionToken),
        now: () => new Date(),
        isOver,
      });
      return answerOf(service, asked.operation, output, requestId);
    } catch (error) {
      if (error instanceof AwsError) return error;
      // What a write put into the world has to make sense there.
      if (isPostureError(error)) return new AwsError(400, "InvalidParameterValue", error.message);
      throw error;
    }
  }
}

/** What a fault puts in the place of an answer. */
function spoiled(fault: Fault | undefined, service: ServiceName, operation: string, caller: string): Outgoing | AwsError | undefined {
  switch (fault?.kind) {
    case "denied":
      return denied(service, operation, caller);
    case "throttled":
      return throttled(service);
    case "error500":
      return failed();
    case "empty":
      return { status: 200, headers: {}, body: "" };
    case "html":
      return {
        status: 200,
        headers: { "content-type": "text/html" },
        body: "<!doctype html><html><body><h1>Please log in</h1></body></html>",
      };
    default:
      return undefined;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MOST_BYTES) throw new Error("the body is too large");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, { status, headers, body }: Outgoing, headOnly = false): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(headOnly ? undefined : body);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
