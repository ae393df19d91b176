import { nearest } from "@posture/config";
import { InvalidArgumentError } from "commander";

/** The word, if it is one of these. @throws {InvalidArgumentError} that names the nearest one. */
export function explainWord<T extends string>(word: string, words: readonly T[], what: string): T {
  const found = words.find((it) => it === word);
  if (found !== undefined) return found;
  const near = nearest(word, words);
  throw new InvalidArgumentError(`There is no ${what} "${word}"${near ? `; did you mean ${near}?` : `. There are: ${words.join(", ")}.`}`);
}
