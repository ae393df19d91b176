import { comparing, type Counts, type FindingFilter, type Found, matchesFinding } from "./filter.ts";
import { type Finding, hiding, isNamedBy, shortId, shortIds, statusOf, type View } from "./finding.ts";
import type { Instant } from "./instant.ts";
import { type Breathe, PART, batches, WITHOUT_PAUSE } from "./parts.ts";
import { everythingOf, findingBy, type Moment, type StoreState } from "./state.ts";
import { type ListOptions, MOST_NAMED } from "./store.ts";
import type { Suppression } from "./suppression.ts";
import { countInto, noCounts } from "./trend.ts";

/** `list` of a store that holds its state in memory. What is listed is the state of the moment of the call, also when it is changed between the parts. */
export function listed(
  state: StoreState,
  filter: FindingFilter,
  now: Instant,
  options: ListOptions = {},
  breathe: Breathe = WITHOUT_PAUSE,
  moment: Moment = everythingOf(state),
): AsyncIterable<Found> {
  return listing(moment, filter, now, options, breathe);
}

async function* listing(
  view: Moment,
  filter: FindingFilter,
  now: Instant,
  { order = "gravest", skip = 0, limit = Number.POSITIVE_INFINITY }: ListOptions,
  breathe: Breathe,
): AsyncGenerator<Found, void, undefined> {
  const { findings } = view;
  const compare = comparing(order);
  const runs: Finding[][] = [];
  for (const part of batches(findings)) {
    // Nothing that stands further back in its own part is shown of the whole.
    const own = part.filter((finding) => isListed(finding, filter, view, now));
    runs.push(own.toSorted(compare).slice(0, skip + limit));
    await breathe();
  }
  const shown = (await merged(runs, compare, breathe)).slice(skip, skip + limit);
  const idOf = await idsOf(shown, findings, breathe);
  for (const [i, finding] of shown.entries()) {
    if (i > 0 && i % PART === 0) await breathe();
    yield foundIn(finding, view, now, idOf(finding));
  }
}

/** `counts` of a store that holds its state in memory: of the moment of the call. */
export async function counted(
  state: StoreState,
  filter: FindingFilter,
  now: Instant,
  breathe: Breathe = WITHOUT_PAUSE,
  moment: Moment = everythingOf(state),
): Promise<Counts> {
  const counts = noCounts();
  for (const part of batches(moment.findings)) {
    countInto(counts, part, moment, filter, now);
    await breathe();
  }
  return counts;
}

/** `named` of a store that holds its state in memory. */
export async function namedIn(
  state: StoreState,
  typed: string,
  now: Instant,
  breathe: Breathe = WITHOUT_PAUSE,
  view: Moment = everythingOf(state),
): Promise<readonly Found[]> {
  const text = typed.trim();
  if (text === "") return [];
  const { findings } = view;
  const exact = findingBy(state, text);
  const named = exact ? [exact] : findings.filter((finding) => isNamedBy(finding, text)).slice(0, MOST_NAMED);
  const idOf = await idsOf(named, findings, breathe);
  return named.toSorted(comparing("gravest")).map((finding) => foundIn(finding, view, now, idOf(finding)));
}

/** `history` of a store that holds its state in memory. */
export function historyIn({ suppressions }: StoreState): readonly Suppression[] {
  return [...suppressions.values()].toSorted((a, b) => (a.from < b.from ? 1 : a.from > b.from ? -1 : a.id < b.id ? -1 : 1));
}

function isListed(finding: Finding, filter: FindingFilter, view: View, now: Instant): boolean {
  return matchesFinding(filter, finding) && (filter.statuses?.includes(statusOf(finding, view, now)) ?? true);
}

/** A finding with what is derived of it. */
export function foundIn(finding: Finding, view: View, now: Instant, id: string): Found {
  const status = statusOf(finding, view, now);
  return { finding, status, id, suppression: status === "suppressed" ? (hiding(finding, view, now) ?? null) : null };
}

/** The ids of these, which tell them apart from all the others. Most do so by their beginnings alone, which is quick to see. */
async function idsOf(wanted: readonly Finding[], findings: readonly Finding[], breathe: Breathe): Promise<(finding: Finding) => string> {
  const shorts = new Map(wanted.map(({ fingerprint }) => [shortId(fingerprint), 0]));
  const rivals: string[] = [];
  for (const part of batches(findings)) {
    for (const { fingerprint } of part) {
      const times = shorts.get(shortId(fingerprint));
      if (times === undefined) continue;
      shorts.set(shortId(fingerprint), times + 1);
      rivals.push(fingerprint);
    }
    await breathe();
  }
  let shared: ReadonlyMap<string, string> | undefined;
  return ({ fingerprint }) => {
    const short = shortId(fingerprint);
    if (shorts.get(short) === 1) return short;
    shared ??= shortIds(rivals.filter((it) => (shorts.get(shortId(it)) ?? 0) > 1));
    return shared.get(fingerprint) ?? fingerprint;
  };
}

/** One sorted run out of many, two at a time. */
async function merged<T>(runs: readonly T[][], compare: (a: T, b: T) => number, breathe: Breathe): Promise<readonly T[]> {
  let left: readonly (readonly T[])[] = runs;
  while (left.length > 1) {
    const next: T[][] = [];
    for (let i = 0; i < left.length; i += 2) {
      next.push(mergedPair(left[i] ?? [], left[i + 1] ?? [], compare));
      await breathe();
    }
    left = next;
  }
  return left[0] ?? [];
}

function mergedPair<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): T[] {
  const out: T[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [left, right] = [a[i], b[j]];
    if (left === undefined) return out.concat(b.slice(j));
    if (right === undefined) return out.concat(a.slice(i));
    if (compare(left, right) <= 0) {
      out.push(left);
      i += 1;
    } else {
      out.push(right);
      j += 1;
    }
  }
}
