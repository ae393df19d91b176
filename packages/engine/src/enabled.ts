import {
  asRead,
  type Check,
  type Collector,
  type Judged,
  type Kind,
  optionsOf,
  type Options,
  type ResolvedCheck,
  type RuleSet,
  TAGS,
  wantedFacets,
} from "@posture/core";
import { mayBeOn, type Place } from "./settings.ts";

/** What is asked of one kind: its collector, the checks that judge it, the facets they want and their options. */
export interface Watch {
  readonly collector: Collector;
  readonly kind: Kind;
  readonly enabled: readonly ResolvedCheck[];
  readonly wanted: ReadonlySet<string>;
  readonly options: Options;
}

/** One watch for each kind that at least one enabled check judges and a collector reads. */
export function watchesOf(enabled: readonly ResolvedCheck[], collectors: readonly Collector[]): Watch[] {
  return collectors.flatMap((collector) => {
    const mine = enabled.filter(({ check }) => check.resource.type === collector.kind.type);
    return mine.length === 0 ? [] : [watchOf(collector, mine)];
  });
}

export function watchOf(collector: Collector, enabled: readonly ResolvedCheck[]): Watch {
  const { kind } = collector;
  const read = enabled.map((it) => (kind.facets[TAGS] ? asRead(it) : it.check));
  return {
    collector,
    kind,
    enabled,
    wanted: new Set(wantedFacets(kind, read)),
    options: optionsOf(kind, enabled.flatMap(asksOf)),
  };
}

/** What a listing is asked for. Tags that a suppression by rule may need come along where that costs no call. */
export function listedFacets({ kind, wanted }: Watch, tagged: readonly RuleSet[] = []): ReadonlySet<string> {
  const named = new Set(kind.lists.map(({ service, operation }) => `${service}:${operation}`));
  const prime = kind.facets[TAGS]?.prime ?? [];
  const isFree = prime.length > 0 && prime.every(({ service, operation }) => named.has(`${service}:${operation}`));
  return tagged.length > 0 && isFree ? new Set([...wanted, TAGS]) : wanted;
}

/** What is left of a watch in these places, where accounts and regions switch checks off; `null`: nothing. */
export function watchIn(watch: Watch, places: readonly Place[]): Watch | null {
  const here = watch.enabled.filter((it) => places.some((place) => mayBeOn(it, place)));
  if (here.length === watch.enabled.length) return watch;
  return here.length === 0 ? null : watchOf(watch.collector, here);
}

/** A facet is read once for all params that a check may have there. */
function asksOf({ check, params, variants }: ResolvedCheck): { check: Check; params: unknown }[] {
  return [{ params }, ...variants.map(({ change }) => change)].flatMap((set) => ("params" in set ? [{ check, params: set.params }] : []));
}

export function judgedOf({ check: { id, title, coveredBy }, severity }: Pick<ResolvedCheck, "check" | "severity">): Judged {
  return { id, title, severity, ...(coveredBy && { coveredBy }) };
}
