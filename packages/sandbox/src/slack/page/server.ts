import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { bodyOf, send, sendJson } from "../http.ts";
import { type Behind, known } from "../server.ts";
import { PEOPLE, type Person } from "../workspace.ts";
import { script } from "./client/script.ts";
import { documentHtml } from "./document.ts";
import { Showing } from "./showing.ts";
import { failed } from "./slackbot.ts";
import { styles } from "./styles/styles.ts";

/** Names and texts come from outside: nothing in them may run, and nothing may be fetched for them. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HTML = { "content-security-policy": POLICY, "referrer-policy": "no-referrer", "x-content-type-options": "nosniff" };

const name = z.enum(PEOPLE).catch("Ana");
const Click = z.object({
  as: name,
  message: z.string(),
  blockId: z.string().optional(),
  actionId: z.string().optional(),
  label: z.string().optional(),
  value: z.string().optional(),
});
const Submission = z.object({ as: name, values: z.record(z.string(), z.string()) });
const Words = z.object({ as: name, text: z.string().min(1).max(3000) });
const Nothing = z.object({ as: name });

/** The page of the workspace, and what it asks for. */
export async function page(behind: Behind, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  // A name that somebody else's site made point here must not be able to act.
  if (!isLocal(request)) return send(response, 403, "text/plain; charset=utf-8", "This page is only for 127.0.0.1.");
  const as = (): Person => known(behind.workspace, name.parse(searchParams.get("as")));
  switch (`${request.method} ${pathname}`) {
    case "GET /":
      return send(response, 200, "text/html; charset=utf-8", documentHtml(behind.workspace.people, as()), HTML);
    case "GET /_page/client.js":
      return send(response, 200, "text/javascript; charset=utf-8", script());
    case "GET /_page/style.css":
      return send(response, 200, "text/css; charset=utf-8", await styles());
    case "GET /_page/events":
      return events(behind, as(), response);
    case "POST /_page/click":
    case "POST /_page/submit":
    case "POST /_page/dismiss":
    case "POST /_page/say":
      return act(behind, pathname.slice("/_page/".length), request, response);
    default:
      if (request.method === "GET" && pathname.startsWith("/archives/")) return toMessage(pathname, response);
      send(response, 404, "text/plain; charset=utf-8", "There is nothing here. The channel is at /.");
  }
}

function isLocal({ headers }: IncomingMessage): boolean {
  const own = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
  const { origin, host = "" } = headers;
  return own.test(host) && (origin === undefined || (URL.canParse(origin) && own.test(new URL(origin).host)));
}

/** `/archives/C0123/p1700000000000100` is the address of a message. */
function toMessage(pathname: string, response: ServerResponse): void {
  const digits = /p(\d{10})(\d{6})$/.exec(pathname);
  response.writeHead(302, { location: digits ? `/#m-${digits[1]}.${digits[2]}` : "/" });
  response.end();
}

async function act(behind: Behind, what: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!(request.headers["content-type"] ?? "").includes("application/json")) return sendJson(response, 415, { error: "it is not JSON" });
  try {
    const body: unknown = JSON.parse((await bodyOf(request)).toString());
    sendJson(response, 200, await perform(behind, what, body));
  } catch (error) {
    sendJson(response, 200, { error: error instanceof Error ? error.message : String(error) });
  }
}

async function perform({ acting, room, workspace }: Behind, what: string, body: unknown): Promise<object> {
  switch (what) {
    case "click": {
      const { as, message, value, blockId, actionId, label } = Click.parse(body);
      const wanted = {
        ...(blockId !== undefined && { blockId }),
        ...(actionId !== undefined && { actionId }),
        ...(label !== undefined && { label }),
      };
      await acting.click(known(workspace, as), message, wanted, value);
      return {};
    }
    case "submit": {
      const { as, values } = Submission.parse(body);
      return acting.submit(known(workspace, as), values);
    }
    case "dismiss":
      await acting.dismiss(known(workspace, Nothing.parse(body).as));
      return {};
    default: {
      const { as, text } = Words.parse(body);
      const person = known(workspace, as);
      if (!text.startsWith("/")) await acting.say(person, text);
      else await acting.command(person, text).catch((error: unknown) => room.put(failed(person, text, error, Date.now())));
      return {};
    }
  }
}

/** Tells the page of each change, as long as it is open: https://html.spec.whatwg.org/multipage/server-sent-events.html */
function events({ room, workspace }: Behind, as: Person, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", ...HTML });
  const showing = new Showing(room, workspace, as);
  let due: NodeJS.Immediate | undefined;
  const tell = (): void => {
    due = undefined;
    const update = showing.next();
    if (update) response.write(`data: ${JSON.stringify(update)}\n\n`);
  };
  tell();
  // Several changes of one moment are told at once.
  const unwatch = room.watch(() => (due ??= setImmediate(tell)));
  response.on("close", () => {
    unwatch();
    if (due) clearImmediate(due);
  });
}
