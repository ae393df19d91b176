import Table from "cli-table3";
import pc from "picocolors";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

export interface Column<T> {
  readonly head: string;
  /** The text of a cell, without colour. */
  readonly text: (row: T) => string;
  readonly colour?: (text: string, row: T) => string;
  /** Columns that may be narrowed when the terminal is narrow, by weight. */
  readonly flexible?: number;
}

const MIN = 12;

/** A table that fits the terminal: fixed columns keep their width, flexible ones share what is left and wrap. */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[], width: number): string {
  const natural = columns.map(({ head, text }) => Math.max(stringWidth(head), ...rows.map((row) => widest(text(row)))) + 2);
  const frame = 2 * columns.length;
  const room = width - frame - sum(natural.filter((_, i) => !columns[i]?.flexible));
  const weights = sum(columns.map(({ flexible = 0 }) => flexible));
  const widths = columns.map(({ flexible }, i) => {
    const wanted = natural[i] ?? MIN;
    return flexible ? Math.min(wanted, Math.max(MIN, Math.floor((room * flexible) / weights))) : wanted;
  });
  const colWidths = spread(widths, natural, columns, width - frame);
  const out = new Table({
    head: columns.map(({ head }) => pc.bold(head)),
    colWidths,
    chars: LINES,
    style: { head: [], border: [], compact: true },
  });
  // Wrapped here, since the table would cut off a word that is longer than its column, and names of resources are such words.
  const cell = ({ text, colour }: Column<T>, row: T, i: number): string => {
    const wrapped = wrapAnsi(text(row), Math.max(1, (colWidths[i] ?? MIN) - 2), { hard: true });
    return colour?.(wrapped, row) ?? wrapped;
  };
  for (const row of rows) out.push(columns.map((column, i) => cell(column, row, i)));
  return out.toString();
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
  middle: " ",
};

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

/** The columns of the terminal, or enough for a log. */
export function terminalWidth(stream: NodeJS.WriteStream = process.stdout): number {
  return stream.columns ?? 120;
}
