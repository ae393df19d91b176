import { type Check, matchesPattern, SEVERITIES } from "@posture/core";
import { takesCheck } from "./conditions.ts";
import type { ResolvedCondition, ResolvedRoute } from "./routes.ts";
import type { ResolvedSlack } from "./slack.ts";

/** A route that no finding of a loaded check ever comes to. */
export interface Unreached {
  readonly route: string;
  /** In words: which routes before it take all, or what in itself excludes each other. */
  readonly why: string;
}

/**
 * Routes that can never match, whatever is found. What there is to find is sorted by severity, check, account and region into as few sorts as the
 * routes tell apart; a route is reached if it takes a sort that none before it takes whole. Tags only narrow: a route before it with tags
 * takes a sort whole where this one wants the same tags. Pure.
 */
export function unreachedRoutes(
  { routes, accounts }: Pick<ResolvedSlack, "routes" | "accounts">,
  checks: readonly Check[],
): readonly Unreached[] {
  const sorts = axesOf(routes, accounts, checks);
  return routes.flatMap((route, at): Unreached[] => {
    const own = sorts.map((axis) => axis.filter((takers) => takers.has(at)));
    if (own.some((axis) => axis.length === 0))
      return [{ route: route.name, why: "its conditions exclude each other: nothing that is loaded or entered is all of that" }];
    const before = routes.flatMap((it, i) => (i < at && !it.continues && areTagsImplied(it.when.tags, route.when.tags) ? [i] : []));
    const takers = takersOf(own, before);
    if (takers === null) return [];
    const names = [...takers].toSorted((a, b) => a - b).map((i) => routes[i]?.name ?? "");
    return [{ route: route.name, why: `${names.join(" and ")} before it ${names.length === 1 ? "takes" : "take"} all of its findings` }];
  });
}

/** Which of these routes take all of these sorts together, or one of them alone; `null`: they leave some. */
function takersOf(axes: readonly (readonly Takers[])[], routes: readonly number[]): ReadonlySet<number> | null {
  const alone = routes.find((i) => axes.every((axis) => axis.every((takers) => takers.has(i))));
  if (alone !== undefined) return new Set([alone]);
  const found = new Set<number>();
  for (const cell of cellsOf(axes)) {
    const taker = routes.find((i) => cell.every((takers) => takers.has(i)));
    if (taker === undefined) return null;
    found.add(taker);
  }
  return found;
}

/** The routes, by their places, that take what is of one sort. */
type Takers = ReadonlySet<number>;

function axesOf(
  routes: readonly ResolvedRoute[],
  accounts: ResolvedSlack["accounts"],
  checks: readonly Check[],
): readonly (readonly Takers[])[] {
  const axis = <T>(values: readonly T[], takes: (when: ResolvedCondition, value: T) => boolean): readonly Takers[] => {
    const each = values.map((value) => routes.flatMap(({ when }, i) => (takes(when, value) ? [i] : [])));
    return [...new Map(each.map((places): [string, Takers] => [places.join(), new Set(places)])).values()];
  };
  const ids = routes.flatMap(({ when }) => when.accounts ?? []);
  return [
    axis(SEVERITIES, ({ severities }, it) => severities?.includes(it) ?? true),
    axis(checks, takesCheck),
    axis([...ids, ...accounts.keys(), OTHER], (when, id) => takesAccount(when, id, accounts.get(id)?.organizationalUnit)),
    axis([...routes.flatMap(({ when }) => when.regions ?? []), OTHER], ({ regions }, it) => regions?.includes(it) ?? true),
  ];
}

/** One that no setting names. */
const OTHER = "";

function takesAccount({ accounts, organizationalUnits }: ResolvedCondition, id: string, unit: string | undefined): boolean {
  return (accounts?.includes(id) ?? true) && (organizationalUnits?.some((it) => unit !== undefined && matchesPattern(it, unit)) ?? true);
}

function areTagsImplied(wanted: ResolvedCondition["tags"] = {}, given: ResolvedCondition["tags"] = {}): boolean {
  return Object.entries(wanted).every(([key, values]) => {
    const narrower = Object.hasOwn(given, key) ? given[key] : undefined;
    return narrower !== undefined && (values.includes("*") || narrower.every((it) => values.includes(it)));
  });
}

function* cellsOf(axes: readonly (readonly Takers[])[]): Generator<readonly Takers[]> {
  const [axis, ...rest] = axes;
  if (!axis) return yield [];
  for (const takers of axis) for (const cell of cellsOf(rest)) yield [takers, ...cell];
}
