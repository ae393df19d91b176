import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";

export interface Answered {
  readonly status?: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request, as far as a test wants to know it. */
export interface Asked {
  /** EC2: the action. S3: the bucket and what is asked of it (`logs?acl`), `/` for the list of buckets, `account` for S3 Control. */
  readonly what: string;
  /** As it is in the URL. */
  readonly path: string;
  /** The region that the request was signed for. */
  readonly region: string;
  readonly query: URLSearchParams;
  readonly owner: string | undefined;
  /** JSON: the operation. */
  readonly operation: string;
  /** The body as it came. */
  readonly text: string;
}

export interface AnswerServer {
  readonly endpoint: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

/** A real HTTP server that the real clients talk to; `answer` plays AWS. */
export async function startAnswers(answer: (asked: Asked) => Answered): Promise<AnswerServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void readAsked(request).then((question) => {
      asked.push(question);
      const { status = 200, headers = {}, body } = answer(question);
      return response.writeHead(status, headers).end(body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function readAsked(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const [, region = ""] = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? "") ?? [];
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const body = new URLSearchParams(Buffer.concat(chunks).toString());
  const query = body.has("Action") ? body : url.searchParams;
  const owner = request.headers["x-amz-expected-bucket-owner"] ?? request.headers["x-amz-account-id"];
  const target = request.headers["x-amz-target"];
  const operation = typeof target === "string" ? (target.split(".").at(-1) ?? "") : "";
  const text = Buffer.concat(chunks).toString();
  return {
    what: nameOf(url, body),
    path: (request.url ?? "/").split("?")[0] ?? "",
    operation,
    region,
    text,
    query,
    owner: Array.isArray(owner) ? owner[0] : owner,
  };
}

function nameOf({ pathname, searchParams }: URL, body: URLSearchParams): string {
  const action = body.get("Action");
  if (action) return action;
  if (pathname.startsWith("/v20180820/")) return "account";
  const [, bucket] = pathname.split("/");
  return bucket ? `${bucket}?${[...searchParams.keys()].find((key) => !key.startsWith("x-")) ?? ""}` : "/";
}

export function xml(body: string): Answered {
  return { body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}` };
}
export function s3Error(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Answered {
  return {
    status,
    headers,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code} it is</Message></Error>`,
  };
}
export function ec2Error(status: number, code: string): Answered {
  return {
    status,
    body: `<Response><Errors><Error><Code>${code}</Code><Message>${code} it is</Message></Error></Errors><RequestID>r</RequestID></Response>`,
  };
}
