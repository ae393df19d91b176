import { readFileSync } from "node:fs";
import { testPlugin } from "@posture/testing";
import { describe, expect, it } from "vitest";
import plugin from "./index.ts";

testPlugin(plugin, { permissions: ["s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListAllMyBuckets"] }, { describe, it });

it("is a whole check, imports and all, in at most 20 lines", () => {
  const lines = readFileSync(new URL("./checks/bucket-versioning-disabled.ts", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  expect(lines.length).toBeLessThanOrEqual(20);
});
