import { type Day, type DayCounts, dayOf, DAY, endOf, plus, SEVERITIES } from "@posture/core";

export interface TrendOptions {
  /** The last day of the trend, which is not over. */
  readonly today: Day;
  /** How many days are shown, with today; a whole number, 1 or more. Default: 30. */
  readonly days?: number;
}

/** A day as it is drawn: every day has one, also that of which nothing is known. */
export interface Column {
  readonly day: Day;
  /** `null`: nothing is known of it, which is not the same as nothing open. */
  readonly counts: DayCounts | null;
  readonly isToday: boolean;
}

/** One column for each of the days, oldest first. What is known of other days is left out. */
export function columnsOf(known: readonly DayCounts[], { today, days = 30 }: TrendOptions): readonly Column[] {
  const byDay = new Map(known.map((counts) => [counts.day, counts]));
  return Array.from({ length: days }, (_, i) => {
    const day = dayOf(plus(endOf(today), -(days - i) * DAY));
    return { day, counts: byDay.get(day) ?? null, isToday: day === today };
  });
}

export function totalOf(counts: DayCounts): number {
  return SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0);
}

export interface Scale {
  /** The uppermost tick: no day is higher. */
  readonly top: number;
  readonly step: number;
}

/** Ticks at 1, 2 or 5 times a power of ten, always whole findings, and about `ticks` of them. */
export function scaleOf(most: number, ticks: number): Scale {
  const rough = Math.max(1, most) / ticks;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(rough)));
  const step = Math.max(1, ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power);
  return { step, top: Math.max(1, Math.ceil(most / step)) * step };
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `24 Nov` */
export function dayText(day: Day): string {
  const [, month = "", date = ""] = day.split("-");
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? month}`;
}

/** `12,345`: the same on every machine. */
export function countText(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}
