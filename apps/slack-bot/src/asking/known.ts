import { GLOBAL } from "@posture/core";
import type { Asked, Posture } from "@posture/runtime";
import type { Desk } from "../desk.ts";
import type { Known } from "./asked.ts";
import { type Word, wordsOf } from "./words.ts";

/** How many words are looked up in the store. */
const MOST_LOOKED_UP = 20;

/**
 * What the words may name: what is watched, and beside it what the store has a finding of. A bucket may be in a region that is not watched, and a finding may
 * outlive its check.
 */
export async function knownTo(
  { posture, store, now }: Pick<Desk, "store" | "now"> & { readonly posture: Pick<Posture, "checks"> },
  typed: string,
): Promise<Known> {
  const sweeps = await store.read({}, (view) => view.sweeps);
  const accounts = new Set(sweeps.flatMap((sweep) => sweep.accounts.map(({ accountId }) => accountId)));
  const regions = new Set([GLOBAL, ...sweeps.flatMap((sweep) => sweep.accounts.flatMap((account) => account.regions))]);
  const checks: Known["checks"][number][] = [...posture.checks.values()];
  for (const value of valuesIn(typed)) {
    const has = async (filter: Asked): Promise<boolean> => totalOf(await store.counts(filter, now())) > 0;
    if (/^\d{12}$/.test(value) && !accounts.has(value) && (await has({ accounts: [value] }))) accounts.add(value);
    if (/^[a-z]{2,}-[a-z-]+-\d+$/.test(value) && !regions.has(value) && (await has({ regions: [value] }))) regions.add(value);
    if (value.includes("/") && !posture.checks.has(value) && (await has({ checks: [value] })))
      checks.push({ id: value, categories: [], frameworks: {} });
  }
  return { checks, accounts: [...accounts], regions: [...regions] };
}

function valuesIn(typed: string): readonly string[] {
  const read = wordsOf(typed);
  if ("mistake" in read) return [];
  const isName = ({ key, quoted }: Word): boolean => !quoted && (key === null || key === "account" || key === "region" || key === "check");
  const values = read.words.filter(isName).flatMap(({ value }) => value.toLowerCase().split(","));
  return [...new Set(values)].slice(0, MOST_LOOKED_UP);
}

export function totalOf(counts: Readonly<Record<string, Readonly<Record<string, number>>>>): number {
  return Object.values(counts).reduce((sum, severities) => sum + Object.values(severities).reduce((all, count) => all + count, 0), 0);
}
