import { type Config, resolveConfig } from "@posture/config";
import { describe, expect, it } from "vitest";
import { firstPartyPlugins } from "../plugins.ts";
import type { Point } from "./point.ts";
import { routesPoint } from "./routes.ts";

function pointOf(routes: NonNullable<Config["slack"]>["routes"]): Point {
  return routesPoint(resolveConfig({ slack: { routes } }, firstPartyPlugins, null));
}

describe("routes", () => {
  it("are nothing to look at where there are none", () => expect(pointOf([])).toMatchObject({ state: "not-examined" }));
  it("are good where each may be of use", () => {
    const routes = [{ when: { services: ["network"] }, channel: "#network" }, { channel: "#rest" }, { channel: "#rest", name: "again" }];
    expect(pointOf(routes.slice(0, 2))).toEqual({ name: "Routes", state: "good", says: "2 routes to 2 channels", next: null });
    expect(pointOf(routes)).toMatchObject({
      state: "warning",
      says: "3 routes to 2 channels; nothing ever comes to again: routes[1] before it takes all of its findings",
    });
  });
  it("are a warning where a route stands behind one that takes all of what it wants", () => {
    const point = pointOf([
      { name: "buckets", when: { checks: ["s3/*"] }, channel: "#storage" },
      { name: "public", when: { checks: ["s3/bucket-acl-public"], severities: ["critical"] }, channel: "#urgent" },
    ]);
    expect(point).toMatchObject({ state: "warning", next: "Put the narrower route first, or remove it; `posture routes` lists all." });
    expect(point.says).toContain("nothing ever comes to public: buckets before it takes all of its findings");
  });
  it("are a warning where a digest is set for a channel that is told nothing", () => {
    const digests = { daily: { channels: { "#secruity": { at: "08:00" }, "#storage": false } } } as const;
    const config = resolveConfig({ slack: { routes: [{ channel: "#storage" }], digests } }, firstPartyPlugins, null);
    expect(routesPoint(config, "#security")).toMatchObject({ state: "warning", next: "Did you mean #security?" });
    expect(routesPoint(config, "secruity")).toMatchObject({ state: "good" });
    expect(routesPoint(config)).toMatchObject({ state: "good" }); // nobody knows the bot's own channel
  });
});
