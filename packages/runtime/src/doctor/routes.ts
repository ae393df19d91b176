import { nearest, type ResolvedConfig, strayDigests, unreachedRoutes } from "@posture/config";
import { good, notExamined, type Point, warning } from "./point.ts";

/** Pure: whether every route can ever be of use, and every setting of a channel's digest. `own`: the bot's channel, where it is known. */
export function routesPoint({ slack, checks }: Pick<ResolvedConfig, "slack" | "checks">, own?: string): Point {
  const { routes } = slack;
  const [stray] = own === undefined ? [] : strayDigests(slack, [own]);
  if (stray !== undefined) {
    const near = nearest(stray, [own ?? "", ...routes.map(({ channel }) => channel)]);
    const says = `slack.digests.daily.channels names ${stray}, which is told nothing: no route leads there, and it is not the bot's own`;
    return warning("Routes", says, near ? `Did you mean ${near}?` : "Add a route to it, or take it out of the digests.");
  }
  if (routes.length === 0) return notExamined("Routes", "none, so every finding goes to one channel of Slack");
  const channels = new Set(routes.map(({ channel }) => channel)).size;
  const says = `${counted(routes.length, "route")} to ${counted(channels, "channel")}`;
  const unreached = unreachedRoutes(
    slack,
    checks.map(({ check }) => check),
  );
  if (unreached.length === 0) return good("Routes", says);
  const each = unreached.map(({ route, why }) => `nothing ever comes to ${route}: ${why}`);
  return warning("Routes", `${says}; ${each.join("; ")}`, "Put the narrower route first, or remove it; `posture routes` lists all.");
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
