import Table from "cli-table3";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";
import { out } from "./colours.ts";

export interface Column<T> {
  readonly head: string;
  /** The text of a cell, without colour. */
  readonly text: (row: T) => string;
  readonly colour?: (text: string, row: T) => string;
  /** Columns that may be narrowed when the terminal is narrow, by weight. */
  readonly flexible?: number;
}

/** Rows under a heading of their own; an empty title is no heading. */
export interface Group<T> {
  readonly title: string;
  readonly rows: readonly T[];
}

/** Below this width, a name and a sentence do not fit beside each other. */
export const ROOM_FOR_A_TABLE = 120;
const MIN = 12;

/** A table that fits the terminal: fixed columns keep their width, flexible ones share what is left and wrap. */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[], width: number): string {
  return groupedTable(columns, [{ title: "", rows }], width);
}

/** One table whose columns stand in line over all groups. */
export function groupedTable<T>(columns: readonly Column<T>[], groups: readonly Group<T>[], width: number): string {
  const rows = groups.flatMap((group) => group.rows);
  const colWidths = widthsOf(columns, rows, width);
  const it = new Table({
    head: columns.map(({ head }) => out.bold(head)),
    colWidths,
    chars: LINES,
    style: { head: [], border: [], compact: true },
  });
  // Wrapped here, since the table would cut off a word that is longer than its column, and names of resources are such words.
  const cell = ({ text, colour }: Column<T>, row: T, i: number): string => {
    const wrapped = wrapAnsi(text(row), Math.max(1, (colWidths[i] ?? MIN) - 2), { hard: true });
    return colour?.(wrapped, row) ?? wrapped;
  };
  for (const { title, rows: members } of groups) {
    if (title !== "") it.push([{ colSpan: columns.length, content: `\n${title}` }]);
    for (const row of members) it.push(columns.map((column, i) => cell(column, row, i)));
  }
  return it.toString().replaceAll(/[ \t]+$/gm, "");
}

const LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};

function widthsOf<T>(columns: readonly Column<T>[], rows: readonly T[], width: number): number[] {
  const natural = columns.map(({ head, text }) => rows.reduce((most, row) => Math.max(most, widest(text(row))), stringWidth(head)) + 2);
  const room = width - sum(natural.filter((_, i) => !columns[i]?.flexible));
  const weights = sum(columns.map(({ flexible = 0 }) => flexible));
  const widths = columns.map(({ flexible }, i) => {
    const wanted = natural[i] ?? MIN;
    return flexible ? Math.min(wanted, Math.max(MIN, Math.floor((room * flexible) / weights))) : wanted;
  });
  return spread(widths, natural, columns, width);
}

/** What one flexible column does not need, the others may have. */
function spread<T>(widths: readonly number[], natural: readonly number[], columns: readonly Column<T>[], room: number): number[] {
  let spare = room - sum(widths);
  return widths.map((width, i) => {
    const more = columns[i]?.flexible ? Math.max(0, Math.min(spare, (natural[i] ?? width) - width)) : 0;
    spare -= more;
    return width + more;
  });
}

function widest(text: string): number {
  return Math.max(0, ...text.split("\n").map((line) => stringWidth(line)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

/** A paragraph that fits the terminal, every line of it moved in by so many spaces. */
export function paragraph(text: string, width: number, indent = 0): string {
  const wrapped = width === Number.POSITIVE_INFINITY ? text : wrapAnsi(text, Math.max(20, width - indent), { hard: true });
  return wrapped.replaceAll(/^/gm, " ".repeat(indent));
}
