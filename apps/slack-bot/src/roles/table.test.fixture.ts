import { readFileSync } from "node:fs";
import type { PersonName } from "@posture/sandbox/slack";
import { type Deed, DEEDS } from "./deed.ts";

/** The eight columns of the table in docs/guide/roles-in-slack.md, and who stands for each in the local workspace. */
export const ACTORS = {
  admin: "Ana",
  approver: "Ben",
  analyst: "Cem",
  responder: "Dee",
  viewer: "Eva",
  guest: "Gus",
  stranger: "Sam",
  bot: "Bot",
} as const satisfies Readonly<Record<string, PersonName>>;
export type Column = keyof typeof ACTORS;
export const COLUMNS: readonly Column[] = ["admin", "approver", "analyst", "responder", "viewer", "guest", "stranger", "bot"];

/** `here`: in the bot's channel only. */
export type Cell = "yes" | "no" | "here";
export interface Row {
  readonly deed: Deed;
  readonly cells: Readonly<Record<Column, Cell>>;
}

/** @throws {Error} where the table has something else than this knows */
export function rowsOfDocument(): readonly Row[] {
  const text = readFileSync(new URL("../../../../docs/guide/roles-in-slack.md", import.meta.url), "utf8");
  const cellsOf = (line: string): string[] =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
  const table = text.split("\n\n").find((block) => block.startsWith("| deed |")) ?? "";
  const [head = "", , ...lines] = table.trim().split("\n");
  if (cellsOf(head).slice(2).join() !== COLUMNS.join()) throw new Error(`the columns are ${head}`);
  return lines.map((line) => {
    const [name = "", , ...cells] = cellsOf(line);
    const deed = name.replaceAll("`", "");
    if (!isDeed(deed)) throw new Error(`there is no deed ${deed}`);
    const [admin, approver, analyst, responder, viewer, guest, stranger, bot] = cells.map(cellOf);
    if (!(admin && approver && analyst && responder && viewer && guest && stranger && bot)) throw new Error(`a cell is missing: ${line}`);
    return { deed, cells: { admin, approver, analyst, responder, viewer, guest, stranger, bot } };
  });
}

function isDeed(text: string): text is Deed {
  return Object.hasOwn(DEEDS, text);
}
function cellOf(text: string): Cell {
  if (text === "yes" || text === "no" || text === "here") return text;
  throw new Error(`a cell says "${text}"`);
}
