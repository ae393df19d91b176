import { type DayCounts, SEVERITIES, type Severity } from "@posture/core";
import { type Look, LOOKS, MARKS, NAMES, type Paint, type Theme } from "./looks.ts";
import { type Column, columnsOf, countText, dayText, type Scale, scaleOf, totalOf, type TrendOptions } from "./series.ts";

export interface PictureOptions extends TrendOptions {
  /** Default: light. */
  readonly theme?: Theme;
  /** Default: "Open findings by severity". */
  readonly title?: string;
}

const WIDTH = 800;
const HEIGHT = 400;
const PLOT = { left: 64, right: 616, top: 76, bottom: 346 };
const TICKS = 5;
const BAR = 0.72;
/** A label of a day, and what is between two of them. */
const LABEL = 64;
/** Columns that are narrower have no outline: it would be all that is seen. */
const OUTLINED = 6;
const ROOM_FOR_ZERO = 10;
const FONT = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";

/** A picture of what was open at the end of each day, the gravest at the bottom. Pure: the same days are the same text. */
export function trendSvg(known: readonly DayCounts[], options: PictureOptions): string {
  const { theme = "light", title = "Open findings by severity", today } = options;
  const look = LOOKS[theme];
  const columns = columnsOf(known, options);
  const most = columns.reduce((top, { counts }) => Math.max(top, counts ? totalOf(counts) : 0), 0);
  const scale = scaleOf(most, TICKS);
  const id = `posture-trend-${theme}`;
  const slot = (PLOT.right - PLOT.left) / columns.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-desc" font-family="${FONT}" font-size="12">`,
    `<title id="${id}-title">${escaped(title)}, ${dayText(columns[0]?.day ?? today)} to ${dayText(today)} ${today.slice(0, 4)}</title>`,
    `<desc id="${id}-desc">${described(columns)}</desc>`,
    `<defs>${SEVERITIES.map((severity) => pattern(id, severity, look.paints[severity])).join("")}${hatch(id, look)}</defs>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${look.background}"/>`,
    text(PLOT.left, 34, escaped(title), { size: 18, fill: look.text, bold: true }),
    text(PLOT.left, 54, "At the end of each day (UTC); today as it stands", { fill: look.muted }),
    ...gridLines(scale, look),
    ...missingBands(columns, slot, id, look),
    ...columns.map((column, i) => bar(column, PLOT.left + i * slot, slot, { scale, id, look })),
    `<line x1="${PLOT.left}" y1="${PLOT.bottom}" x2="${PLOT.right}" y2="${PLOT.bottom}" stroke="${look.muted}"/>`,
    ...dayLabels(columns, slot, look),
    ...legend(columns.at(-1)?.counts ?? null, id, look),
    "</svg>\n",
  ].join("\n");
}

/** What the picture shows, in words. Pure. */
export function trendWords(known: readonly DayCounts[], options: TrendOptions): string {
  return described(columnsOf(known, options));
}

/** The chart in words, for whoever does not see it. */
function described(columns: readonly Column[]): string {
  const last = columns.at(-1)?.counts ?? null;
  const seen = columns.flatMap(({ counts }) => counts ?? []);
  const missing = columns.length - seen.length;
  const peak = seen.reduce<DayCounts | null>((top, counts) => (top && totalOf(top) >= totalOf(counts) ? top : counts), null);
  return [
    last
      ? `Today ${countText(totalOf(last))} open: ${SEVERITIES.map((severity) => `${countText(last[severity])} ${severity}`).join(", ")}.`
      : "Nothing is known of today.",
    ...(peak ? [`The most were ${countText(totalOf(peak))}, on ${dayText(peak.day)}.`] : []),
    ...(missing > 0 ? [`Of ${missing} of ${columns.length} days nothing is known.`] : []),
  ].join(" ");
}

interface Drawing {
  readonly scale: Scale;
  readonly id: string;
  readonly look: Look;
}

function bar({ day, counts, isToday }: Column, x: number, slot: number, { scale, id, look }: Drawing): string {
  const state = counts ? (isToday ? "today" : "over") : "missing";
  const open = `<g data-day="${day}" data-state="${state}">`;
  const band = isToday
    ? `<rect x="${px(x)}" y="${PLOT.top}" width="${px(slot)}" height="${PLOT.bottom - PLOT.top}" fill="${look.today}"/>`
    : "";
  if (!counts) return `${open}<title>${dayText(day)}: no data</title></g>`;
  const told = `<title>${dayText(day)}: ${SEVERITIES.map((severity) => `${countText(counts[severity])} ${severity}`).join(", ")}</title>`;
  const width = slot * BAR;
  let top = PLOT.bottom;
  const segments = SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) => {
    const height = (counts[severity] / scale.top) * (PLOT.bottom - PLOT.top);
    top -= height;
    const outline = slot < OUTLINED ? "" : ` stroke="${look.paints[severity].line}"`;
    return `<rect data-severity="${severity}" x="${px(x + (slot - width) / 2)}" y="${px(top)}" width="${px(width)}" height="${px(height)}" fill="url(#${id}-${severity})"${outline}/>`;
  });
  const none =
    totalOf(counts) === 0 && slot >= ROOM_FOR_ZERO ? text(x + slot / 2, PLOT.bottom - 5, "0", { fill: look.muted, anchor: "middle" }) : "";
  // The graver ones are drawn last, so that one critical among thousands keeps its outline.
  return `${open}${told}${band}${segments.toReversed().join("")}${none}</g>`;
}

/** Days of which nothing is known lie under a hatching, so that they do not look like days without findings. */
function missingBands(columns: readonly Column[], slot: number, id: string, look: Look): string[] {
  const bands: { from: number; to: number }[] = [];
  for (const [i, { counts }] of columns.entries()) {
    if (counts) continue;
    const last = bands.at(-1);
    if (last?.to === i) last.to = i + 1;
    else bands.push({ from: i, to: i + 1 });
  }
  return bands.flatMap(({ from, to }) => {
    const [x, width] = [PLOT.left + from * slot, (to - from) * slot];
    const band = `<rect x="${px(x)}" y="${PLOT.top}" width="${px(width)}" height="${PLOT.bottom - PLOT.top}" fill="url(#${id}-missing)"/>`;
    if (width < LABEL) return [band];
    const [middle, y] = [x + width / 2, (PLOT.top + PLOT.bottom) / 2];
    const ground = `<rect x="${px(middle - 32)}" y="${y - 14}" width="64" height="20" rx="4" fill="${look.background}"/>`;
    return [band, ground, text(middle, y, "no data", { fill: look.muted, anchor: "middle" })];
  });
}

function gridLines({ top, step }: Scale, look: Look): string[] {
  return Array.from({ length: top / step + 1 }, (_, i) => {
    const y = PLOT.bottom - (i * step * (PLOT.bottom - PLOT.top)) / top;
    const line = `<line x1="${PLOT.left}" y1="${px(y)}" x2="${PLOT.right}" y2="${px(y)}" stroke="${look.grid}"/>`;
    return `${line}${text(PLOT.left - 8, y + 4, countText(i * step), { fill: look.muted, anchor: "end" })}`;
  });
}

/** Counted back from today, which always has its label. */
function dayLabels(columns: readonly Column[], slot: number, look: Look): string[] {
  const fits = Math.ceil(LABEL / slot);
  const every = [1, 7, 14, 28].find((days) => days >= fits) ?? fits;
  return columns.flatMap(({ day, isToday }, i) => {
    const back = columns.length - 1 - i;
    if (back % every !== 0) return [];
    const x = PLOT.left + (i + 0.5) * slot;
    return isToday
      ? [
          `<path d="M${px(x)} ${PLOT.bottom + 3} l5 7 h-10 z" fill="${look.text}"/>`,
          text(x, PLOT.bottom + 24, "today", { fill: look.text, anchor: "middle", bold: true }),
        ]
      : [text(x, PLOT.bottom + 24, dayText(day), { fill: look.muted, anchor: "middle" })];
  });
}

/** What is open now, beside its colour, its pattern and its mark. */
function legend(counts: DayCounts | null, id: string, look: Look): string[] {
  const x = PLOT.right + 22;
  const head = counts ? `${countText(totalOf(counts))} open now` : "Today: no data";
  return [
    text(x, PLOT.top + 4, head, { fill: look.text, bold: true, size: 13 }),
    ...SEVERITIES.map((severity, i) => {
      const y = PLOT.top + 22 + i * 30;
      const swatch = `<rect x="${x}" y="${y}" width="18" height="18" fill="url(#${id}-${severity})" stroke="${look.paints[severity].line}"/>`;
      const label = `${MARKS[severity]} ${NAMES[severity]}${counts ? ` ${countText(counts[severity])}` : ""}`;
      return `${swatch}${text(x + 26, y + 13, label, { fill: look.text })}`;
    }),
  ];
}

/** Solid, slanted, dotted and plain: told apart without any colour. */
function pattern(id: string, severity: Severity, { fill, line }: Paint): string {
  const inside: Readonly<Record<Severity, string>> = {
    critical: "",
    high: `<path d="M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6" stroke="${line}" stroke-width="1.6"/>`,
    medium: `<circle cx="2" cy="2" r="1.2" fill="${line}"/><circle cx="6" cy="6" r="1.2" fill="${line}"/>`,
    low: `<path d="M0 4 H8" stroke="${line}" stroke-width="1"/>`,
  };
  return `<pattern id="${id}-${severity}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="${fill}"/>${inside[severity]}</pattern>`;
}

function hatch(id: string, { grid }: Look): string {
  return `<pattern id="${id}-missing" width="10" height="10" patternUnits="userSpaceOnUse"><path d="M-2 2 L2 -2 M0 10 L10 0 M8 12 L12 8" stroke="${grid}" stroke-width="2"/></pattern>`;
}

interface TextStyle {
  readonly fill: string;
  readonly size?: number;
  readonly bold?: boolean;
  readonly anchor?: "middle" | "end";
}

function text(x: number, y: number, content: string, { fill, size, bold, anchor }: TextStyle): string {
  const style = [
    ...(size ? [`font-size="${size}"`] : []),
    ...(bold ? ['font-weight="bold"'] : []),
    ...(anchor ? [`text-anchor="${anchor}"`] : []),
  ];
  return `<text x="${px(x)}" y="${px(y)}" fill="${fill}"${style.map((it) => ` ${it}`).join("")}>${content}</text>`;
}

/** Hundredths of a pixel are enough for everybody. */
function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** What a title may hold in XML; what XML cannot hold at all is replaced. */
function escaped(given: string): string {
  return given
    .replaceAll(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
