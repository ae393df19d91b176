import { fileURLToPath } from "node:url";
import { loadConfig } from "@posture/config";
import { expect, it } from "vitest";

it("is loaded by a posture.config.ts that names it", async () => {
  const { checks } = await loadConfig({ folder: fileURLToPath(new URL("..", import.meta.url)), defaults: [] });
  const ids = checks.map(({ check }) => check.id);
  expect(ids).toContain("minimal/bucket-versioning-disabled");
  expect(ids).toContain("security-group/ssh-open-to-internet");
});
