import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadConfig, type ResolvedConfig } from "@posture/config";
import { expect, it, onTestFinished } from "vitest";
import { firstPartyPlugins } from "./plugins.ts";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

/** The example of the guide that holds this text, loaded from a folder where its imports are found. */
function loadedFromGuide(text: string): Promise<ResolvedConfig> {
  const guide = readFileSync(join(PACKAGE, "../../docs/guide/configuration.md"), "utf8");
  const example = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code).find((code) => code.includes(text));
  const folder = mkdtempSync(join(PACKAGE, ".guide-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "posture.config.ts"), example ?? "");
  return loadConfig({ folder, defaults: firstPartyPlugins });
}

it("the guide's example of overrides is taken, and sets what it says", async () => {
  const { checks } = await loadedFromGuide("overrides: [");
  const rulesOn = (id: string): readonly unknown[] | undefined =>
    checks.find(({ check }) => check.id === id)?.variants.map(({ when, change }) => [when, change]);
  expect(rulesOn("security-group/web-open-to-internet")).toEqual([[{ accounts: ["444455556666"] }, { enabled: false }]]);
  expect(rulesOn("security-group/ssh-open-to-internet")).toEqual([[{ accounts: ["444455556666"] }, { severity: "medium" }]]);
  expect(rulesOn("s3/bucket-website-enabled")).toEqual([[{ tags: { env: ["prod", "production"] } }, { severity: "high" }]]);
  expect(checks.find(({ check }) => check.id === "s3/bucket-no-default-encryption")).toMatchObject({
    enabled: false,
    variants: [
      {
        when: { regions: ["eu-central-1", "eu-west-1"], tags: { "personal-data": ["*"] } },
        change: { enabled: true, params: { requireCustomerManagedKey: true, acceptedAlgorithms: ["AES256", "aws:kms", "aws:kms:dsse"] } },
      },
    ],
  });
});

it("the guide's example of several accounts is taken", async () => {
  const { accounts } = await loadedFromGuide("accounts: [\n    {");
  expect(accounts).toEqual([
    { id: "222233334444", role: "arn:aws:iam::222233334444:role/posture-read", externalId: "shop-1" },
    { id: "333344445555", role: "arn:aws:iam::333344445555:role/posture-read", externalId: null },
  ]);
});
