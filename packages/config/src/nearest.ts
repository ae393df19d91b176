import { distance } from "fastest-levenshtein";

/** The word that was probably meant, if one is near enough. */
export function nearest(typed: string, words: readonly string[]): string | null {
  const [best] = words.map((word) => ({ word, far: distance(typed, word) })).toSorted((a, b) => a.far - b.far);
  return best && best.far <= Math.max(2, typed.length / 3) ? best.word : null;
}
