import { type DailyDigest, dailyIn, dateDue, type ResolvedSlack, type WeeklyDigest, WEEKDAYS } from "@posture/config";
import { DAY, type Day, dayAfter, type Instant, plus } from "@posture/core";
import { type DailyBody, inChannel, type Row, type To, UNSENT } from "../outbox/rows.ts";
import type { Since } from "./happened.ts";

/** A channel that has a daily digest. */
export interface Target {
  readonly to: To;
  readonly daily: DailyDigest;
}

/** The bot's own channel and those of routes, each once. `own`: by its name and its id. Pure. */
export function targetsOf({ routes, digests }: Pick<ResolvedSlack, "routes" | "digests">, own: readonly string[]): readonly Target[] {
  const plain = (name: string): string => name.replace(/^#/, "");
  const isOwn = (name: string): boolean => own.some((it) => plain(it) === plain(name));
  const named = [...digests.channels.keys()];
  const ownName = named.find(isOwn) ?? own[0] ?? "";
  // A channel that no route leads to is told nothing.
  const others = [...new Set(routes.map(({ channel }) => channel).filter((it) => !isOwn(it)))];
  return [null, ...others].flatMap((to) => {
    const daily = dailyIn(digests, to ?? ownName);
    return daily ? [{ to, daily }] : [];
  });
}

export interface Due extends Target {
  readonly date: Day;
}

/** The digests whose hour has come and whose day is not over, posted or not. Pure. */
export function dailyDue(targets: readonly Target[], now: Instant): readonly Due[] {
  return targets.flatMap((it) => {
    const date = dateDue(it.daily, now);
    return date === null ? [] : [{ ...it, date }];
  });
}

/** Was there anything to tell of when the hour came? What is known only since then has its first digest the next time. Pure. */
export function wasThere(time: Pick<DailyDigest, "at" | "timeZone" | "days">, date: Day, begun: Instant | null): boolean {
  return begun !== null && dateDue({ ...time, days: WEEKDAYS }, begun) !== date;
}

/** The date of a weekly digest that is due; `null`: none is. Pure. */
export function weeklyDue({ day, ...time }: WeeklyDigest, now: Instant): Day | null {
  return dateDue({ ...time, days: [day] }, now);
}

/** What every daily digest of a channel is about. */
export function dailySubject(to: To): string {
  return inChannel("daily", to);
}
export function dailyKey(to: To, date: Day): string {
  return inChannel(`daily:${date}`, to);
}

export function dailyRow(to: To, of: Omit<DailyBody, keyof typeof UNSENT | "type">, isSilent: boolean): Row<DailyBody> {
  const state = isSilent ? ({ state: "sent", dueAt: null } as const) : ({ state: "due", dueAt: of.at } as const);
  return { key: dailyKey(to, of.date), subject: dailySubject(to), ...state, body: { type: "daily", ...UNSENT, to, ...of } };
}

export interface Earlier {
  /** The latest that people can have read, or would have if it had anything to say. `null`: there is none. */
  readonly last: Row<DailyBody> | null;
  /** Those after it that never left: this one tells what they would have. */
  readonly overtaken: readonly Row<DailyBody>[];
  /** Where there was none that left: from where the first that did not would have told. */
  readonly from: Since | null;
}

/** The digests of a channel before this date. Pure. */
export function earlierOf(rows: readonly Row[], date: Day): Earlier {
  const daily = rows.filter(isDaily).filter(({ body }) => body.date < date);
  const latest = daily.toSorted((a, b) => (a.body.date < b.body.date ? 1 : -1));
  const at = latest.findIndex(({ state }) => state !== "due" && state !== "dead");
  const after = at === -1 ? latest : latest.slice(0, at);
  const last = latest[at] ?? null;
  return { last, overtaken: after.filter(({ state }) => state === "due"), from: last ? null : (after.at(-1)?.body.since ?? null) };
}

export function isDaily(row: Row): row is Row<DailyBody> {
  return row.body.type === "daily";
}

/** Where a digest at this instant goes on from: the end of the one before, else a day ago. Pure. */
export function sinceOf({ last, from }: Pick<Earlier, "last" | "from">, at: Instant): Since {
  return last ? { seq: last.body.until.seq, at: last.body.at } : (from ?? { seq: 0, at: plus(at, -DAY) });
}

/** The days between two digests on which one was due and none was written down. Pure. */
export function missedBetween({ days }: DailyDigest, last: Day, date: Day): readonly Day[] {
  const missed: Day[] = [];
  for (let day = dayAfter(last); day < date; day = dayAfter(day)) {
    const weekday = WEEKDAYS[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7];
    if (weekday !== undefined && days.includes(weekday)) missed.push(day);
  }
  return missed;
}
