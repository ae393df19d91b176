import { z } from "zod";
import { APP_TOKEN_SCOPE, type ScopeUse, slackScopes } from "../slack-app/methods.ts";
import { type ChannelList, type ListedChannel, type NamedChannel, plain } from "./channels.ts";
import { good, notExamined, type Point, warning, wrong } from "./point.ts";
import { withoutPassword } from "./settings.ts";

/** Of the last two, the bot takes one: how Slack reaches it. */
const SETTINGS = ["SLACK_BOT_TOKEN", "SLACK_CHANNEL", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"] as const;
const OWN_API = "https://slack.com/api/";
/** In milliseconds, for each request. */
const PATIENCE = 10_000;
const MOST_PAGES = 20;

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

/** Whether the bot would start, and what Slack listed; `null`: nothing. */
export interface SlackExamined {
  readonly point: Point;
  readonly listed: ChannelList | null;
}

/** Whether the Slack bot would start with this environment, and what Slack lists of its channels, at least these. Nothing is posted. */
export async function examineSlack(env: NodeJS.ProcessEnv, named: readonly NamedChannel[] = []): Promise<SlackExamined> {
  let listed: ChannelList | null = null;
  const point = await slackPoint(env, named, (list) => void (listed = list));
  return { point, listed };
}

async function slackPoint(env: NodeJS.ProcessEnv, named: readonly NamedChannel[], onListed: (list: ChannelList) => void): Promise<Point> {
  const isSet = (name: string): boolean => (env[name] ?? "") !== "";
  if (!SETTINGS.some(isSet)) return notExamined("Slack", "not set up; only the bot needs it. `posture slack manifest` is the beginning");
  const lacking = lackingIn(isSet);
  if (lacking !== null) return warning("Slack", `the bot would not start: ${lacking.says}`, lacking.next);
  const { SLACK_BOT_TOKEN: token = "", SLACK_CHANNEL: channel = "", SLACK_APP_TOKEN: appToken = "", SLACK_API_URL: api = OWN_API } = env;
  const problem = problemOf({ token, appToken, api });
  if (problem !== null) return problem;
  try {
    if (appToken !== "") await call({ token: appToken, api }, "apps.connections.open", {});
    return factsPoint(await factsOf({ token, channel, api }, named, onListed), channel);
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    return wrong(
      "Slack",
      `${withoutPassword(api)} did not answer as Slack does: ${causeOf(error)}`,
      "Check the network, the proxy and SLACK_API_URL.",
    );
  }
}

/** Pure: why the bot would not start. `null`: every setting is there that has to be. */
function lackingIn(isSet: (name: string) => boolean): { readonly says: string; readonly next: string } | null {
  const unsaid: string[] = ["SLACK_BOT_TOKEN", "SLACK_CHANNEL"].filter((name) => !isSet(name));
  const ways = ["SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"].filter(isSet);
  if (ways.length === 0) unsaid.push("SLACK_SIGNING_SECRET (or, for Socket Mode, SLACK_APP_TOKEN)");
  if (unsaid.length > 0) return { says: `${unsaid.join(" and ")} not set`, next: `Set ${unsaid.join(" and ")}.` };
  if (ways.length === 1) return null;
  return { says: `${ways.join(" and ")} are both set`, next: "Leave one of them out: the first is for HTTP, the second for Socket Mode." };
}

function problemOf({ token, appToken, api }: { readonly token: string; readonly appToken: string; readonly api: string }): Point | null {
  if (!token.startsWith("xoxb-"))
    return wrong(
      "Slack",
      "SLACK_BOT_TOKEN is not the token of a bot",
      "Set it to the bot token of your Slack app; that begins with xoxb-.",
    );
  if (appToken !== "" && !appToken.startsWith("xapp-"))
    return wrong(
      "Slack",
      "SLACK_APP_TOKEN is not an app-level token",
      "Set it to the app-level token of your Slack app; that begins with xapp-.",
    );
  if (!/^https?:\/\/.*\/api\/$/.test(api)) return wrong("Slack", "SLACK_API_URL is no base of a Web API", "Its end has to be /api/.");
  return null;
}

function refused({ why, method }: Refusal): Point {
  if (method === "apps.connections.open")
    return wrong(
      "Slack",
      `Slack refused the app-level token: ${why}`,
      `Make one with the scope ${APP_TOKEN_SCOPE} under Basic Information, turn Socket Mode on, and set SLACK_APP_TOKEN to it.`,
    );
  return wrong("Slack", `Slack refused the app: ${why}`, "Install the app in the workspace again, and set SLACK_BOT_TOKEN anew.");
}

/** Pure: what Slack said, the gravest first. */
export function factsPoint({ team, bot, scopes, channel }: SlackFacts, asked: string): Point {
  const who = `${bot} in ${team}`;
  const missing = scopes === null ? [] : slackScopes().filter(({ scope }) => !scopes.includes(scope));
  if (missing.some(({ without }) => without === null))
    return wrong("Slack", `${who}; scopes are missing: ${missing.map(meaning).join("; ")}`, added(missing));
  if (channel.kind === "refused")
    return wrong(
      "Slack",
      `${who}; Slack does not show its channels: ${channel.why}`,
      added(slackScopes().filter(({ by }) => by.includes("conversations.list"))),
    );
  if (channel.kind === "absent")
    return wrong(
      "Slack",
      `${who}; the app sees no channel ${asked}`,
      "Check SLACK_CHANNEL, and invite the app to the channel with /invite.",
    );
  const where = `${who}, posting in #${channel.name}`;
  if (channel.isArchived) return wrong("Slack", `${where}, where nobody can post any more`, "Set SLACK_CHANNEL to another channel.");
  if (!channel.isMember) return wrong("Slack", `${where}, where the app is no member`, "Invite the app to the channel with /invite.");
  if (missing.length > 0) return warning("Slack", `${where}; without ${worse(missing)}`, added(missing));
  return good("Slack", scopes === null ? `${where}; Slack did not say its scopes` : `${where}, with every scope it needs`);
}

function meaning({ scope, uses, without }: ScopeUse): string {
  return without === null ? `${scope} (to ${uses[0]})` : scope;
}

function worse(missing: readonly ScopeUse[]): string {
  const byLoss = Map.groupBy(missing, ({ without }) => without);
  return [...byLoss].map(([loss, all]) => `${all.map(({ scope }) => scope).join(", ")} ${loss}`).join("; ");
}

function added(missing: readonly ScopeUse[]): string {
  const names = missing.map(({ scope }) => scope).join(", ");
  return `Add ${names} under OAuth & Permissions, Bot Token Scopes (or paste \`posture slack manifest\` under App Manifest), and install the app again.`;
}

const auth = z.object({ team: z.string(), user: z.string() });
const info = z.object({ id: z.string(), name: z.string(), is_member: z.boolean().default(false), is_archived: z.boolean().default(false) });
const page = z.object({
  channels: z.array(info),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

async function factsOf(asking: Asking, named: readonly NamedChannel[], onListed: (list: ChannelList) => void): Promise<SlackFacts> {
  const { body, scopes } = await call(asking, "auth.test", {});
  const { team, user } = auth.parse(body);
  try {
    const list = await listedBy(asking, [asking.channel, ...named.map(({ channel }) => channel)].map(plain));
    onListed({ ...list, bot: user });
    return { team, bot: user, scopes, channel: channelIn(list.channels, plain(asking.channel)) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { team, bot: user, scopes, channel: { kind: "refused", why: error.why } };
  }
}

/** As the bot looks: by id, or by name without `#`. */
function channelIn(channels: readonly ListedChannel[], wanted: string): Channel {
  const found = channels.find(({ id, name }) => id === wanted || name === wanted);
  return found ? { kind: "found", name: found.name, isMember: found.isMember, isArchived: found.isArchived } : { kind: "absent" };
}

/** Page after page, until all that are wanted are among them. */
async function listedBy(asking: Asking, wanted: readonly string[]): Promise<Pick<ChannelList, "channels" | "isWhole">> {
  const channels: ListedChannel[] = [];
  const isThere = (it: string): boolean => channels.some(({ id, name }) => id === it || name === it);
  let cursor = "";
  for (let turn = 0; turn < MOST_PAGES; turn += 1) {
    const { body } = await call(asking, "conversations.list", {
      types: "public_channel,private_channel",
      limit: "1000",
      ...(cursor !== "" && { cursor }),
    });
    const { channels: more, response_metadata } = page.parse(body);
    channels.push(...more.map(({ id, name, is_member, is_archived }) => ({ id, name, isMember: is_member, isArchived: is_archived })));
    cursor = response_metadata?.next_cursor ?? "";
    if (cursor === "") return { channels, isWhole: true };
    if (wanted.every(isThere)) break;
  }
  return { channels, isWhole: false };
}

/** Slack answered, and the answer is no. */
class Refusal extends Error {
  readonly why: string;
  readonly method: string;
  constructor(why: string, method: string) {
    super(why);
    this.why = why;
    this.method = method;
  }
}

const answer = z.looseObject({ ok: z.boolean(), error: z.string().optional() });

/** @throws {Refusal} @throws {Error} where nobody answered, or not as Slack does */
async function call(
  { token, api }: Pick<Asking, "token" | "api">,
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
  if (!body.data.ok) throw new Refusal(body.data.error ?? "no reason was given", method);
  const scopes = response.headers.get("x-oauth-scopes");
  return { body: body.data, scopes: scopes === null ? null : scopes.split(/,\s*/) };
}

function causeOf(error: unknown): string {
  if (error instanceof z.ZodError) return "its answer lacks what Slack's has";
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
