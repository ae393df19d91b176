import { isSame } from "./explain.ts";
import { emptyState, type StoreState } from "./state.ts";

/** One row of what a store shows. */
export interface StateRow {
  readonly table: keyof StoreState;
  readonly key: string;
  readonly value: unknown;
}

/** A state that a store shows, as of a record of its log. */
export interface Shown {
  /** For people: `snapshot-000000000004.jsonl`. */
  readonly name: string;
  /** The record it is the state after. */
  readonly seq: number;
  /** Hands out every row, in any order. Answers what is wrong with it as a whole; `null`: nothing. */
  rows(each: (row: StateRow) => void): Promise<string | null>;
}

/** Where a shown state and the replay of the log are not the same. */
export interface Difference {
  readonly shown: string;
  /** `null`: the state as a whole, which could not be read. */
  readonly row: Pick<StateRow, "table" | "key"> | null;
  /** In the words that follow the row: "is not in the log". */
  readonly problem: string;
}

/** How many of them are kept: whoever replaced a state replaced all of it. */
export const MOST_DIFFERENCES = 100;

/** Compares a shown state with what the log adds up to at its record. Of both, no second copy is made. */
export async function differencesOf(shown: Shown, replayed: StoreState): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  const seen = new Map<string, Set<string>>();
  const differs = (row: Difference["row"], problem: string): void => {
    if (differences.length < MOST_DIFFERENCES) differences.push({ shown: shown.name, row, problem });
  };
  const wrong = await shown.rows(({ table, key, value }) => {
    const keys = seen.get(table) ?? new Set();
    seen.set(table, keys.add(key));
    const expected = replayed[table].get(key);
    if (expected === undefined) differs({ table, key }, "is shown, and the log does not have it");
    else if (!isSame(expected, value)) differs({ table, key }, "is shown otherwise than the log has it");
  });
  if (wrong !== null) return [{ shown: shown.name, row: null, problem: wrong }];
  for (const table of TABLES) {
    for (const key of replayed[table].keys()) if (!seen.get(table)?.has(key)) differs({ table, key }, "is in the log, and is not shown");
  }
  return differences;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of a value that has no others
const TABLES = Object.keys(emptyState()) as (keyof StoreState)[];

/** A state in memory, as rows. */
export function rowsOf(state: StoreState): Shown["rows"] {
  return async (each) => {
    for (const table of TABLES) for (const [key, value] of state[table]) each({ table, key, value });
    return null;
  };
}
