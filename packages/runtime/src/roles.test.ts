import { type SimulatedAws, startAws, type World, worldSchema } from "@posture/sandbox";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openAws } from "@posture/aws-access";

/* How the role of another account is assumed, by the SDK's own client. */

const [OWN, SHOP] = ["111122223333", "222233334444"];
const ROLE = { arn: `arn:aws:iam::${SHOP}:role/posture-read`, externalId: null };
const WORLD: World = worldSchema.parse({
  accounts: [
    { id: OWN, accessKeyIds: ["AKIAOWN"], regions: ["us-east-1"] },
    { id: SHOP, accessKeyIds: ["AKIASHOP"], regions: ["eu-central-1", "us-east-1"] },
  ],
});
let aws: SimulatedAws;
beforeAll(async () => {
  aws = await startAws({ world: WORLD });
  const env = { AWS_ENDPOINT_URL: aws.url, AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "AKIAOWN", AWS_SECRET_ACCESS_KEY: "any" };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});
beforeEach(() => {
  aws.clearFaults();
  aws.clearCalls();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});
const assumed = (): number => aws.calls().filter(({ operation }) => operation === "AssumeRole").length;

describe("the role of another account", () => {
  it("is assumed when it is first needed, and once for all that is asked with it", async () => {
    const access = openAws({ roles: new Map([[SHOP, ROLE]]) });
    expect([await access.enabledRegions(), assumed()]).toEqual([["us-east-1"], 0]);
    const answers = await Promise.all([access.enabledRegions(SHOP), access.enabledRegions(SHOP)]);
    expect([answers[0], answers[1], assumed()]).toEqual([["eu-central-1", "us-east-1"], ["eu-central-1", "us-east-1"], 1]);
    access.close();
  });
  it("is assumed in spite of an answer that does not come, and of one that is an error of AWS's", async () => {
    aws.addFault({ operation: "sts:AssumeRole", kind: "reset", times: 1 });
    aws.addFault({ operation: "sts:AssumeRole", kind: "error500", times: 1 });
    const access = openAws({ roles: new Map([[SHOP, ROLE]]) });
    expect([await access.enabledRegions(SHOP), assumed()]).toEqual([["eu-central-1", "us-east-1"], 3]);
    access.close();
  });
  it("that is denied is not asked for again at once, is a refusal of credentials, and is asked for again later", async () => {
    aws.addFault({ operation: "sts:AssumeRole", kind: "denied" });
    let later = 0;
    const access = openAws({ roles: new Map([[SHOP, ROLE]]), clock: () => Date.now() + later });
    for (let i = 0; i < 3; i += 1)
      await expect(access.enabledRegions(SHOP)).rejects.toMatchObject({ code: "POSTURE_AWS_CREDENTIALS_REFUSED" });
    expect(assumed()).toBe(1);
    aws.clearFaults();
    later = 16_000;
    expect(await access.enabledRegions(SHOP)).toEqual(["eu-central-1", "us-east-1"]);
    access.close();
  });
});
