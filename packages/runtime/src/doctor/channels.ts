import { nearest, type ResolvedConfig, ROLES } from "@posture/config";
import { good, notExamined, type Point, warning } from "./point.ts";

/** A channel as Slack lists it. */
export interface ListedChannel {
  readonly id: string;
  readonly name: string;
  readonly isMember: boolean;
  readonly isArchived: boolean;
}

/** What Slack shows the app of its channels. */
export interface ChannelList {
  readonly channels: readonly ListedChannel[];
  /** There are no others. */
  readonly isWhole: boolean;
  /** What the bot is called there. */
  readonly bot: string;
}

/** A channel that the configuration names. */
export interface NamedChannel {
  /** As it is written there: `#security`, or an id. */
  readonly channel: string;
  /** What names it, as in "the route prod". */
  readonly by: readonly string[];
  /** The bot is to post in it; where it only gives a role, it has to be seen. */
  readonly speaks: boolean;
}

/** Every channel that the configuration names, once. Pure. */
export function namedChannels({ routes, digests, roles }: ResolvedConfig["slack"]): readonly NamedChannel[] {
  const all = [
    ...routes.map(({ channel, name }) => ({ channel, by: `the route ${name}`, speaks: true })),
    ...[...digests.channels].flatMap(([channel, it]) =>
      it === null ? [] : [{ channel, by: "slack.digests.daily.channels", speaks: true }],
    ),
    ...ROLES.flatMap((role) =>
      roles[role].flatMap((it) => (it.kind === "channel" ? [{ channel: it.id, by: `slack.roles.${role}`, speaks: false }] : [])),
    ),
  ];
  return [...Map.groupBy(all, ({ channel }) => channel)].map(([channel, uses]) => ({
    channel,
    by: [...new Set(uses.map(({ by }) => by))],
    speaks: uses.some(({ speaks }) => speaks),
  }));
}

/** Pure: whether each channel that the configuration names is there, and the bot in it. `listed`: `null`, Slack was not asked or did not say. */
export function channelsPoint(named: readonly NamedChannel[], listed: ChannelList | null): Point {
  if (named.length === 0) return notExamined("Channels", "the configuration names none besides SLACK_CHANNEL");
  if (listed === null) return notExamined("Channels", `whether ${namesOf(named)} can be posted in, Slack would say`);
  const troubles = named.flatMap((it) => troubleWith(it, listed) ?? []);
  if (troubles.length === 0) return good("Channels", `${namesOf(named)}: each is there, and the app in it`);
  return warning("Channels", troubles.map(({ says }) => says).join("; "), [...new Set(troubles.map(({ next }) => next))].join(" "));
}

interface Trouble {
  readonly says: string;
  readonly next: string;
}

/** `null`: there is none. */
function troubleWith({ channel, by, speaks }: NamedChannel, { channels, isWhole, bot }: ChannelList): Trouble | null {
  const wanted = plain(channel);
  const found = channels.find(({ id, name }) => id === wanted || name === wanted);
  const what = `${channel}, which ${by.join(" and ")} ${by.length === 1 ? "names" : "name"},`;
  const invite = `/invite @${bot}`;
  if (!found && !isWhole) return { says: `${what} is not among the channels that Slack listed first`, next: `Name ${channel} by its id.` };
  if (!found) {
    const near = nearest(
      wanted,
      channels.filter(({ isArchived }) => !isArchived).map(({ name }) => name),
    );
    const meant = near === null || !channel.startsWith("#") ? "" : `; did you mean #${near}?`;
    return {
      says: `${what} is none that the app sees${meant}`,
      next: `Correct ${channel} in the configuration, or, where it is private, type ${invite} in it.`,
    };
  }
  if (!speaks) return null;
  if (found.isArchived) return { says: `${what} is one where nobody can post any more`, next: `Name another channel than ${channel}.` };
  return found.isMember ? null : { says: `${what} has not the app in it`, next: `Type ${invite} in #${found.name}.` };
}

function namesOf(named: readonly NamedChannel[]): string {
  return named.map(({ channel }) => channel).join(", ");
}

/** Without the `#`. */
export function plain(channel: string): string {
  return channel.replace(/^#/, "");
}
