import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** What the server does with one request. */
export type Step =
  | { readonly status?: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  /** Takes the request and never answers. */
  | "hang"
  /** Closes the connection instead of answering. */
  | "reset"
  /** Sends the head and half of a body, and then nothing. */
  | "stall";

export interface Asked {
  readonly operation: string;
  readonly region: string;
  readonly path: string;
}

export interface Scripted {
  readonly endpoint: string;
  readonly asked: readonly Asked[];
  /** The most requests that were under way at once. */
  readonly widest: () => number;
  close(): Promise<void>;
}

/** A real HTTP server that answers as told. `step` is given the request and how many came before it. */
export async function startScripted(step: (asked: Asked, before: number) => Step | Promise<Step>): Promise<Scripted> {
  const asked: Asked[] = [];
  let under = 0;
  let widest = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, region = ""] = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? "") ?? [];
    const operation = new URLSearchParams(Buffer.concat(chunks).toString()).get("Action") ?? "";
    const question = { operation, region, path: request.url ?? "" };
    asked.push(question);
    under += 1;
    widest = Math.max(widest, under);
    const next = await step(question, asked.length - 1);
    under -= 1;
    if (next === "hang") return;
    if (next === "reset") request.socket.destroy();
    else if (next === "stall") response.writeHead(200, { "content-length": "5000" }).write("<GetCallerIdentityResponse>");
    else response.writeHead(next.status ?? 200, { "content-type": "text/xml", ...next.headers }).end(next.body);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    asked,
    widest: () => widest,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export const CALLER: Exclude<Step, string> = {
  body: "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/reader</Arn><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
};

/** An error as EC2 writes it. */
export function ec2Error(status: number, code: string, message = "no", headers: Readonly<Record<string, string>> = {}): Step {
  return {
    status,
    headers,
    body: `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`,
  };
}

export function regionsAnswer(regions: Readonly<Record<string, string>>): Step {
  const items = Object.entries(regions).map(
    ([name, status]) => `<item><regionName>${name}</regionName><optInStatus>${status}</optInStatus></item>`,
  );
  return { body: `<DescribeRegionsResponse><regionInfo>${items.join("")}</regionInfo></DescribeRegionsResponse>` };
}
