import { elapsed, type Instant, plus, type Severity } from "@posture/core";
import type { FindingBody, GroupOf, Row, To } from "./rows.ts";

/* Which new findings share a message. Decided just before they would be posted, since only then it is known how many there are. Pure. */

/** A finding that may share a message, or have one of its own: nobody has decided yet. */
export interface Newcomer {
  readonly row: Row<FindingBody>;
  readonly severity: Severity;
  readonly checkId: string;
  readonly accountId: string;
}

/** What the first finding of a check, account and channel opens: what comes later in it shares a message. */
interface Window {
  readonly until: Instant;
  /** Criticals in it that have messages of their own. */
  readonly criticals: number;
  readonly group: Group | null;
}
/** Everything new of a channel, while there is too much of it. */
interface Flood {
  readonly until: Instant;
  readonly group: Group;
  /** How many messages the channel has had on account of it. */
  readonly used: number;
}
interface Group {
  readonly of: GroupOf;
  readonly joinedAt: Instant;
}

export interface Sharing {
  readonly windows: ReadonlyMap<string, Window>;
  readonly floods: ReadonlyMap<To, Flood>;
  /** When the findings and groups of the last minute were posted, by channel. */
  readonly recent: ReadonlyMap<To, readonly Instant[]>;
}
export const ALONE: Sharing = { windows: new Map(), floods: new Map(), recent: new Map() };

export interface Join {
  readonly of: GroupOf;
  readonly rows: readonly Row<FindingBody>[];
}
export interface Arranged {
  readonly joins: readonly Join[];
  /** Keys of rows that will join, together with what comes in the meantime. */
  readonly held: ReadonlySet<string>;
  readonly until: Instant | null;
}

/** In milliseconds. */
const WINDOW = 60_000;
/** So that many that come one after the other are written down together. In milliseconds. */
const BETWEEN_JOINS = 1000;
/** From this many on, criticals share a message too. */
const MANY_CRITICALS = 6;
/** More than this many new findings of a channel in a minute have no more than so many messages; what is left shares one, whatever it is about. */
const CROWD = 10;
const MOST_MESSAGES = 6;
/** Of the messages before a flood, so many are counted: else it would have none for its criticals. */
const BEFORE = 3;

/** Which of those that could be posted now share a message instead; whoever is in none of the answer's lists may be posted alone. */
export function arranged(newcomers: readonly Newcomer[], sharing: Sharing, now: Instant): Arranged {
  return together([...Map.groupBy(newcomers, ({ row }) => row.body.to)].map(([to, there]) => arrangedAt(to, there, sharing, now)));
}

function arrangedAt(to: To, all: readonly Newcomer[], sharing: Sharing, now: Instant): Arranged {
  const flood = floodAt(to, sharing, now);
  const rested = all.filter(({ row }) => row.body.waited);
  if (rested.length > CROWD) {
    // One message at the end of quiet hours, as of a sweep: what comes afterwards is no part of it.
    const of = { to, checkId: null, accountId: null, quiet: true, from: now, until: now };
    const others = all.filter(({ row }) => !row.body.waited);
    return together([joining(of, null, rested, now), others.length > 0 ? arrangedAt(to, others, sharing, now) : NOTHING]);
  }
  const inWindows = together(
    [...Map.groupBy(all, windowOf)].map(([key, same]) => inWindow(sharing.windows.get(key), same, flood !== null, now)),
  );
  const free = all.filter(({ row }) => !isIn(row, inWindows));
  return flood || isFlood(to, free, sharing, now) ? together([inWindows, inFlood(to, free, flood, sharing, now)]) : inWindows;
}

function isIn({ key }: Row, { joins, held }: Arranged): boolean {
  return held.has(key) || joins.some(({ rows }) => rows.some((row) => row.key === key));
}

function floodAt(to: To, { floods }: Sharing, now: Instant): Flood | null {
  const flood = floods.get(to);
  return flood && flood.until > now ? flood : null;
}

function isFlood(to: To, free: readonly Newcomer[], { recent }: Sharing, now: Instant): boolean {
  const before = lately(recent.get(to), now).length;
  const messages = [...Map.groupBy(free, windowOf).values()].reduce((sum, same) => sum + messagesFor(same), before);
  return free.length + before > CROWD && messages > MOST_MESSAGES;
}

/** How many messages these of one check and account would have. */
function messagesFor(same: readonly Newcomer[]): number {
  const criticals = same.filter(({ severity }) => severity === "critical").length;
  return criticals < MANY_CRITICALS ? criticals + Math.min(2, same.length - criticals) : 2;
}

function inFlood(to: To, free: readonly Newcomer[], flood: Flood | null, { recent }: Sharing, now: Instant): Arranged {
  const used = flood?.used ?? Math.min(lately(recent.get(to), now).length, BEFORE) + 1;
  const criticals = free.filter(({ severity }) => severity === "critical");
  const alone = new Set(criticals.length < MANY_CRITICALS ? criticals.slice(0, Math.max(0, MOST_MESSAGES - used)) : []);
  const of = flood?.group.of ?? { to, checkId: null, accountId: null, from: now, until: plus(now, WINDOW) };
  const others = free.filter((it) => !alone.has(it));
  return joining(of, flood?.group ?? null, others, now);
}

/** `isFlood`: then no window may open another message. */
function inWindow(window: Window | undefined, same: readonly Newcomer[], isFlood: boolean, now: Instant): Arranged {
  const [first] = same;
  if (!window || !first || window.until <= now || (isFlood && !window.group)) return NOTHING;
  const criticals = same.filter(({ severity }) => severity === "critical");
  const mayBeAlone = window.criticals + criticals.length < MANY_CRITICALS;
  const { checkId, accountId, row } = first;
  const of = window.group?.of ?? { to: row.body.to, checkId, accountId, from: now, until: window.until };
  const others = same.filter(({ severity }) => severity !== "critical" || !mayBeAlone);
  return joining(of, window.group, others, now);
}

const NOTHING: Arranged = { joins: [], held: new Set(), until: null };

function together(parts: readonly Arranged[]): Arranged {
  return {
    joins: parts.flatMap(({ joins }) => joins),
    held: new Set(parts.flatMap(({ held }) => [...held])),
    until: parts.flatMap(({ until }) => until ?? []).toSorted()[0] ?? null,
  };
}

function joining(of: GroupOf, group: Group | null, newcomers: readonly Newcomer[], now: Instant): Arranged {
  if (newcomers.length === 0) return NOTHING;
  const from = group ? plus(group.joinedAt, BETWEEN_JOINS) : now;
  if (from > now) return { joins: [], held: new Set(newcomers.map(({ row }) => row.key)), until: from };
  return { joins: [{ of, rows: newcomers.map(({ row }) => row) }], held: new Set(), until: null };
}

/** After a finding that may have shared a message was posted alone. */
export function postedAlone(sharing: Sharing, it: Newcomer, now: Instant): Sharing {
  const { to } = it.row.body;
  const window = sharing.windows.get(windowOf(it));
  const open = window && window.until > now ? window : { until: plus(now, WINDOW), criticals: 0, group: null };
  const flood = sharing.floods.get(to);
  return {
    windows: new Map(still(sharing.windows, now)).set(windowOf(it), {
      ...open,
      criticals: open.criticals + (it.severity === "critical" ? 1 : 0),
    }),
    floods: flood && flood.until > now ? new Map(sharing.floods).set(to, { ...flood, used: flood.used + 1 }) : sharing.floods,
    recent: noted(sharing, to, now),
  };
}

/** After findings have joined a group; also of one that was there before this process was. */
export function joined(sharing: Sharing, of: GroupOf, now: Instant): Sharing {
  const { to, checkId, accountId, quiet, until } = of;
  if (quiet) return { ...sharing, recent: noted(sharing, to, now) };
  const group = { of, joinedAt: now };
  if (checkId === null || accountId === null) {
    const flood = sharing.floods.get(to);
    const goesOn = flood?.group.of.from === of.from;
    const used = goesOn ? flood.used : Math.min(lately(sharing.recent.get(to), now).length, BEFORE) + 1;
    return {
      windows: sharing.windows,
      floods: new Map(sharing.floods).set(to, { until, group, used }),
      recent: goesOn ? sharing.recent : noted(sharing, to, now),
    };
  }
  const key = windowKey(to, checkId, accountId);
  const window = sharing.windows.get(key);
  return {
    windows: new Map(sharing.windows).set(key, { until, criticals: window?.criticals ?? 0, group }),
    floods: sharing.floods,
    recent: window?.group ? sharing.recent : noted(sharing, to, now),
  };
}

function windowOf({ row, checkId, accountId }: Newcomer): string {
  return windowKey(row.body.to, checkId, accountId);
}
function windowKey(to: To, checkId: string, accountId: string): string {
  return JSON.stringify([to, checkId, accountId]);
}

function still(windows: Sharing["windows"], now: Instant): [string, Window][] {
  return [...windows].filter(([, { until }]) => until > now);
}
function noted({ recent }: Sharing, to: To, now: Instant): Sharing["recent"] {
  return new Map(recent).set(to, [...lately(recent.get(to), now), now]);
}
function lately(times: readonly Instant[] = [], now: Instant): readonly Instant[] {
  return times.filter((at) => elapsed(at, now) < WINDOW);
}
