import {
  batches,
  type Finding,
  holding,
  inOneGo,
  type Instant,
  PART,
  type Scope,
  statusOf,
  type StoreView,
  type Work,
} from "@posture/core";
import type { About, Watching } from "./facts.ts";
import { underPresentNames } from "./renames.ts";
import type { Changed, Told } from "./tell.ts";

/** From when on what a sweep would resolve is read again before it is believed: more than both, of one account. */
export interface Limits {
  /** Of the account's findings, between 0 and 1. */
  readonly share: number;
  readonly count: number;
}
export const LIMITS: Limits = { share: 0.2, count: 50 };

/** An account of which a sweep would resolve so much that one look is not enough. */
export interface Doubt {
  readonly accountId: string;
  /** Findings that fail and are watched, and how many of them would be resolved. */
  readonly failing: number;
  readonly resolving: number;
  /** Where those lie, and those that would be resolved as soon as they are watched again: of these, too, both looks have to say so. */
  readonly scopes: readonly Scope[];
}

/** The accounts of which too much would be resolved at once. Both what is open and all that fails count, since a suppression ends with its finding. Pure. */
export function wouldResolve(view: StoreView, told: Pick<Told, "changes">, now: Instant, limits: Limits = LIMITS): readonly Doubt[] {
  return inOneGo(doubting(view, told, now, limits));
}

/** The same, in parts of so many findings. */
export function* doubting(
  view: StoreView,
  { changes }: Pick<Told, "changes">,
  now: Instant,
  limits: Limits,
  part: number = PART,
): Work<readonly Doubt[]> {
  const held = { ...view, suppressionsOf: holding(view.suppressions) };
  const byAccount = Map.groupBy(changes.flatMap(clearing), ({ finding }) => finding.ref.accountId);
  const doubts: Doubt[] = [];
  for (const [accountId, cleared] of byAccount) {
    const resolving = cleared.filter(({ finding }) => isFailing(finding));
    if (resolving.length <= limits.count) continue;
    let [failing, open] = [0, 0];
    for (const some of batches(view.findings, part)) {
      yield;
      const mine = some.filter((finding) => finding.ref.accountId === accountId && isFailing(finding));
      failing += mine.length;
      open += mine.filter((finding) => statusOf(finding, held, now) === "open").length;
    }
    const opened = resolving.filter(({ status }) => status === "open");
    const isMuch = isMore(resolving.length, failing, limits) || isMore(opened.length, open, limits);
    if (isMuch) doubts.push({ accountId, failing, resolving: resolving.length, scopes: scopesOf(cleared) });
  }
  return doubts;
}

function clearing({ before, after }: Changed): NonNullable<Changed["before"]>[] {
  return before?.finding.condition === "failing" && after.finding.condition === "cleared" ? [before] : [];
}

function isFailing({ condition, watched }: Finding): boolean {
  return condition === "failing" && watched === "yes";
}

function isMore(part: number, whole: number, { share, count }: Limits): boolean {
  return part > count && part > share * whole;
}

function scopesOf(resolving: readonly { readonly finding: Finding }[]): Scope[] {
  const scopes = resolving.map(({ finding: { ref } }): Scope => ({ accountId: ref.accountId, region: ref.region, type: ref.type }));
  return [...new Map(scopes.map((scope) => [JSON.stringify(scope), scope])).values()];
}

interface Doubted {
  readonly findings: readonly Finding[];
  readonly watching: Watching;
  readonly doubts: readonly Doubt[];
}

/**
 * What is told after a second look: of the doubted accounts a finding is resolved only where both looks resolve it; where they differ, the second says what is true.
 * Everything else is told as the first look has it. Pure.
 */
export function agreed(first: readonly About[], second: readonly About[], doubted: Doubted): readonly About[] {
  return inOneGo(agreeing(first, second, doubted));
}

/** The same, in parts. */
export function* agreeing(
  first: readonly About[],
  second: readonly About[],
  { findings, watching, doubts }: Doubted,
): Work<readonly About[]> {
  const accounts = new Set(doubts.map(({ accountId }) => accountId));
  const doubted = new Set(
    underPresentNames(findings, watching.checks).flatMap(({ fingerprint, ref }) => (accounts.has(ref.accountId) ? [fingerprint] : [])),
  );
  yield;
  const later = new Map(second.filter(({ fact }) => isSeen(fact)).map((about) => [about.fingerprint, about]));
  yield;
  return first.flatMap((about) => {
    if (!isResolving(about.fact) || !doubted.has(about.fingerprint)) return [about];
    const again = later.get(about.fingerprint);
    return again ? [again] : [];
  });
}

function isSeen({ type }: About["fact"]): boolean {
  return type === "observed" || type === "absent";
}

function isResolving(fact: About["fact"]): boolean {
  return fact.type === "absent" || (fact.type === "observed" && fact.outcome.status !== "fail" && fact.outcome.status !== "unknown");
}
