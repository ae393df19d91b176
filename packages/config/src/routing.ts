import { type CheckTraits, type Condition, conditionsOn, type Routable } from "./conditions.ts";
import { type Destination, USUAL } from "./destination.ts";
import { ownerOf } from "./owners.ts";
import type { ResolvedRoute } from "./routes.ts";
import type { ResolvedSlack } from "./slack.ts";

/** What routes are, with what they look up. */
export type Routing = Pick<ResolvedSlack, "routes" | "accounts" | "owners" | "quiet">;

/** What one route did with a finding. */
export interface RouteStep {
  readonly route: string;
  readonly channel: string;
  /** `repeated`: it matched, and a route before it leads to the same channel. `not-asked`: one before it ended the asking. */
  readonly answer: "matched" | "repeated" | "not-matched" | "not-asked";
  /** Whether the routes behind it are asked too. */
  readonly continues: boolean;
  /** What held, or else what did not. Empty: it takes every finding, or was not asked. */
  readonly because: readonly string[];
}

export interface Routed {
  /** Where the finding is told. There is always one, and each channel is there once. */
  readonly destinations: readonly [Destination, ...Destination[]];
  /** Every route, in the order in which they are asked. */
  readonly steps: readonly RouteStep[];
}

/**
 * Where a finding is told: the first route that matches, and those behind it as long as each lets them be asked. What no route takes goes to the
 * channel that the bot was given. Pure. `traits`: of the finding's check; `null`: it is not loaded any more.
 */
export function destinationsOf(finding: Routable, traits: CheckTraits | null, routing: Routing): Routed["destinations"] {
  const taken = new Map<string, ResolvedRoute>();
  for (const route of routing.routes) {
    if (!isTakenBy(route, finding, traits, routing)) continue;
    if (!taken.has(route.channel)) taken.set(route.channel, route);
    if (!route.continues) break;
  }
  const [first, ...others] = [...taken.values()];
  const to = (route: ResolvedRoute): Destination => destinationOf(route, finding, routing);
  return first ? [to(first), ...others.map(to)] : [{ ...USUAL, owner: ownerOf(null, finding, routing).id, quiet: routing.quiet }];
}

/** The same, and why. Pure. */
export function routed(finding: Routable, traits: CheckTraits | null, routing: Routing): Routed {
  const steps: RouteStep[] = [];
  let ended = false;
  for (const { name, channel, when, continues } of routing.routes) {
    const conditions: readonly Condition[] = ended ? [] : [...conditionsOn(when, finding, traits, routing.accounts)];
    const matches = conditions.every(({ holds }) => holds);
    const isThere = steps.some((it) => it.channel === channel && it.answer === "matched");
    const answer: RouteStep["answer"] = ended ? "not-asked" : !matches ? "not-matched" : isThere ? "repeated" : "matched";
    const because = conditions.filter(({ holds }) => holds === matches).map(({ says }) => says());
    steps.push({ route: name, channel, answer, continues, because });
    ended ||= matches && !continues;
  }
  return { destinations: destinationsOf(finding, traits, routing), steps };
}

function isTakenBy({ when }: ResolvedRoute, finding: Routable, traits: CheckTraits | null, { accounts }: Routing): boolean {
  for (const { holds } of conditionsOn(when, finding, traits, accounts)) if (!holds) return false;
  return true;
}

function destinationOf(route: ResolvedRoute, finding: Routable, routing: Routing): Destination {
  const { name, channel, own, broadcast, quiet } = route;
  return { channel, route: name, own, owner: ownerOf(route, finding, routing).id, broadcast, quiet };
}
