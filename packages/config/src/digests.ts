import { z } from "zod";
import { type Weekday, WEEKDAYS } from "./destination.ts";
import { channel, timeOfDay, timeZone } from "./shapes.ts";
import { type Understood, weekday } from "./vocabulary.ts";
import { wallClock } from "./wall-clock.ts";

/** When a digest is due: at a time of the clock on the wall of a zone. */
export interface DigestTime {
  /** `HH:MM`. Default: `09:00`. */
  readonly at?: string;
  /** An IANA name, as in `Europe/Berlin`. Default: `UTC`. */
  readonly timeZone?: string;
}

/** What one channel is told once a day. */
export interface DailySettings extends DigestTime {
  /** On which days of the week. Default: on all. */
  readonly days?: readonly Weekday[];
  /** What is posted when nothing has changed: a line or two, or nothing. Default: `short`, since silence may also mean that nobody looks any more. */
  readonly whenNothingChanged?: "short" | "silent";
}

export interface DigestSettings {
  /** To the channel that the bot was given, and to every channel of a route. `false`: to none but those in `channels`. */
  readonly daily?:
    | (DailySettings & {
        /** By channel, what is otherwise there; `false`: none there. */
        readonly channels?: Readonly<Record<string, DailySettings | false>>;
      })
    | false;
  /** To each owner, what is open of theirs. Default: off where nobody is an owner, else on Monday, at the time of the daily one. */
  readonly weekly?: (DigestTime & { readonly day?: Weekday }) | false;
}

/** The same with nothing left out. */
export interface DailyDigest {
  readonly at: string;
  readonly timeZone: string;
  readonly days: readonly Weekday[];
  readonly whenNothingChanged: "short" | "silent";
}
export interface WeeklyDigest {
  readonly day: Weekday;
  readonly at: string;
  readonly timeZone: string;
}
export interface ResolvedDigests {
  /** In channels that `channels` does not name. `null`: none. */
  readonly daily: DailyDigest | null;
  /** By the channel as it is configured, with a `#` or by its id. */
  readonly channels: ReadonlyMap<string, DailyDigest | null>;
  readonly weekly: WeeklyDigest | null;
}

interface TimeShape {
  at?: string | undefined;
  timeZone?: string | undefined;
}
interface DailyShape extends TimeShape {
  days?: string[] | undefined;
  whenNothingChanged?: "short" | "silent" | undefined;
}
interface Shape {
  daily?: (DailyShape & { channels?: Record<string, DailyShape | false> | undefined }) | false | undefined;
  weekly?: (TimeShape & { day?: string | undefined }) | false | undefined;
}

const time = { at: timeOfDay.optional(), timeZone: timeZone.optional() };
const daily = {
  ...time,
  days: z.array(z.string()).min(1, "no day is named; leave `days` out to mean all").optional(),
  whenNothingChanged: z.enum(["short", "silent"]).optional(),
};
const off = z.literal(false);

export const digestsShape: z.ZodType<Shape> = z.strictObject({
  daily: z
    .union([z.strictObject({ ...daily, channels: z.record(channel, z.union([z.strictObject(daily), off])).optional() }), off])
    .optional(),
  weekly: z.union([z.strictObject({ ...time, day: z.string().optional() }), off]).optional(),
});

interface Resolved {
  readonly digests: ResolvedDigests;
  /** In sentences. */
  readonly problems: readonly string[];
}

const USUAL: DailyDigest = { at: "09:00", timeZone: "UTC", days: WEEKDAYS, whenNothingChanged: "short" };

/** Fills in what the settings leave out, and says which of their words mean nothing. `hasOwners`: whether a finding may have an owner. Pure. */
export function resolveDigests(given: Shape = {}, hasOwners = false): Resolved {
  const problems: string[] = [];
  const read = (words: readonly string[], place: string): Weekday[] =>
    words.flatMap((word) => {
      const understood: Understood<Weekday> = weekday(word);
      if ("is" in understood) return [understood.is];
      problems.push(`slack.digests.${place} ${understood.problem}`);
      return [];
    });
  const over = (base: DailyDigest, { at, timeZone: zone, days, whenNothingChanged }: DailyShape, place: string): DailyDigest => ({
    at: at ?? base.at,
    timeZone: zone ?? base.timeZone,
    days: days ? read(days, `${place}.days`) : base.days,
    whenNothingChanged: whenNothingChanged ?? base.whenNothingChanged,
  });
  const common = given.daily === false ? null : over(USUAL, given.daily ?? {}, "daily");
  const named = Object.entries((given.daily === false ? undefined : given.daily?.channels) ?? {});
  const channels = new Map(
    named.map(([name, it]): [string, DailyDigest | null] => [
      name,
      it === false ? null : over(common ?? USUAL, it, `daily.channels[${JSON.stringify(name)}]`),
    ]),
  );
  const weekly = weeklyOf(given.weekly, hasOwners, common ?? USUAL, (word) => read([word], "weekly.day")[0]);
  return { digests: { daily: common, channels, weekly }, problems };
}

function weeklyOf(
  given: Shape["weekly"],
  hasOwners: boolean,
  base: DailyDigest,
  read: (word: string) => Weekday | undefined,
): WeeklyDigest | null {
  if (given === false || (given === undefined && !hasOwners)) return null;
  const day = given?.day === undefined ? "mon" : (read(given.day) ?? "mon");
  return { day, at: given?.at ?? base.at, timeZone: given?.timeZone ?? base.timeZone };
}

/** The date, as the clock on the wall has it, for which a digest is due at this instant: its hour has come, and its day is not over. `null`: none is. Pure. */
export function dateDue({ at, timeZone: zone, days }: Omit<DailyDigest, "whenNothingChanged">, now: string): string | null {
  const { date, time: shown, weekday: number } = wallClock(now, zone);
  const day = WEEKDAYS[number - 1];
  return day !== undefined && days.includes(day) && shown >= at ? date : null;
}

/** What is due in a channel each day. `to`: as it is configured. Pure. */
export function dailyIn({ daily: common, channels }: ResolvedDigests, to: string): DailyDigest | null {
  const named = channels.get(to);
  return named === undefined ? common : named;
}

/** Channels that `daily.channels` names and that are told nothing, since neither a route leads there nor is it the bot's own. `own`: by name or id. Pure. */
export function strayDigests(
  { routes, digests }: { readonly routes: readonly { readonly channel: string }[]; readonly digests: ResolvedDigests },
  own: readonly string[],
): readonly string[] {
  const plain = (name: string): string => name.replace(/^#/, "");
  const known = new Set([...routes.map(({ channel: it }) => it), ...own].map(plain));
  return [...digests.channels.keys()].filter((name) => !known.has(plain(name)));
}
