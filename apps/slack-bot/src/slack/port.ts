import type { HomeView, KnownBlock, ModalView } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Found, Sent } from "../outbox/sending.ts";
import { membersOf, personIn, type Who } from "./people.ts";
import { type FilesPort, filesPort } from "./files.ts";
import { NewerBlocks } from "./delivering.ts";
import { failureOf } from "./failure.ts";

/** What a person sees: `text`, plain and escaped, for notifications and screen readers, `blocks` for the channel. */
export interface Message {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
  /** The same without the blocks that not every workspace takes; left out: every workspace takes them. */
  readonly plainer?: readonly KnownBlock[];
}

/** What a message carries, so that it can be recognised when nobody knows whether it arrived. */
export interface Mark {
  readonly key: string;
  readonly revision: number;
}

/** A modal that is open before somebody, as it was when its hash was told. */
export interface Opened {
  readonly id: string;
  readonly hash: string;
}

/** `thread`: the ts of the message that it answers; `broadcast`: it is shown in the channel as well. */
export interface Reply {
  readonly thread: string;
  readonly broadcast: boolean;
}

/** Everything that Posture asks of Slack. What it throws is classed by `failureOf`. */
export interface SlackPort extends FilesPort {
  whoAmI(): Promise<{ readonly teamId: string; readonly botId?: string; readonly userId: string; readonly appId?: string }>;
  /** The id of a channel that is given by id or name; `null`: there is none that the app can see. */
  channelId(given: string): Promise<string | null>;
  post(channel: string, message: Message, mark: Mark, reply?: Reply): Promise<Sent>;
  update(at: Sent, message: Message, mark: Mark): Promise<Sent>;
  /** Looks for a message that carries this key, among those posted at or after `since` (seconds since 1970), in the channel or in a thread of it. Repetitions are deleted. */
  find(channel: string, key: string, since: number, thread?: string): Promise<Found>;
  whisper(channel: string, user: string, message: Message): Promise<void>;
  openModal(trigger: string, view: ModalView): Promise<Opened>;
  /** Changes a modal; where `hash` is given, only if it is still as that says. `false`: it is not, or it is closed. */
  updateModal(modal: { readonly id: string; readonly hash?: string }, view: ModalView): Promise<boolean>;
  /**
   * Has the Home tab show this to a person. Answers the hash of what it shows by then. `hash`: of what it shows now, where another view in its place must not be
   * overwritten: then Slack refuses with `hash_conflict`.
   */
  publishHome(user: string, view: HomeView, hash: string | null): Promise<string>;
  person(user: string): Promise<Who>;
  /** The people in a user group or in a channel, by id. */
  members(list: string): Promise<ReadonlySet<string>>;
  permalink(at: Sent): Promise<string | null>;
  /** Whether the app is in a channel, by its id; what it does not see it is not in. */
  isIn(channel: string): Promise<boolean>;
  /** What the workspace takes. */
  readonly newer: NewerBlocks;
}

const joined = z.object({ channel: z.object({ is_member: z.boolean().default(false) }) });
const sent = z.object({ ts: z.string(), channel: z.string() });
const identity = z.object({ team_id: z.string(), bot_id: z.string().optional(), user_id: z.string() });
const appInfo = z.object({ bot: z.object({ app_id: z.string().optional() }) });
const channels = z.object({
  channels: z.array(z.object({ id: z.string(), name: z.string().optional() })),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const history = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z
        .object({ event_payload: z.object({ key: z.string(), revision: z.number().optional() }) })
        .optional()
        .catch(undefined),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).nullish(),
});
const opened = z.object({ view: z.object({ id: z.string(), hash: z.string() }) });
/** Source: https://docs.slack.dev/reference/methods/views.update#errors */
const LATE: ReadonlySet<string> = new Set(["hash_conflict", "not_found"]);
const published = z.object({ view: z.object({ hash: z.string() }) });
const EVENT_TYPE = "posture_message";
/** Names may hold what looks like a mention, an address or markup. What changes a message or whispers has no `mrkdwn`, and notifies nobody of its text. */
const LITERAL = { link_names: false, unfurl_links: false, unfurl_media: false, mrkdwn: false } as const;
const MOST_PAGES = 20;

/** Slack's Web API, through the client that Bolt uses. `teamId` is learnt by `whoAmI`, and until then everybody is a stranger. */
export function slackPort(client: WebClient, clock: () => number = Date.now): SlackPort {
  let team: string | undefined;
  return {
    newer: new NewerBlocks(clock),
    ...filesPort(client),
    async whoAmI() {
      const { team_id, bot_id, user_id } = identity.parse(await client.auth.test());
      team = team_id;
      const appId = bot_id === undefined ? undefined : await appOf(client, bot_id);
      return { teamId: team_id, userId: user_id, ...(bot_id !== undefined && { botId: bot_id }), ...(appId !== undefined && { appId }) };
    },
    channelId: (given) => channelId(client, given),
    async post(channel, message, mark, reply) {
      const within = reply && { thread_ts: reply.thread };
      const place = reply?.broadcast ? { channel, thread_ts: reply.thread, reply_broadcast: true as const } : { channel, ...within };
      return sent.parse(await client.chat.postMessage({ ...place, ...contentOf(message), ...LITERAL, metadata: metadataOf(mark) }));
    },
    async update({ channel, ts }, message, mark) {
      return sent.parse(await client.chat.update({ channel, ts, ...contentOf(message), link_names: false, metadata: metadataOf(mark) }));
    },
    find: (channel, key, since, thread) => find(client, { channel, key, since, thread }),
    async whisper(channel, person, message) {
      await client.chat.postEphemeral({ channel, user: person, ...contentOf(message), link_names: false });
    },
    async openModal(trigger, view) {
      return opened.parse(await client.views.open({ trigger_id: trigger, view })).view;
    },
    async updateModal({ id, hash }, view) {
      try {
        await client.views.update({ view_id: id, view, ...(hash !== undefined && { hash }) });
        return true;
      } catch (error) {
        if (LATE.has(failureOf(error).why)) return false;
        throw error;
      }
    },
    async publishHome(user, view, hash) {
      const answer = await client.views.publish({ user_id: user, view, ...(hash !== null && { hash }) });
      return published.parse(answer).view.hash;
    },
    person: (id) => personIn(client, id, team),
    members: (list) => membersOf(client, list),
    async isIn(channel) {
      try {
        return joined.parse(await client.conversations.info({ channel })).channel.is_member;
      } catch (error) {
        if (failureOf(error).kind === "channel") return false;
        throw error;
      }
    },
    async permalink({ channel, ts }) {
      const answer = await client.chat.getPermalink({ channel, message_ts: ts });
      return z.url({ protocol: /^https?$/ }).safeParse(answer.permalink).data ?? null;
    },
  };
}

/** `undefined`: Slack does not say. */
async function appOf(client: WebClient, bot: string): Promise<string | undefined> {
  try {
    return appInfo.parse(await client.bots.info({ bot })).bot.app_id;
  } catch {
    return undefined;
  }
}

function contentOf({ text, blocks }: Message): { text: string; blocks: KnownBlock[] } {
  return { text, blocks: [...blocks] };
}

function metadataOf({ key, revision }: Mark): { event_type: string; event_payload: { key: string; revision: number } } {
  return { event_type: EVENT_TYPE, event_payload: { key, revision } };
}

async function channelId(client: WebClient, given: string): Promise<string | null> {
  if (/^[CGD][A-Z0-9]{6,}$/.test(given)) return given;
  const name = given.replace(/^#/, "");
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = channels.parse(
      await client.conversations.list({
        types: "public_channel,private_channel",
        limit: 1000,
        ...(cursor && { cursor }),
      }),
    );
    const found = answer.channels.find((it) => it.name === name);
    if (found) return found.id;
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) return null;
  }
  return null;
}

interface Sought {
  readonly channel: string;
  readonly key: string;
  readonly since: number;
  readonly thread: string | undefined;
}

/** The oldest message with the key stays; others, which a repetition made, go. */
async function find(client: WebClient, { channel, key, since, thread }: Sought): Promise<Found> {
  const found: { ts: string; revision: number }[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const page = {
      channel,
      oldest: since.toFixed(6),
      inclusive: true,
      include_all_metadata: true,
      limit: 200,
      ...(cursor && { cursor }),
    };
    // The channel's history is without what stands in threads.
    const { conversations } = client;
    const answer = history.parse(
      await (thread === undefined ? conversations.history(page) : conversations.replies({ ...page, ts: thread })),
    );
    for (const { ts, metadata } of answer.messages) {
      if (metadata?.event_payload.key === key) found.push({ ts, revision: metadata.event_payload.revision ?? 0 });
    }
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) break;
  }
  const [kept, ...repeated] = found.toSorted((a, b) => Number(a.ts) - Number(b.ts));
  if (!kept) return { kind: "absent" };
  for (const { ts } of repeated) await client.chat.delete({ channel, ts });
  return { kind: "found", sent: { channel, ts: kept.ts }, revision: kept.revision };
}
