import { type ResolvedConfig, unreachedRoutes } from "@posture/config";
import { good, notExamined, type Point, warning } from "./point.ts";

/** Pure: whether every route can ever be of use. */
export function routesPoint({ slack, checks }: Pick<ResolvedConfig, "slack" | "checks">): Point {
  const { routes } = slack;
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
