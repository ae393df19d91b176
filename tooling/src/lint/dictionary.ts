import { readFileSync } from "node:fs";

/** A word that people are never told, and the one they are told instead. */
export interface Synonym {
  readonly never: string;
  readonly instead: string;
}

/**
 * The rows of the table `| never | instead |` of a dictionary. A cell may list several words, separated by commas.
 * @throws {Error} where there is no such table, or it is empty: a rule without words would find nothing for ever.
 */
export function synonymsOf(markdown: string): readonly Synonym[] {
  const lines = markdown.split("\n");
  const head = lines.findIndex((line) => /^\|\s*never\s*\|\s*instead\s*\|/i.test(line));
  const body = head === -1 ? [] : lines.slice(head + 2);
  const end = body.findIndex((line) => !line.startsWith("|"));
  const rows = (end === -1 ? body : body.slice(0, end)).map((line) => line.split("|").map((cell) => cell.trim()));
  const synonyms = rows.flatMap(([, never = "", instead = ""]) => wordsOf(never).map((word) => ({ never: word, instead })));
  if (synonyms.length === 0) throw new Error("the dictionary has no table | never | instead |");
  return synonyms;
}

/** Reads the dictionary of the repository. */
export function readSynonyms(file: URL): readonly Synonym[] {
  return synonymsOf(readFileSync(file, "utf8"));
}

function wordsOf(cell: string): string[] {
  return cell
    .replaceAll(/\([^)]*\)/g, "")
    .split(",")
    .map((word) =>
      word
        .replaceAll(/["“”`*_]/g, "")
        .trim()
        .toLowerCase(),
    )
    .filter((word) => word !== "");
}
