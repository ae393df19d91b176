import type { IncomingMessage, ServerResponse } from "node:http";
import { isPostureError } from "@posture/core";
import { parseTelling } from "./events/stream.ts";
import { parseFault } from "./faults.ts";
import type { WorldPatch } from "./patch.ts";
import type { SimulatedAws } from "./server.ts";
import { parseWorld } from "./world.ts";

type Controlled = Pick<
  SimulatedAws,
  "world" | "setWorld" | "patchWorld" | "tellChanges" | "addFault" | "clearFaults" | "calls" | "clearCalls"
>;

const MOST_BYTES = 50_000_000;
const DONE = { ok: true };

/** Changes the world while it runs: `/_sandbox/world`, `/_sandbox/events`, `/_sandbox/faults`, `/_sandbox/calls`. JSON in, JSON out. */
export async function control(request: IncomingMessage, response: ServerResponse, simulated: Controlled): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  try {
    const answer = await perform(`${request.method} ${pathname}`, request, searchParams, simulated);
    if (answer === null)
      return reply(response, 404, { error: `there is no ${request.method} ${pathname}; there are ${Object.keys(ROUTES).join(", ")}` });
    reply(response, 200, answer);
  } catch (error) {
    reply(response, 400, { error: answerTo(error) });
  }
}

type Route = (simulated: Controlled, body: () => Promise<unknown>, asked: URLSearchParams) => unknown;
const ROUTES: Readonly<Record<string, Route>> = {
  "GET /_sandbox/world": (simulated) => simulated.world(),
  "PUT /_sandbox/world": async (simulated, body) => {
    simulated.setWorld(parseWorld(await body(), "that was sent"));
    return DONE;
  },
  "PATCH /_sandbox/world": async (simulated, body, asked) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is checked where it is applied
    simulated.patchWorld((await body()) as WorldPatch, asked.get("by") ?? undefined);
    return DONE;
  },
  "PUT /_sandbox/events": async (simulated, body) => {
    simulated.tellChanges(parseTelling(await body()));
    return DONE;
  },
  "DELETE /_sandbox/events": (simulated) => {
    simulated.tellChanges(null);
    return DONE;
  },
  "POST /_sandbox/faults": async (simulated, body) => {
    simulated.addFault(parseFault(await body()));
    return DONE;
  },
  "DELETE /_sandbox/faults": (simulated) => {
    simulated.clearFaults();
    return DONE;
  },
  "GET /_sandbox/calls": (simulated) => ({ calls: simulated.calls() }),
  "DELETE /_sandbox/calls": (simulated) => {
    simulated.clearCalls();
    return DONE;
  },
};

async function perform(name: string, request: IncomingMessage, asked: URLSearchParams, simulated: Controlled): Promise<unknown> {
  const route = ROUTES[name];
  return route ? route(simulated, () => jsonOf(request), asked) : null;
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MOST_BYTES) throw new Error("the document is larger than 50 MB");
    chunks.push(bytes);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function answerTo(error: unknown): string {
  if (isPostureError(error)) return `${error.message} ${error.next}`;
  if (error instanceof SyntaxError) return `the body is not JSON: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

function reply(response: ServerResponse, status: number, answer: unknown): void {
  const body = `${JSON.stringify(answer)}\n`;
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(body) });
  response.end(body);
}
