import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FindingStore, memoryStore, type SweepRecord, SYSTEM } from "@posture/core";
import { parseWorld, type SimulatedAws, startAws, type World } from "@posture/sandbox/aws";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loadChecks } from "./checks.ts";
import { createPosture } from "./create.ts";
import type { Listed, Posture } from "./posture.ts";

/* Configurations with rules, as people write them, against a simulated account. */

const ACCOUNT = "111122223333";
const SITE = "s3/bucket-website-enabled";
const SSH = "security-group/ssh-open-to-internet";
const WebsiteConfiguration = { IndexDocument: { Suffix: "index.html" } };
const tagged = (env: string): object => ({ TagSet: [{ Key: "env", Value: env }] });
const openGroup = (Region: string, GroupId: string, env: string): object => ({
  Region,
  GroupId,
  GroupName: `${env} ssh`,
  VpcId: "vpc-0a1b2c3d4e5f60718",
  Tags: [{ Key: "env", Value: env }],
  IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
});
const WORLD: World = parseWorld({
  accounts: [
    {
      id: ACCOUNT,
      regions: ["us-east-1", "eu-west-1"],
      buckets: [
        { Name: "prod-site", BucketRegion: "us-east-1", WebsiteConfiguration, ...tagged("prod") },
        { Name: "dev-site", BucketRegion: "us-east-1", WebsiteConfiguration, ...tagged("dev") },
        { Name: "bare-site", BucketRegion: "eu-west-1", WebsiteConfiguration },
        { Name: "quiet", BucketRegion: "us-east-1", ...tagged("prod") },
      ],
      securityGroups: [openGroup("us-east-1", "sg-0000000a", "prod"), openGroup("eu-west-1", "sg-0000000b", "dev")],
    },
  ],
});

let aws: SimulatedAws;
let folder: string;
const opened: Posture[] = [];
const before = { ...process.env };

beforeAll(async () => {
  aws = await startAws({ world: WORLD });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_EC2_METADATA_DISABLED: "true",
  });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "posture-overrides-"));
  aws.setWorld(WORLD);
  aws.clearFaults();
  aws.clearCalls();
});
afterEach(async () => {
  for (const posture of opened.splice(0)) await posture.close();
  rmSync(folder, { recursive: true });
});
afterAll(async () => {
  await aws.close();
  process.env = before;
});

/** A module is loaded once, so that each configuration is a file of its own. */
let files = 0;
function fileOf(config: object): string {
  const file = join(folder, `posture.config.${(files += 1)}.mjs`);
  writeFileSync(file, `export default ${JSON.stringify(config)};`);
  return file;
}
async function given(config: object, store: FindingStore = memoryStore()): Promise<Posture> {
  const settings = { endpoint: aws.url, region: "us-east-1" };
  const posture = await createPosture({ store, folder, configFile: fileOf(config), aws: settings, patience: 0 });
  opened.push(posture);
  return posture;
}
async function swept(config: object, store?: FindingStore): Promise<{ posture: Posture; sweep: SweepRecord }> {
  const posture = await given(config, store);
  return { posture, sweep: await posture.sweep() };
}
async function told(posture: Posture, checkId: string): Promise<Record<string, string>> {
  const mine = (await posture.list()).filter(({ finding }) => finding.checkId === checkId);
  return Object.fromEntries(mine.map(({ finding, status }) => [finding.ref.name, `${finding.severity} ${status}`]));
}
async function findingOf(posture: Posture, checkId: string, name: string): Promise<Listed> {
  const found = (await posture.list()).find(({ finding }) => finding.checkId === checkId && finding.ref.name === name);
  if (!found) throw new Error(`there is no finding of ${checkId} on ${name}`);
  return found;
}
const bucketsAskedForTags = (): string[] =>
  aws
    .calls()
    .filter(({ operation }) => operation === "GetBucketTagging")
    .map(({ resource = "" }) => resource)
    .toSorted();
async function eventsOn(store: FindingStore, fingerprint: string): Promise<string[]> {
  const told: string[] = [];
  for await (const { events } of store.records())
    for (const event of events) if (event.subject === fingerprint) told.push(`${event.type}: ${event.before} → ${event.after}`);
  return told;
}

const graveInProd = { overrides: [{ tags: { env: "prod" }, checks: { [SITE]: { severity: "critical" } } }] };

describe("a rule on tags", () => {
  it("says how grave a finding is, and only what fails is asked for its tags", async () => {
    const { posture } = await swept({ checks: { [SITE]: { severity: "low" } }, ...graveInProd });
    expect(await told(posture, SITE)).toEqual({ "prod-site": "critical open", "dev-site": "low open", "bare-site": "low open" });
    expect(bucketsAskedForTags()).toEqual(["bare-site", "dev-site", "prod-site"]);
  });
  it("asks nothing of AWS where there is none", async () => {
    const { posture } = await swept({ overrides: [{ regions: ["eu-west-1"], checks: { [SITE]: { severity: "critical" } } }] });
    expect((await findingOf(posture, SITE, "bare-site")).finding.severity).toBe("critical");
    expect(bucketsAskedForTags()).toEqual([]);
  });
  it("asks nothing more where a listing brings the tags", async () => {
    await swept({});
    const plain = aws.calls().filter(({ service }) => service === "ec2").length;
    aws.clearCalls();
    const { posture } = await swept({ overrides: [{ tags: { env: "dev" }, checks: { [SSH]: { severity: "low" } } }] });
    expect(await told(posture, SSH)).toEqual({ "sg-0000000a": "critical open", "sg-0000000b": "low open" });
    expect(aws.calls().filter(({ service }) => service === "ec2")).toHaveLength(plain);
  });
  it("switches a check off, which resolves what it had found", async () => {
    const store = memoryStore();
    await swept({}, store);
    const { posture } = await swept({ overrides: [{ tags: { env: ["dev", "test"] }, checks: { [SITE]: { enabled: false } } }] }, store);
    const site = await told(posture, SITE);
    expect(site["dev-site"]).toMatch(/resolved$/);
    expect(site["prod-site"]).toMatch(/open$/);
    const { finding } = await findingOf(posture, SITE, "dev-site");
    expect((await posture.recheck(finding.fingerprint, SYSTEM)).answer).toMatchObject({ kind: "resolved", why: "not-applicable" });
  });
  it("switches a check on that is off otherwise", async () => {
    const config = {
      checks: { [SITE]: { enabled: false } },
      overrides: [{ tags: { env: "*" }, checks: { [SITE]: { enabled: true } } }],
    };
    const { posture } = await swept(config);
    expect(Object.keys(await told(posture, SITE)).toSorted()).toEqual(["dev-site", "prod-site"]);
    expect(bucketsAskedForTags()).toEqual(["bare-site", "dev-site", "prod-site"]);
  });
  it("is applied by a re-check as by a sweep: a changed tag is a changed severity, and stands in the audit", async () => {
    const store = memoryStore();
    const { posture } = await swept({ checks: { [SITE]: { severity: "low" } }, ...graveInProd }, store);
    const { finding } = await findingOf(posture, SITE, "dev-site");
    aws.patchWorld({ accounts: [{ id: ACCOUNT, buckets: [{ Name: "dev-site", ...tagged("prod") }] }] });
    aws.clearCalls();
    await posture.recheck(finding.fingerprint, SYSTEM);
    expect((await findingOf(posture, SITE, "dev-site")).finding.severity).toBe("critical");
    expect(bucketsAskedForTags()).toEqual(["dev-site"]);
    expect(await eventsOn(store, finding.fingerprint)).toContain("severity-changed: failing, low → failing, critical");
  });
});

describe("where tags may not be read", () => {
  const config = { checks: { [SITE]: { severity: "low" } }, ...graveInProd };
  it("a finding has the severity without the rule, says so, and the report names the action", async () => {
    const store = memoryStore();
    aws.addFault({ operation: "s3:GetBucketTagging", kind: "denied" });
    const { posture, sweep } = await swept(config, store);
    const { finding } = await findingOf(posture, SITE, "prod-site");
    expect(finding.severity).toBe("low");
    expect(finding.message.notes[0]).toBe(
      "A rule of the configuration on tags could not be applied: overrides[0] (env=prod); the tags could not be read (denied, s3:GetBucketTagging).",
    );
    expect(sweep.unread).toContainEqual(
      expect.objectContaining({ call: "s3:GetBucketTagging", type: "AWS::S3::Bucket", missing: ["s3:GetBucketTagging"] }),
    );
    aws.clearFaults();
    await posture.sweep();
    expect((await findingOf(posture, SITE, "prod-site")).finding).toMatchObject({ severity: "critical", message: { notes: [] } });
    expect(await eventsOn(store, finding.fingerprint)).toContain("severity-changed: failing, low → failing, critical");
  });
  it("a check that only a tag switches on resolves nothing, and is undecided", async () => {
    const onInProd = {
      checks: { [SITE]: { enabled: false } },
      overrides: [{ tags: { env: "prod" }, checks: { [SITE]: { enabled: true } } }],
    };
    const { posture } = await swept(onInProd);
    expect(await told(posture, SITE)).toEqual({ "prod-site": expect.stringMatching(/open$/) });
    aws.addFault({ operation: "s3:GetBucketTagging", kind: "denied" });
    const { undecided } = await posture.sweep();
    expect((await findingOf(posture, SITE, "prod-site")).finding).toMatchObject({ condition: "failing", stale: { reason: "denied" } });
    expect(undecided).toContainEqual(expect.objectContaining({ checkId: SITE, missing: ["s3:GetBucketTagging"] }));
  });
});

describe("a rule on accounts and regions", () => {
  it("retires findings without a look at the region, and brings them back with their history", async () => {
    const store = memoryStore();
    const all = await swept({}, store);
    const { finding } = await findingOf(all.posture, SSH, "sg-0000000b");
    const groups = (await loadChecks({ folder, file: fileOf({}) })).infos.filter(
      ({ resourceType }) => resourceType === "AWS::EC2::SecurityGroup",
    );
    const off = Object.fromEntries(groups.map(({ id }) => [id, { enabled: false }]));
    aws.clearCalls();
    const without = await swept({ overrides: [{ accounts: [ACCOUNT], regions: ["eu-west-1"], checks: off }] }, store);
    expect(await told(without.posture, SSH)).toEqual({ "sg-0000000a": "critical open", "sg-0000000b": "critical retired" });
    const asked = aws.calls().filter(({ operation }) => operation === "DescribeSecurityGroups");
    expect([...new Set(asked.map(({ region }) => region))]).toEqual(["us-east-1"]);
    const scopesOf = (wanted: string): string[] => without.sweep.coverage.filter(({ type }) => type === wanted).map(({ region }) => region);
    expect(scopesOf("AWS::EC2::SecurityGroup")).toEqual(["us-east-1"]);
    expect(scopesOf("AWS::S3::Bucket")).toEqual(["global"]);
    expect((await without.posture.recheck(finding.fingerprint, SYSTEM)).answer.kind).toBe("unreadable");
    const again = await swept({ overrides: [{ accounts: ["444455556666"], regions: ["eu-west-1"], checks: off }] }, store);
    expect(await findingOf(again.posture, SSH, "sg-0000000b")).toMatchObject({ status: "open", finding: { openedAt: finding.openedAt } });
  });
});

describe("the permissions of a configuration", () => {
  const actionsOf = async (config: object): Promise<readonly string[]> =>
    (await loadChecks({ folder, file: fileOf(config) })).policy.Statement[0].Action;
  it("hold the tags of what rules on tags are about, and of nothing else", async () => {
    expect(await actionsOf({})).not.toContain("s3:GetBucketTagging");
    expect(await actionsOf({ overrides: [{ tags: { env: "dev" }, checks: { [SSH]: { severity: "low" } } }] })).not.toContain(
      "s3:GetBucketTagging",
    );
    expect(await actionsOf(graveInProd)).toEqual([...(await actionsOf({})), "s3:GetBucketTagging"].toSorted());
  });
});
