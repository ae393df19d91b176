import { comparing, type FindingFilter, type Found, matchesFinding } from "./filter.ts";
import { type Finding, hiding, isNamedBy, shortId, shortIds, statusOf, type View } from "./finding.ts";
import type { Instant } from "./instant.ts";
import { everythingOf, type StoreState } from "./state.ts";
import { type ListOptions, MOST_NAMED } from "./store.ts";
import type { Suppression } from "./suppression.ts";

/** Lets others have their turn; what takes long calls it between its parts. */
export type Breathe = () => Promise<void>;
const WITHOUT_PAUSE: Breathe = async () => {};

/** So many findings are looked at in a few milliseconds. */
const PART = 2_000;

/** `list` of a store that holds its state in memory. What is listed is the state of the moment of the call, also when it is changed between the parts. */
export function listed(
  state: StoreState,
  filter: FindingFilter,
  now: Instant,
  options: ListOptions = {},
  breathe: Breathe = WITHOUT_PAUSE,
): AsyncIterable<Found> {
  return listing({ view: everythingOf(state), findings: [...state.findings.values()] }, filter, now, options, breathe);
}

async function* listing(
  { view, findings }: { readonly view: View; readonly findings: readonly Finding[] },
  filter: FindingFilter,
  now: Instant,
  { order = "gravest", skip = 0, limit = Number.POSITIVE_INFINITY }: ListOptions,
  breathe: Breathe,
): AsyncGenerator<Found, void, undefined> {
  const compare = comparing(order);
  const begun = new Map<string, number>();
  const runs: Finding[][] = [];
  for (const part of parts(findings)) {
    for (const { fingerprint } of part) begun.set(shortId(fingerprint), 1 + (begun.get(shortId(fingerprint)) ?? 0));
    runs.push(part.filter((finding) => isListed(finding, filter, view, now)).toSorted(compare));
    await breathe();
  }
  const sorted = await merged(runs, compare, breathe);
  const idOf = idsAmong(findings, begun);
  for (const [i, finding] of sorted.slice(skip, skip + limit).entries()) {
    if (i > 0 && i % PART === 0) await breathe();
    yield foundIn(finding, view, now, idOf(finding));
  }
}

/** `named` of a store that holds its state in memory. */
export function namedIn(state: StoreState, typed: string, now: Instant): readonly Found[] {
  const text = typed.trim();
  if (text === "") return [];
  const findings = [...state.findings.values()];
  const view = everythingOf(state);
  const exact = view.findingOf(text);
  const named = exact ? [exact] : findings.filter((finding) => isNamedBy(finding, text)).slice(0, MOST_NAMED);
  const begun = new Map<string, number>();
  for (const { fingerprint } of findings) begun.set(shortId(fingerprint), 1 + (begun.get(shortId(fingerprint)) ?? 0));
  const idOf = idsAmong(findings, begun);
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

function idsAmong(findings: readonly Finding[], begun: ReadonlyMap<string, number>): (finding: Finding) => string {
  let shared: ReadonlyMap<string, string> | undefined;
  return ({ fingerprint }) => {
    const short = shortId(fingerprint);
    if (begun.get(short) === 1) return short;
    shared ??= shortIds(findings.map((it) => it.fingerprint).filter((it) => (begun.get(shortId(it)) ?? 0) > 1));
    return shared.get(fingerprint) ?? fingerprint;
  };
}

function* parts<T>(items: readonly T[]): Generator<readonly T[], void, undefined> {
  for (let from = 0; from < items.length; from += PART) yield items.slice(from, from + PART);
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
