import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAws } from "@posture/aws-access";
import { startAws, type World, worldSchema } from "@posture/sandbox/aws";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { loadChecks } from "../checks.ts";
import { rolesOf } from "../roles.ts";
import { accountsPoint } from "./accounts.ts";

const [OWN, SHOP, BANK] = ["111122223333", "222233334444", "333344445555"];
const accounts = [SHOP, BANK].map((id) => ({ id, role: `arn:aws:iam::${id}:role/posture-read`, externalId: null }));
const WORLD: World = worldSchema.parse({
  accounts: [OWN, SHOP, BANK].map((id) => ({ id, accessKeyIds: [`AKIA${id}`], regions: ["us-east-1"] })),
});

describe("asking other accounts", () => {
  let sandbox: Awaited<ReturnType<typeof startAws>>;
  let aws: ReturnType<typeof openAws>;
  beforeAll(async () => {
    sandbox = await startAws({ world: WORLD });
    const env = { AWS_ENDPOINT_URL: sandbox.url, AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: `AKIA${OWN}`, AWS_SECRET_ACCESS_KEY: "any" };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    aws = openAws({ roles: rolesOf({ accounts }) });
  });
  afterAll(async () => {
    aws.close();
    vi.unstubAllEnvs();
    await sandbox.close();
  });

  it("is not needed where there are none", async () => expect(await accountsPoint([], aws)).toMatchObject({ state: "not-examined" }));
  it("names those whose role is denied, and says what makes one", async () => {
    sandbox.addFault({ operation: "sts:AssumeRole", kind: "denied", resource: accounts[1]?.role ?? "" });
    expect(await accountsPoint(accounts, aws)).toMatchObject({
      state: "wrong",
      says: expect.stringMatching(
        new RegExp(`^1 of 2 other accounts answer with their roles; ${BANK}: sts:AssumeRole was refused for its credentials`),
      ),
      next: expect.stringContaining("posture permissions --for member"),
    });
  });
  it("is good where each answers", async () =>
    expect(await accountsPoint(accounts.slice(0, 1), aws)).toMatchObject({
      state: "good",
      says: "1 of 1 other accounts answer with their roles",
    }));
});

it("the policy of the bot lets it assume each role, and that of a member reads alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "posture-policy-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const events = { queue: `https://sqs.us-east-1.amazonaws.com/${OWN}/posture-events` };
  writeFileSync(
    join(folder, "posture.config.mjs"),
    `export default ${JSON.stringify({ accounts: accounts.map(({ role }) => ({ role })), events })};`,
  );
  const { policy, memberPolicy, accounts: ids } = await loadChecks({ folder });
  expect(policy.Statement.slice(2)).toEqual(
    accounts.map(({ id, role }) => ({ Sid: `PostureAccount${id}`, Effect: "Allow", Action: ["sts:AssumeRole"], Resource: role })),
  );
  expect(memberPolicy.Statement).toEqual(policy.Statement.slice(0, 1));
  expect(ids).toEqual([SHOP, BANK]);
});
