import type { Instant } from "@posture/core";
import type { RichTextElement } from "@slack/types";
import type { SpeechTroubles } from "../outbox/speech.ts";
import type { Message } from "../slack/port.ts";
import { cut, fallback, literal, plural, rich, section, when } from "./parts.ts";

export interface TroubleModel {
  /** As it is configured, or the id of the bot's own. */
  readonly channel: string;
  /** It is the bot's own: then nothing stands in for it. */
  readonly own: boolean;
  /** Slack's code. */
  readonly why: string;
  readonly since: Instant;
  readonly ended: Instant | null;
  /** How many of its messages stand in the bot's own channel instead. */
  readonly count: number;
}

interface Words {
  /** Follows the name of the channel. */
  readonly is: string;
  readonly todo: string;
}

/** In plain words, by what Slack says. Source: https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const WORDS: Readonly<Record<string, Words>> = {
  // oxlint-disable-next-line posture/one-word-per-idea -- Slack's own word for what was done to the channel
  is_archived: { is: "is archived", todo: "it is taken out of the archive, or the configuration names another channel" },
  not_in_channel: { is: "does not have Posture as a member", todo: "somebody there types /invite and the name of the app" },
  channel_not_found: {
    is: "does not exist, or is private and does not have Posture as a member",
    todo: "the configuration names a channel that is there, or somebody in it types /invite and the name of the app",
  },
  restricted_action_read_only_channel: { is: "is read-only", todo: "an admin of the workspace lets Posture post there" },
  restricted_action: { is: "does not let Posture post", todo: "an admin of the workspace lets Posture post there" },
  posting_to_general_channel_denied: { is: "does not let Posture post", todo: "an admin of the workspace lets Posture post there" },
  missing_scope: {
    is: "cannot be looked up by its name",
    todo: "the app is given the scopes channels:read and groups:read, or the configuration names the channel by its id",
  },
};

/** Which channel takes nothing, why, what becomes of its messages, and what to do. Pure. */
export function troubleMessage(model: TroubleModel): Message {
  const { channel, ended } = model;
  const rest = ended === null ? goingOn(model) : over(model);
  const time: RichTextElement[] = [literal(ended === null ? " Since " : " From "), when(model.since)];
  const end: RichTextElement[] = ended === null ? [literal(".")] : [literal(" to "), when(ended), literal(".")];
  return {
    text: ID.test(channel) ? `<#${channel}> ${fallback(rest)}` : fallback(`${channelWord(channel)} ${rest}`),
    blocks: [rich(section(literal(ended === null ? "⚠️ " : "✅ "), channelElement(channel), literal(` ${rest}`), ...time, ...end))],
  };
}

/** What cannot be said, a sentence each. `own`: the id of the bot's own channel. Pure. */
export function unspokenIn({ installation, channels }: SpeechTroubles, own: string): readonly string[] {
  const whole = installation
    ? [
        `Slack does not let the app speak (${installation.why}), since ${installation.since.slice(0, 16).replace("T", " ")} UTC. Nothing is posted and everything is kept; install the app again, or give it a token that works.`,
      ]
    : [];
  const each = [...channels].map(([to, { why }]) => {
    const { is, todo } = wordsOf(why);
    const meanwhile = to === null ? "Nothing is posted and everything is kept" : "Its messages are posted in the channel of Posture";
    return `${to === null ? `The channel of Posture (${own})` : channelWord(to)} ${is}. ${meanwhile} until ${todo}.`;
  });
  return [...whole, ...each];
}

function goingOn({ why, own, count }: TroubleModel): string {
  const { is, todo } = wordsOf(why);
  if (own) return `${is}, and it is the channel of Posture: nothing is posted and everything is kept until ${todo}.`;
  const its = count === 0 ? "Its messages are" : count === 1 ? "Its message is" : `Its ${plural(count, "message")} are`;
  return `${is}. ${its} posted here until ${todo}.`;
}

function over({ own, count }: TroubleModel): string {
  if (own || count === 0) return "takes messages again.";
  return `takes messages again. ${plural(count, "message")} of it ${count === 1 ? "was" : "were"} posted here in between, and will be kept true here.`;
}

function wordsOf(why: string): Words {
  const known = Object.hasOwn(WORDS, why) ? WORDS[why] : undefined;
  return known ?? { is: `takes no messages (Slack says ${cut(why, 200)})`, todo: "that has ended" };
}

const ID = /^[CG][A-Z0-9]{6,}$/;

function channelWord(channel: string): string {
  return ID.test(channel) ? `<#${channel}>` : `#${cut(channel.replace(/^#/, ""), 200)}`;
}
function channelElement(channel: string): RichTextElement {
  return ID.test(channel) ? { type: "channel", channel_id: channel } : literal(channelWord(channel), { bold: true });
}
