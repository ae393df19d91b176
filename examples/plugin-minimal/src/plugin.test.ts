import { readFileSync } from "node:fs";
import { isPlugin, permissionsOf } from "@posture/core";
import { expect, it } from "vitest";
import plugin from "./index.ts";

it("is a plugin whose checks are in its namespace", () => {
  expect(isPlugin(plugin)).toBe(true);
  expect(plugin.checks.map((check) => check.id)).toEqual(["minimal/bucket-versioning-disabled"]);
});

it("is a whole check, imports and all, in at most 20 lines", () => {
  const lines = readFileSync(new URL("./checks/bucket-versioning-disabled.ts", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  expect(lines.length).toBeLessThanOrEqual(20);
});

it("asks AWS for what its check needs, and only to read", () => {
  const actions = permissionsOf(plugin.checks);
  expect(actions).toContain("s3:GetBucketVersioning");
  expect(actions.filter((action) => !/^s3:(Get|List)/.test(action))).toEqual([]);
});
