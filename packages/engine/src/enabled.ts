import { type Check, type Collector, type Judged, type Kind, optionsOf, type Options, wantedFacets } from "@posture/core";

/** A check that is switched on, with the severity and the parsed params that the configuration gives it. */
export interface Enabled {
  readonly check: Check;
  readonly severity: Judged["severity"];
  readonly params: unknown;
}

/** What is asked of one kind: its collector, the checks that judge it, the facets they want and their options. */
export interface Watch {
  readonly collector: Collector;
  readonly kind: Kind;
  readonly enabled: readonly Enabled[];
  readonly checks: readonly Check[];
  readonly wanted: ReadonlySet<string>;
  readonly options: Options;
}

/** One watch for each kind that at least one enabled check judges and a collector reads. */
export function watchesOf(enabled: readonly Enabled[], collectors: readonly Collector[]): Watch[] {
  return collectors.flatMap((collector) => {
    const mine = enabled.filter(({ check }) => check.resource.type === collector.kind.type);
    return mine.length === 0 ? [] : [watchOf(collector, mine)];
  });
}

export function watchOf(collector: Collector, enabled: readonly Enabled[]): Watch {
  const { kind } = collector;
  const checks = enabled.map(({ check }) => check);
  return { collector, kind, enabled, checks, wanted: new Set(wantedFacets(kind, checks)), options: optionsOf(kind, enabled) };
}

export function judgedOf({ check: { id, title, coveredBy }, severity }: Enabled): Judged {
  return { id, title, severity, ...(coveredBy && { coveredBy }) };
}
