import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore } from "@posture/core";
import { type SimulatedAws, startAws, type World, worldSchema } from "@posture/sandbox";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createPosture } from "./create.ts";
import type { Posture } from "./posture.ts";

/* Several accounts, each read with a role of it, by the SDK's own clients. */

const [OWN, SHOP, BANK] = ["111122223333", "222233334444", "333344445555"];
const roleOf = (id: string): string => `arn:aws:iam::${id}:role/audit/posture-read`;
const SSH = "security-group/ssh-open-to-internet";
const OPEN = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
const accountOf = (id: string, region: string, GroupId: string): object => ({
  id,
  accessKeyIds: [`AKIA${id}`],
  regions: [...new Set([region, "us-east-1"])],
  securityGroups: [{ Region: region, GroupId, GroupName: GroupId, IpPermissions: [OPEN] }],
});
const WORLD: World = worldSchema.parse({
  accounts: [
    accountOf(OWN, "us-east-1", "sg-00000001"),
    accountOf(SHOP, "eu-central-1", "sg-00000002"),
    accountOf(BANK, "us-west-2", "sg-00000003"),
  ],
});

let aws: SimulatedAws;
let folder: string;
let posture: Posture;
let store = memoryStore();

beforeAll(async () => {
  aws = await startAws({ world: WORLD });
  folder = await mkdtemp(join(tmpdir(), "posture-accounts-"));
  const accounts = [{ role: roleOf(SHOP), externalId: "shop-1" }, { role: roleOf(BANK) }];
  await writeFile(join(folder, "posture.config.mjs"), `export default ${JSON.stringify({ accounts })};`);
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: `AKIA${OWN}`,
    AWS_SECRET_ACCESS_KEY: "any",
  }))
    vi.stubEnv(name, value);
});
beforeEach(async () => {
  aws.setWorld(WORLD);
  aws.clearFaults();
  aws.clearCalls();
  store = memoryStore();
  posture = await createPosture({ store, folder, aws: {}, patience: 0, secondLook: 0 });
});
afterEach(() => posture.close());
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.close();
  await rm(folder, { recursive: true });
});

const open = async (): Promise<readonly string[]> =>
  (await posture.list({ checks: [SSH], statuses: ["open"] })).map(({ finding: { ref } }) => `${ref.accountId} ${ref.region} ${ref.name}`);
const deny = (id: string): void => aws.addFault({ operation: "sts:AssumeRole", kind: "denied", resource: roleOf(id) });
const shut = (id: string, GroupId: string): void =>
  aws.patchWorld({ accounts: [{ id, securityGroups: [{ GroupId, IpPermissions: [] }] }] });

describe("a sweep of several accounts", () => {
  it("reads each in its own regions, with its role, and keeps a record of each", async () => {
    const swept = await posture.sweep();
    expect(await open()).toEqual([`${OWN} us-east-1 sg-00000001`, `${SHOP} eu-central-1 sg-00000002`, `${BANK} us-west-2 sg-00000003`]);
    expect(swept.accounts.map(({ accountId, regions }) => `${accountId} ${regions.join()}`)).toEqual([
      `${OWN} us-east-1`,
      `${SHOP} eu-central-1,us-east-1`,
      `${BANK} us-east-1,us-west-2`,
    ]);
    const { sweeps, sweptAccounts } = await store.read({}, (view) => view);
    expect(sweeps.map(({ accounts }) => accounts.length)).toEqual([1, 1, 1]);
    expect([...sweptAccounts].toSorted()).toEqual([OWN, SHOP, BANK]);
    expect(aws.calls().filter(({ operation }) => operation === "AssumeRole")).toHaveLength(2);
  });
  it("is whole for the others where the role of one is denied, and says of that one what is missing", async () => {
    deny(BANK);
    const swept = await posture.sweep();
    expect(await open()).toEqual([`${OWN} us-east-1 sg-00000001`, `${SHOP} eu-central-1 sg-00000002`]);
    const gaps = swept.coverage.filter(({ state }) => state === "incomplete");
    expect(new Set(gaps.map(({ accountId }) => accountId))).toEqual(new Set([BANK]));
    expect(JSON.stringify(gaps[0])).toContain("sts:AssumeRole was refused");
    expect([...(await store.read({}, (view) => view.sweptAccounts))].toSorted()).toEqual([OWN, SHOP]);
    const { lastSweep, coverage } = await posture.summary();
    expect([
      lastSweep?.accounts.length,
      lastSweep?.coverage.some(({ state }) => state === "incomplete"),
      coverage.incomplete.length,
    ]).toEqual([3, true, gaps.length]);
  });
  it("resolves nothing of an account whose role is denied later, and goes on watching it", async () => {
    await posture.sweep();
    await posture.close();
    // Its keys are still good for an hour; a bot that starts anew has none.
    posture = await createPosture({ store, folder, aws: {}, patience: 0, secondLook: 0 });
    deny(BANK);
    shut(BANK, "sg-00000003");
    shut(SHOP, "sg-00000002");
    await posture.sweep();
    expect(await open()).toEqual([`${OWN} us-east-1 sg-00000001`, `${BANK} us-west-2 sg-00000003`]);
    expect((await posture.accounts()).map(({ regions }) => regions)).toEqual([
      ["us-east-1"],
      ["eu-central-1", "us-east-1"],
      ["us-east-1", "us-west-2"],
    ]);
  });
  it("says that what it found is not watched any more where an account leaves the configuration", async () => {
    await posture.sweep();
    await posture.close();
    posture = await createPosture({ store, folder: tmpdir(), aws: {}, patience: 0, secondLook: 0 });
    await posture.sweep();
    const listed = await posture.list({ checks: [SSH], statuses: ["unmonitored"] });
    expect(listed.map(({ finding: { ref } }) => ref.accountId).toSorted()).toEqual([SHOP, BANK]);
  });
});

it("a re-check reads in the account of the finding, with its role", async () => {
  await posture.sweep();
  shut(SHOP, "sg-00000002");
  const [finding] = await posture.list({ checks: [SSH], accounts: [SHOP] });
  const { answer } = await posture.recheck(finding?.finding.fingerprint ?? "", { kind: "user", id: "ann", via: "cli" });
  expect(answer.kind).toBe("resolved");
});

it("a re-check of what is of an account that nobody watches any more resolves nothing: other credentials would not find it", async () => {
  // In a region that both accounts have.
  const group = { Region: "us-east-1", GroupId: "sg-00000009", GroupName: "both", IpPermissions: [OPEN] };
  aws.patchWorld({ accounts: [{ id: SHOP, securityGroups: [group] }] });
  await posture.sweep();
  const [found] = await posture.list({ checks: [SSH], accounts: [SHOP], regions: ["us-east-1"] });
  await posture.close();
  posture = await createPosture({ store, folder: tmpdir(), aws: {}, patience: 0, secondLook: 0 });
  const { answer } = await posture.recheck(found?.finding.fingerprint ?? "", { kind: "user", id: "ann", via: "cli" });
  expect(answer.kind).toBe("unreadable");
});
