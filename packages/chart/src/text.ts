import { type DayCounts, SEVERITIES, type Severity } from "@posture/core";
import { type Column, columnsOf, countText, dayText, scaleOf, totalOf, type TrendOptions } from "./series.ts";

export interface TrendTextOptions extends TrendOptions {
  /** Columns of the terminal; where a line may be as long as it likes, the chart takes 100. */
  readonly width: number;
  /** Colours a text that belongs to a severity. Left out: none, and the characters alone tell them apart. */
  readonly colour?: (severity: Severity, text: string) => string;
}

const FILLS: Readonly<Record<Severity, string>> = { critical: "█", high: "▓", medium: "▒", low: "░" };
const MISSING = "·";
const ROWS = 8;
const WIDEST = 200;
const IN_A_PIPE = 100;
const SLOT = 4;
/** Columns under a label of a day: "24 Nov" and some air. */
const LABEL = 9;

/** The trend in characters, no line longer than `width`; days that do not fit are left out, the oldest first. Ends without a newline. */
export function trendText(known: readonly DayCounts[], options: TrendTextOptions): string {
  const { width, colour = (_, text) => text } = options;
  const all = columnsOf(known, options);
  const most = all.reduce((top, { counts }) => Math.max(top, counts ? totalOf(counts) : 0), 0);
  const { top } = scaleOf(most, 2);
  const gutter = countText(top).length + 2;
  const room = Math.max(1, (width === Number.POSITIVE_INFINITY ? IN_A_PIPE : Math.min(width, WIDEST)) - gutter);
  const columns = all.slice(-room);
  const slot = Math.min(SLOT, Math.floor(room / columns.length));
  const bar = Math.max(1, slot - 1);
  const heights = columns.map((column) => heightsOf(column, top));
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const row = ROWS - i;
    const cells = columns.map(({ counts }, x) => {
      if (!counts) return (row === 1 ? MISSING.repeat(bar) : "").padEnd(slot);
      const severity = heights[x]?.find(({ height }) => height >= row)?.severity;
      return severity ? `${colour(severity, FILLS[severity].repeat(bar))}${" ".repeat(slot - bar)}` : " ".repeat(slot);
    });
    const label = row === ROWS ? countText(top) : row === ROWS / 2 && top % 2 === 0 ? countText(top / 2) : "";
    return `${label.padStart(gutter - 2)} ${label === "" ? "│" : "┤"}${cells.join("")}`.trimEnd();
  });
  const axis = `${"0".padStart(gutter - 2)} └${"─".repeat(columns.length * slot)}`;
  return [...rows, axis, `${" ".repeat(gutter)}${labels(columns, slot)}`, ...legend(all, columns.length, width, colour)].join("\n");
}

/** How many rows reach up to the end of each severity. The gravest that is there at all has a row, however few they are. */
function heightsOf({ counts }: Column, top: number): readonly { readonly severity: Severity; readonly height: number }[] {
  let sum = 0;
  return SEVERITIES.map((severity) => {
    sum += counts?.[severity] ?? 0;
    return { severity, height: Math.max(sum > 0 ? 1 : 0, Math.round((sum / top) * ROWS)) };
  });
}

function labels(columns: readonly Column[], slot: number): string {
  const length = columns.length * slot;
  const every = Math.ceil(LABEL / slot / 7) * 7;
  const line = columns.reduce((text, { day }, i) => {
    const back = columns.length - 1 - i;
    const fits = back > 0 && back % every === 0 && i * slot + LABEL <= length - "today".length;
    return fits ? text.padEnd(i * slot) + dayText(day) : text;
  }, "");
  return length < "today".length ? "" : `${line.padEnd(length - "today".length)}today`;
}

function legend(all: readonly Column[], shown: number, width: number, colour: NonNullable<TrendTextOptions["colour"]>): string[] {
  const now = all.at(-1)?.counts;
  const items = [
    ...SEVERITIES.map((severity) => {
      const text = `${FILLS[severity]} ${severity}${now ? ` ${countText(now[severity])}` : ""}`;
      return { text, shown: colour(severity, text) };
    }),
    ...(all.some(({ counts }) => !counts) ? [plain(`${MISSING} no data`)] : []),
    ...(shown < all.length ? [plain(`the last ${shown} days`)] : []),
  ];
  return wrapped(items, width);
}

function plain(text: string): { readonly text: string; readonly shown: string } {
  return { text, shown: text };
}

function wrapped(items: readonly { readonly text: string; readonly shown: string }[], width: number): string[] {
  const lines: { length: number; shown: string }[] = [];
  for (const { text, shown } of items) {
    const last = lines.at(-1);
    if (last && last.length + 3 + text.length <= width) {
      last.length += 3 + text.length;
      last.shown += `   ${shown}`;
    } else lines.push({ length: text.length, shown });
  }
  return lines.map(({ shown }) => shown);
}
