import type { Destination } from "@posture/config";
import { DAY, type Day, type Finding, type Instant, plus } from "@posture/core";
import type { Listed, SeverityCounts } from "@posture/runtime";
import type { Route } from "../outbox/announcer.ts";
import { isPerson } from "../outbox/channels.ts";
import { inChannel, type Row, type To, UNSENT, type WeeklyBody } from "../outbox/rows.ts";

/** Who is told what is theirs, and where: a person in a direct message, a user group, which has none, in the channels of its findings. */
export interface Addressee {
  readonly owner: string;
  readonly to: To;
}

/** Of the findings that are open, whose they are. Pure. */
export function addresseesOf(open: readonly Finding[], route: Route, now: Instant): readonly Addressee[] {
  const all = open.flatMap((finding) => route(finding, now).flatMap((there) => addresseeOf(there)));
  return [...new Map(all.map((it) => [JSON.stringify([it.owner, it.to]), it])).values()];
}

function addresseeOf({ owner, channel }: Destination): readonly Addressee[] {
  if (owner === null) return [];
  return [{ owner, to: isPerson(owner) ? owner : channel }];
}

/** What is this owner's: in any channel, or, told in a channel, there. Pure. */
export function ownedBy({ owner, to }: Addressee, open: readonly Listed[], route: Route, now: Instant): readonly Listed[] {
  return open.filter(({ finding }) => route(finding, now).some((there) => there.owner === owner && (to === owner || there.channel === to)));
}

/** Once for each week, with the digests of its owners in the same commit. */
export function roundKey(date: Day): string {
  return `weekly:${date}`;
}
export function weeklyRow({ owner, to }: Addressee, date: Day, now: Instant): Row<WeeklyBody> {
  const name = `weekly:${owner}:${date}`;
  const body = { type: "weekly" as const, ...UNSENT, to, owner, at: now };
  return { key: to === owner ? name : inChannel(name, to), subject: roundKey(date), state: "due", dueAt: now, body };
}

export interface Item {
  readonly listed: Listed;
  /** Since when it is open for longer than its severity may be. `null`: it is not. */
  readonly overdueSince: Instant | null;
}

export interface WeeklyModel {
  readonly owner: string;
  /** It is told in a channel, where others read it too. */
  readonly isShared: boolean;
  /** What is overdue first, and of both the oldest first. */
  readonly items: readonly Item[];
  /** How many there are besides. */
  readonly more: number;
  readonly overdue: number;
  readonly open: SeverityCounts;
  /** By fingerprint, where its message is. */
  readonly links: ReadonlyMap<string, string>;
  readonly mayRepeat: boolean;
  readonly now: Instant;
}

export const MOST_ITEMS = 20;

/** Pure. */
export function itemsOf(mine: readonly Listed[], targets: SeverityCounts, now: Instant): readonly Item[] {
  const items = mine.map((listed): Item => {
    const since = plus(listed.finding.openedAt, targets[listed.finding.severity] * DAY);
    return { listed, overdueSince: since < now ? since : null };
  });
  const isLater = (a: Item): number => (a.overdueSince === null ? 1 : 0);
  const age = ({ listed: { finding } }: Item): string => finding.openedAt;
  return items.toSorted((a, b) => isLater(a) - isLater(b) || (age(a) < age(b) ? -1 : age(a) > age(b) ? 1 : 0));
}
