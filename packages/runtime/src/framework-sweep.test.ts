import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FindingStore, memoryStore } from "@posture/core";
import { parseWorld, type SimulatedAws, startAws, type World } from "@posture/sandbox/aws";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPosture } from "./create.ts";
import type { Listed, Posture } from "./posture.ts";
import { openStore } from "./stores.ts";

/* A sweep about one framework is a part of a sweep: of the rest it says nothing, and undoes nothing. */

const ACCOUNT = "111122223333";
/** Maps to no CIS benchmark 3.0. */
const SITE = "s3/bucket-website-enabled";
/** Map to it. */
const SSH = "security-group/ssh-open-to-internet";
const BLOCK = "s3/bucket-public-access-block-off";
const group = {
  Region: "us-east-1",
  GroupId: "sg-0000000a",
  GroupName: "ssh",
  VpcId: "vpc-0a1b2c3d4e5f60718",
  IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
};
const site = { Name: "site", BucketRegion: "us-east-1", WebsiteConfiguration: { IndexDocument: { Suffix: "index.html" } } };
const worldOf = (more: object): World =>
  parseWorld({ accounts: [{ id: ACCOUNT, regions: ["us-east-1"], buckets: [site], securityGroups: [group], ...more }] });

let aws: SimulatedAws;
let folder: string;
const closing: (() => Promise<void>)[] = [];
const before = { ...process.env };

beforeAll(async () => {
  aws = await startAws({ world: worldOf({}) });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_EC2_METADATA_DISABLED: "true",
  });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "posture-framework-"));
  aws.setWorld(worldOf({}));
  aws.clearFaults();
  aws.clearCalls();
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
  rmSync(folder, { recursive: true });
});
afterAll(async () => {
  await aws.close();
  process.env = before;
});

async function given(store: FindingStore, framework?: string): Promise<Posture> {
  const posture = await createPosture({ store, folder, framework, aws: { endpoint: aws.url, region: "us-east-1" }, patience: 0 });
  closing.push(() => posture.close());
  return posture;
}
const stores: readonly [string, () => Promise<FindingStore>][] = [
  ["in memory", () => Promise.resolve(memoryStore())],
  ["in a folder", () => openStore(join(folder, "store"), { now: () => new Date().toISOString() })],
];
const of = (listed: readonly Listed[], checkId: string): Listed | undefined => listed.find(({ finding }) => finding.checkId === checkId);

describe.each(stores)("a sweep about a framework, with a store %s", (_, open) => {
  async function store(): Promise<FindingStore> {
    const opened = await open();
    closing.push(() => opened.close());
    return opened;
  }

  it("touches no finding of another check, though its resource is gone, while it resolves its own", async () => {
    const kept = await store();
    const whole = await given(kept);
    await whole.sweep();
    const known = await whole.list();
    expect([of(known, SITE)?.status, of(known, SSH)?.status, of(known, BLOCK)?.status]).toEqual(["open", "open", "open"]);
    aws.setWorld(worldOf({ buckets: [], securityGroups: [] }));
    await (await given(kept, "cis-3.0")).sweep();
    const after = await whole.list();
    expect(of(after, SITE)).toEqual(of(known, SITE));
    expect([of(after, SSH)?.status, of(after, BLOCK)?.status]).toEqual(["resolved", "resolved"]);
    const others = (all: readonly Listed[]): Listed[] =>
      all.filter(({ finding: { checkId } }) => whole.checks.get(checkId)?.frameworks["cis-aws-foundations-3.0"] === undefined);
    expect(others(after)).toEqual(others(known));
    expect(others(known).length).toBeGreaterThan(0);
    await whole.sweep();
    expect(of(await whole.list(), SITE)?.status).toBe("resolved");
  });
  it("makes no finding of another check stale, though its listing is denied", async () => {
    const kept = await store();
    const whole = await given(kept);
    await whole.sweep();
    aws.addFault({ operation: "s3:ListBuckets", kind: "denied" });
    await (await given(kept, "cis-3.0")).sweep();
    const after = await whole.list();
    expect(of(after, SITE)?.finding.stale).toBeNull();
    expect(of(after, BLOCK)?.finding.stale).toMatchObject({ reason: "denied" });
  });
  it("is not the account's last sweep, nor its first: what comes later is still its baseline", async () => {
    const kept = await store();
    const part = await given(kept, "cis-3.0");
    const swept = await part.sweep();
    expect(swept.accounts).toEqual([{ accountId: ACCOUNT, regions: ["us-east-1"], baseline: true }]);
    expect((await part.summary()).lastSweep).toBeNull();
    const whole = await (await given(kept)).sweep();
    expect(whole.accounts[0]?.baseline).toBe(true);
    await part.sweep();
    expect((await part.summary()).lastSweep?.id).toBe(whole.id);
  });
});

it("reads only what its checks need, and opens no finding of another", async () => {
  const posture = await given(memoryStore(), "cis-5.0");
  await posture.sweep();
  const operations = aws.calls().map(({ operation }) => operation);
  expect(operations).toContain("GetPublicAccessBlock");
  expect(operations).not.toContain("GetBucketWebsite");
  const found = await posture.list();
  expect(found.length).toBeGreaterThan(0);
  for (const { finding } of found) expect(posture.checks.get(finding.checkId)?.frameworks).toHaveProperty("cis-aws-foundations-5.0");
});

it("a framework that no check maps to is refused, with the nearest", async () => {
  await expect(given(memoryStore(), "cis-3.1")).rejects.toMatchObject({
    code: "POSTURE_FRAMEWORK_UNKNOWN",
    message: expect.stringContaining("cis-3.0"),
  });
});
