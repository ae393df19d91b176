/* What a handler costs that does nothing: Bolt behind the guard of the bot, and no inbox. Started by bench/acks.ts, which it tells its port. */
import { createServer } from "node:http";
import { App, type Receiver } from "@slack/bolt";
import { verify } from "./guard.ts";
import { BACKLOG } from "./receiver.ts";

const secret = process.env["SLACK_SIGNING_SECRET"] ?? "";
let app: App | undefined;
const receiver: Receiver = {
  init: (given) => void (app = given),
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};
new App({ receiver, authorize: () => Promise.resolve({ botToken: "xoxb-bare" }) }).command("/posture", ({ ack }) => ack());

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const header = (name: string): string => String(request.headers[name]);
    const signed = { timestamp: header("x-slack-request-timestamp"), signature: header("x-slack-signature"), body };
    const verdict = verify(signed, secret, Date.now());
    const ack = (): Promise<void> => Promise.resolve(void response.writeHead(200).end());
    if (verdict.ok) void app?.processEvent({ body: Object.fromEntries(new URLSearchParams(body.toString())), ack });
    else response.writeHead(401).end();
  });
});
server.listen({ port: 0, host: "127.0.0.1", backlog: BACKLOG }, () => {
  const address = server.address();
  console.log(typeof address === "object" ? address?.port : address);
});
