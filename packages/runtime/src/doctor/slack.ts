import { z } from "zod";
import { good, notExamined, type Point, warning, wrong } from "./point.ts";
import { withoutPassword } from "./settings.ts";

const NEEDED = ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CHANNEL"] as const;
const OWN_API = "https://slack.com/api/";
/** In milliseconds, for each request. */
const PATIENCE = 10_000;
const MOST_PAGES = 20;

/** What the bot cannot work without, and what it works better with. The manifest of the app asks for all of them. */
export const SCOPES: readonly string[] = ["chat:write", "commands", "users:read", "channels:read", "groups:read"];
export const WANTED_SCOPES: readonly string[] = ["channels:history", "groups:history"];

/** What Slack said. */
export interface SlackFacts {
  readonly team: string;
  readonly bot: string;
  /** `null`: it was not said. */
  readonly scopes: readonly string[] | null;
  readonly channel: Channel;
}
export type Channel =
  | { readonly kind: "found"; readonly name: string; readonly isMember: boolean; readonly isArchived: boolean }
  | { readonly kind: "absent" }
  | { readonly kind: "refused"; readonly why: string };

interface Asking {
  readonly token: string;
  readonly channel: string;
  /** The base of the Web API, ending in `/api/`. */
  readonly api: string;
}

/** Whether the Slack bot would start with this environment. Nothing is posted. */
export async function slackPoint(env: NodeJS.ProcessEnv): Promise<Point> {
  const unsaid = NEEDED.filter((name) => (env[name] ?? "") === "");
  if (unsaid.length === NEEDED.length) return notExamined("Slack", `not set up; only the bot needs it. Not set: ${unsaid.join(", ")}`);
  if (unsaid.length > 0)
    return warning("Slack", `the bot would not start: ${unsaid.join(" and ")} not set`, `Set ${unsaid.join(" and ")}.`);
  const { SLACK_BOT_TOKEN: token = "", SLACK_CHANNEL: channel = "", SLACK_API_URL: api = OWN_API } = env;
  if (!token.startsWith("xoxb-"))
    return wrong(
      "Slack",
      "SLACK_BOT_TOKEN is not the token of a bot",
      "Set it to the bot token of your Slack app; that begins with xoxb-.",
    );
  if (!/^https?:\/\/.*\/api\/$/.test(api)) return wrong("Slack", "SLACK_API_URL is no base of a Web API", "Its end has to be /api/.");
  try {
    return factsPoint(await factsOf({ token, channel, api }), channel);
  } catch (error) {
    if (error instanceof Refusal)
      return wrong("Slack", `Slack refused the app: ${error.why}`, "Install the app in the workspace again, and set SLACK_BOT_TOKEN anew.");
    return wrong(
      "Slack",
      `${withoutPassword(api)} did not answer as Slack does: ${causeOf(error)}`,
      "Check the network, the proxy and SLACK_API_URL.",
    );
  }
}

/** Pure: what Slack said, the gravest first. */
export function factsPoint({ team, bot, scopes, channel }: SlackFacts, asked: string): Point {
  const who = `${bot} in ${team}`;
  const lacking = scopes === null ? [] : SCOPES.filter((scope) => !scopes.includes(scope));
  const unwished = scopes === null ? [] : WANTED_SCOPES.filter((scope) => !scopes.includes(scope));
  const add = (missing: readonly string[]): string => `Add ${missing.join(", ")} to the app's bot scopes, and install it again.`;
  if (lacking.length > 0) return wrong("Slack", `${who}; scopes are missing: ${lacking.join(", ")}`, add([...lacking, ...unwished]));
  if (channel.kind === "refused")
    return wrong("Slack", `${who}; Slack does not show its channels: ${channel.why}`, add(["channels:read", "groups:read"]));
  if (channel.kind === "absent")
    return wrong(
      "Slack",
      `${who}; the app sees no channel ${asked}`,
      "Check SLACK_CHANNEL, and invite the app to the channel with /invite.",
    );
  const where = `${who}, posting in #${channel.name}`;
  if (channel.isArchived) return wrong("Slack", `${where}, where nobody can post any more`, "Set SLACK_CHANNEL to another channel.");
  if (!channel.isMember) return wrong("Slack", `${where}, where the app is no member`, "Invite the app to the channel with /invite.");
  if (unwished.length > 0) return warning("Slack", `${where}; without ${unwished.join(", ")} a message may be posted twice`, add(unwished));
  return good("Slack", scopes === null ? `${where}; Slack did not say its scopes` : `${where}, with every scope it needs`);
}

const auth = z.object({ team: z.string(), user: z.string() });
const info = z.object({ id: z.string(), name: z.string(), is_member: z.boolean().default(false), is_archived: z.boolean().default(false) });
const page = z.object({
  channels: z.array(info),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

async function factsOf(asking: Asking): Promise<SlackFacts> {
  const { body, scopes } = await call(asking, "auth.test", {});
  const { team, user } = auth.parse(body);
  const channel = await channelOf(asking).catch((error: unknown): Channel => {
    if (error instanceof Refusal) return { kind: "refused", why: error.why };
    throw error;
  });
  return { team, bot: user, scopes, channel };
}

/** Looks as the bot does: by id, or by name with or without `#`. */
async function channelOf(asking: Asking): Promise<Channel> {
  const wanted = asking.channel.replace(/^#/, "");
  let cursor = "";
  for (let turn = 0; turn < MOST_PAGES; turn += 1) {
    const { body } = await call(asking, "conversations.list", {
      types: "public_channel,private_channel",
      limit: "1000",
      ...(cursor !== "" && { cursor }),
    });
    const { channels, response_metadata: more } = page.parse(body);
    const found = channels.find(({ id, name }) => id === wanted || name === wanted);
    if (found) return { kind: "found", name: found.name, isMember: found.is_member, isArchived: found.is_archived };
    cursor = more?.next_cursor ?? "";
    if (cursor === "") break;
  }
  return { kind: "absent" };
}

/** Slack answered, and the answer is no. */
class Refusal extends Error {
  readonly why: string;
  constructor(why: string) {
    super(why);
    this.why = why;
  }
}

const answer = z.looseObject({ ok: z.boolean(), error: z.string().optional() });

/** @throws {Refusal} @throws {Error} where nobody answered, or not as Slack does */
async function call(
  { token, api }: Asking,
  method: string,
  words: Readonly<Record<string, string>>,
): Promise<{ readonly body: unknown; readonly scopes: readonly string[] | null }> {
  const response = await fetch(`${api}${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(words).toString(),
    signal: AbortSignal.timeout(PATIENCE),
    // A token is not carried to wherever somebody points.
    redirect: "error",
  });
  if (!response.ok) throw new Error(`it answered ${method} with ${response.status}`);
  const body = answer.safeParse(await response.json().catch(() => null));
  if (!body.success) throw new Error(`what it answered ${method} is not Slack's`);
  if (!body.data.ok) throw new Refusal(body.data.error ?? "no reason was given");
  const scopes = response.headers.get("x-oauth-scopes");
  return { body: body.data, scopes: scopes === null ? null : scopes.split(/,\s*/) };
}

function causeOf(error: unknown): string {
  if (error instanceof z.ZodError) return "its answer lacks what Slack's has";
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
