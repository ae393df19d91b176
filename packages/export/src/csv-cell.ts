import { z } from "zod";
import { escaped, hasInvisible, json } from "./text.ts";

/*
 * How a text becomes a cell that every spreadsheet shows as that text, and how it is read back. docs/decisions/0054 has the reasons.
 * A cell that begins with an apostrophe is marked: what follows is the text, or, if that begins with a quotation mark, the text as JSON.
 */

const MARK = "'";
/** A cell of Excel holds 32,767 characters, and the rest may begin a row, and be a formula there; LibreOffice breaks lines after 16,367. */
export const LONGEST_CELL = 16_000;

/** The cell or, for a text too long for one, the cells of the rows that continue it. */
export function cellsOf(text: string): readonly string[] {
  const cell = marked(text);
  if (cell.length <= LONGEST_CELL) return [cell];
  const middle = wholeCharacters(text, Math.floor(text.length / 2));
  return [...cellsOf(text.slice(0, middle)), ...cellsOf(text.slice(middle))];
}

/** The text that a cell stands for. @throws {SyntaxError} for a cell that `cellsOf` does not make */
export function textOf(cell: string): string {
  if (!cell.startsWith(MARK)) return cell;
  const rest = cell.slice(MARK.length);
  return rest.startsWith('"') ? z.string().parse(JSON.parse(rest)) : rest;
}

function marked(text: string): string {
  if (needsJson(text)) return `${MARK}${withoutSeparators(json(text))}`;
  return text === "" || isPlain(text) ? text : `${MARK}${text}`;
}

/** The characters that could end a cell where a comma does not, written as JSON may write them. */
export function withoutSeparators(jsonText: string): string {
  return jsonText.replaceAll(/[;|]/g, escaped);
}

/** Not to be written as it is: UTF-8 has no half of a surrogate pair, and spreadsheets change carriage returns and drop tabs. */
function needsJson(text: string): boolean {
  return text.startsWith('"') || text.includes("\t") || hasInvisible(text) || hidesFormula(text);
}

/** Where the list separator is a semicolon or a tab, quotes that do not begin a cell are ignored, and this would begin one. */
export function hidesFormula(text: string): boolean {
  return /[;|\t\n][\s"']*[=+\-@＝＋－＠−﹢﹣]/u.test(text);
}

/** Nothing that a spreadsheet could take for a formula, a number, a date or a truth value: named by how it begins. */
function isPlain(text: string): boolean {
  return (/^[\p{L}{[_]/u.test(text) && !DATE.test(text) && !/^(true|false)$/i.test(text)) || isHexId(text);
}
const DATE = /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*[-\s.,/]*\d/i;

/** An id of ours that is no number, as `12345678e901` would be, and no date, as `12dec2024` would be. */
function isHexId(text: string): boolean {
  return /^[0-9a-f]{12,32}$/.test(text) && !/^\d+(e\d+)?$/.test(text) && !/dec|feb/.test(text);
}

/** A place at or behind this one that does not part a surrogate pair. */
function wholeCharacters(text: string, at: number): number {
  const isSecondHalf = /[\uDC00-\uDFFF]/.test(text.charAt(at)) && /[\uD800-\uDBFF]/.test(text.charAt(at - 1));
  return isSecondHalf ? at + 1 : at;
}
