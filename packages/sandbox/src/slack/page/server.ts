import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { Place } from "../acting.ts";
import { bodyOf, send, sendJson } from "../http.ts";
import { type Behind, known } from "../server.ts";
import { PEOPLE, type Person, type Spot, spotOf } from "../workspace.ts";
import { script } from "./client/script.ts";
import { documentHtml } from "./document.ts";
import { Showing } from "./showing.ts";
import type { Tab } from "./tab.ts";
import { failed } from "./slackbot.ts";
import { styles } from "./styles/styles.ts";

/** Names and texts come from outside: nothing in them may run, and nothing may be fetched for them. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HTML = { "content-security-policy": POLICY, "referrer-policy": "no-referrer", "x-content-type-options": "nosniff" };

const name = z.enum(PEOPLE).catch("Ana");
const place = z.string().catch("channel");

const Click = z.object({
  as: name,
  in: place,
  message: z.string(),
  blockId: z.string().optional(),
  actionId: z.string().optional(),
  label: z.string().optional(),
  value: z.string().optional(),
});
const given = z.union([z.string(), z.array(z.string())]);
const Submission = z.object({ as: name, values: z.record(z.string(), given) });
const Choice = z.object({ as: name, label: z.string(), values: z.record(z.string(), given) });
const Words = z.object({ as: name, in: place, text: z.string().min(1).max(3000) });
const Nothing = z.object({ as: name });

/** The page of the workspace, and what it asks for. */
export async function page(behind: Behind, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  // A name that somebody else's site made point here must not be able to act.
  if (!isLocal(request)) return send(response, 403, "text/plain; charset=utf-8", "This page is only for 127.0.0.1.");
  const as = (): Person => known(behind.workspace, name.parse(searchParams.get("as")));
  const where = (): Tab => tabIn(behind.workspace, searchParams.get("in"));
  switch (`${request.method} ${pathname}`) {
    case "GET /":
      return send(response, 200, "text/html; charset=utf-8", documentHtml(behind.workspace, as(), where()), HTML);
    case "GET /_page/client.js":
      return send(response, 200, "text/javascript; charset=utf-8", script());
    case "GET /_page/style.css":
      return send(response, 200, "text/css; charset=utf-8", await styles());
    case "GET /_page/events":
      return events(behind, as(), where(), response);
    case "POST /_page/click":
    case "POST /_page/choose":
    case "POST /_page/submit":
    case "POST /_page/dismiss":
    case "POST /_page/say":
      return act(behind, pathname.slice("/_page/".length), request, response);
    default:
      if (request.method === "GET" && pathname.startsWith("/archives/")) return toMessage(behind, pathname, response);
      if (request.method === "GET" && pathname.startsWith("/files/")) return toFile(behind, pathname.slice("/files/".length), response);
      if (request.method === "GET" && pathname.startsWith("/_page/files/"))
        return behind.files.serve(pathname.split("/")[3] ?? "", response, true);
      send(response, 404, "text/plain; charset=utf-8", "There is nothing here. The channel is at /.");
  }
}

/** Other channels go by their name. */
function placeIn({ others }: Behind["workspace"], named: string | null): Place {
  if (named === "direct") return "direct";
  return others.some(({ name: other }) => other === named) ? `#${named}` : "channel";
}

function tabIn(workspace: Behind["workspace"], named: string | null): Tab {
  return named === "home" ? "home" : placeIn(workspace, named);
}

function isLocal({ headers }: IncomingMessage): boolean {
  const own = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
  const { origin, host = "" } = headers;
  return own.test(host) && (origin === undefined || (URL.canParse(origin) && own.test(new URL(origin).host)));
}

/** `/archives/C0123/p1700000000000100` is the address of a message. */
function toMessage({ workspace }: Behind, pathname: string, response: ServerResponse): void {
  const [, channel, seconds, rest] = /^\/archives\/(\w+)\/p(\d{10})(\d{6})$/.exec(pathname) ?? [];
  redirect(response, spotOf(channel, workspace), seconds === undefined ? undefined : `${seconds}.${rest}`);
}

/** `/files/F0123` is the address of a file: it is seen where it was shared. */
function toFile({ room }: Behind, id: string, response: ServerResponse): void {
  const message = room.all().find(({ files }) => files?.some((file) => file.id === id));
  redirect(response, message ?? {}, message?.ts);
}

function redirect(response: ServerResponse, { direct, channel }: Spot, ts: string | undefined): void {
  const query = direct === undefined ? (channel === undefined ? "" : `?in=${channel}`) : `?as=${direct}&in=direct`;
  response.writeHead(302, { location: `/${query}${ts === undefined ? "" : `#m-${ts}`}` });
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
      const { as, in: where, message, value, blockId, actionId, label } = Click.parse(body);
      const wanted = {
        ...(blockId !== undefined && { blockId }),
        ...(actionId !== undefined && { actionId }),
        ...(label !== undefined && { label }),
      };
      if (where === "home") await acting.clickHome(known(workspace, as), wanted, value);
      else await acting.click(known(workspace, as), message, wanted, value);
      return {};
    }
    case "choose": {
      const { as, label, values } = Choice.parse(body);
      await acting.choose(known(workspace, as), label, values[label] ?? "", values);
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
      const { as, in: named, text } = Words.parse(body);
      const person = known(workspace, as);
      const where = placeIn(workspace, named);
      if (!text.startsWith("/")) await acting.say(person, text, where);
      else await acting.command(person, text, where).catch((error: unknown) => room.put(failed(person, text, where, error, Date.now())));
      return {};
    }
  }
}

/** Tells the page of each change, as long as it is open: https://html.spec.whatwg.org/multipage/server-sent-events.html */
function events({ acting, room, workspace }: Behind, as: Person, where: Tab, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", ...HTML });
  const showing = new Showing(room, workspace, as, where);
  let due: NodeJS.Immediate | undefined;
  const tell = (): void => {
    due = undefined;
    const update = showing.next();
    if (update) response.write(`data: ${JSON.stringify(update)}\n\n`);
  };
  tell();
  // Several changes of one moment are told at once.
  const unwatch = room.watch(() => (due ??= setImmediate(tell)));
  if (where === "home") {
    const opened = (trouble: string | null): void => {
      showing.openedHome(trouble);
      due ??= setImmediate(tell);
    };
    acting.openHome(as).then(
      () => opened(null),
      (error: unknown) => opened(error instanceof Error ? error.message : String(error)),
    );
  }
  response.on("close", () => {
    unwatch();
    if (due) clearImmediate(due);
  });
}
