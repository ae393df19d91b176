import { DAY, dayOf, elapsed } from "@posture/core";
import type { Listed, Summary } from "@posture/runtime";
import type { Desk } from "../desk.ts";
import { messagesOf, toldOf } from "../outbox/messages.ts";
import { type DailyBody, type Row, rowOf, type To, type WeeklyBody } from "../outbox/rows.ts";
import type { Message } from "../slack/port.ts";
import { dailyMessage } from "../views/daily.ts";
import { weeklyMessage } from "../views/weekly.ts";
import { countsOf, dailyOf, trendIn } from "./daily.ts";
import { belongingTo, factsSince } from "./facts.ts";
import { dailySubject, earlierOf, isDaily, sinceOf } from "./schedule.ts";
import { type Item, itemsOf, MOST_ITEMS, ownedBy } from "./weekly.ts";

/** The digest as it was when its hour had come; what it names is as it is now. */
export async function renderDaily(desk: Desk, { to, date, since, until, before, open, changed, mayRepeat }: DailyBody): Promise<Message> {
  const facts = await factsSince(desk, since, until.seq);
  const now = desk.now();
  const told = { ...dailyOf(facts, belongingTo(desk, to), to, since.at, now), open };
  const trend = trendOf(desk, facts.summary, to, { date, open }, await digestsIn(desk, to));
  const picture = changed ? await desk.pictures.made(drawn(facts.summary, trend)) : null;
  const rest = { date, since: since.at, before, isPart: isPart(desk), trend, anchor: until, changed, mayRepeat, isSoFar: false, now };
  return dailyMessage({ ...told, ...rest }, picture);
}

/** What the next digest of a channel would say at this moment. */
export async function digestSoFar(desk: Desk, to: To): Promise<Message> {
  const now = desk.now();
  const date = dayOf(now);
  const rows = await digestsIn(desk, to);
  const earlier = earlierOf(rows, AFTER_ALL);
  const { last } = earlier;
  const since = sinceOf(earlier, now);
  const facts = await factsSince(desk, since);
  const told = dailyOf(facts, belongingTo(desk, to), to, since.at, now);
  const trend = trendOf(desk, facts.summary, to, { date, open: told.open }, rows);
  const before = last?.body.open ?? null;
  const rest = { date, since: since.at, before, isPart: isPart(desk), trend, anchor: facts.happened.until };
  const picture = desk.pictures.ready(drawn(facts.summary, trend));
  return dailyMessage({ ...told, ...rest, changed: true, mayRepeat: false, isSoFar: true, now }, picture);
}

/** As what a channel is configured, by its id; one that is told nothing has the digest of the bot's own. */
export async function digestChannel({ posture, slack, channel: own }: Desk, id: string): Promise<To> {
  if (id === own) return null;
  for (const { channel } of posture.slackSettings.routes) {
    const named = await slack.channelId(channel).catch(() => null);
    if (named === id) return named === own ? null : channel;
  }
  return null;
}

/** Later than any date. */
const AFTER_ALL = "9999";

/** Where there are routes, a channel is told a part, and its trend is what its digests said. */
function isPart({ posture }: Desk): boolean {
  return posture.slackSettings.routes.length > 0;
}

/** The last day of a trend is today, in the zone of its dates. */
function drawn(summary: Summary, trend: Summary["trend"]): Summary {
  const today = trend.known.at(-1)?.day;
  return { ...summary, trend, ...(today !== undefined && { at: `${today}T12:00:00.000Z` }) };
}

function trendOf(
  desk: Desk,
  { trend }: Summary,
  to: To,
  { date, open }: Pick<DailyBody, "date" | "open">,
  rows: readonly Row<DailyBody>[],
): Summary["trend"] {
  if (!isPart(desk)) return { ...trend, known: trend.known.map((it) => (it.day === date ? { day: date, ...open } : it)) };
  const bodies = rows.map(({ body }) => body).filter((body) => body.to === to);
  return { days: trend.days, known: trendIn(bodies, date, open, trend.days) };
}

function digestsIn({ store }: Desk, to: To): Promise<readonly Row<DailyBody>[]> {
  return store.read({ outbox: { subjects: [dailySubject(to)] } }, ({ outbox }) =>
    outbox
      .map(rowOf)
      .filter((row) => row !== null)
      .filter(isDaily),
  );
}

/** `null`: nothing of theirs is open any more, or Slack has taken it so late that it is of another week. */
export async function renderWeekly(desk: Desk, { to, owner, at, mayRepeat }: WeeklyBody): Promise<Message | null> {
  const { posture, route } = desk;
  const now = desk.now();
  if (elapsed(at, now) > DAY) return null;
  const mine = ownedBy({ owner, to }, await posture.list({ statuses: ["open"] }), route, now);
  if (mine.length === 0) return null;
  const { targets } = await posture.summary({ days: 1 });
  const all = itemsOf(mine, targets, now);
  const items = all.slice(0, MOST_ITEMS);
  const overdue = all.filter(({ overdueSince }) => overdueSince !== null).length;
  const links = await linksTo(desk, items);
  const more = all.length - items.length;
  return weeklyMessage({ owner, isShared: to !== owner, items, more, overdue, open: countsOf(mine), links, mayRepeat, now });
}

/** By fingerprint, the first message of each that stands somewhere. */
async function linksTo({ store, slack, log }: Desk, items: readonly Item[]): Promise<ReadonlyMap<string, string>> {
  const subjects = items.flatMap(({ listed: { finding } }) => [finding.fingerprint, ...finding.aliases]);
  const told = await store.read({ outbox: { subjects } }, ({ outbox }) => toldOf(outbox));
  const linked = items.map(async ({ listed }): Promise<readonly [string, string][]> => {
    const place = placeOf(listed, told);
    const url = place && (await slack.permalink(place).catch((error: unknown) => log.warn({ err: error }, "a link could not be made")));
    return url ? [[listed.finding.fingerprint, url]] : [];
  });
  return new Map((await Promise.all(linked)).flat());
}

function placeOf({ finding }: Listed, told: ReturnType<typeof toldOf>): { readonly ts: string; readonly channel: string } | null {
  const standing = messagesOf(finding, told).flatMap(({ body: { ts, channel } }) =>
    ts !== null && channel !== null ? [{ ts, channel }] : [],
  );
  return standing[0] ?? null;
}
