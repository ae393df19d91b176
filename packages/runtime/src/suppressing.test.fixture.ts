import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Actor, type AuditEvent, DAY, type Finding, type FindingStore, memoryStore, type Rule, verifyLog } from "@posture/core";
import { parseWorld, type SimulatedAws, startAws, type World } from "@posture/sandbox/aws";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { listener } from "./announcer.test.fixture.ts";
import { createPosture } from "./create.ts";
import type { Posture, StatusChange, SuppressAnswer } from "./posture.ts";

/* A swept account of which people ask that something be suppressed, and a clock that can be put forward. */

export const ACCOUNT = "111122223333";
export const SITE = "s3/bucket-website-enabled";
export const ALL_PORTS = "security-group/all-ports-open-to-internet";
export const SSH = "security-group/ssh-open-to-internet";
export const REASON = "Reviewed by the platform team.";
const WebsiteConfiguration = { IndexDocument: { Suffix: "index.html" } };
export const tagged = (env: string): object => ({ TagSet: [{ Key: "env", Value: env }] });
const WORLD: World = parseWorld({
  accounts: [
    {
      id: ACCOUNT,
      regions: ["us-east-1"],
      buckets: [
        { Name: "prod-site", BucketRegion: "us-east-1", WebsiteConfiguration, ...tagged("prod") },
        { Name: "dev-site", BucketRegion: "us-east-1", WebsiteConfiguration, ...tagged("dev") },
        { Name: "quiet", BucketRegion: "us-east-1", ...tagged("prod") },
      ],
      securityGroups: [
        {
          Region: "us-east-1",
          GroupId: "sg-0000000a",
          GroupName: "open",
          VpcId: "vpc-0a1b2c3d4e5f60718",
          Tags: [{ Key: "env", Value: "dev" }],
          IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
        },
      ],
    },
  ],
});
const person = (name: string): Actor => ({ kind: "user", id: `arn:aws:iam::${ACCOUNT}:user/${name}`, via: "cli" });
export const ann: Actor = person("ann");
export const bob: Actor = person("bob");

export let aws: SimulatedAws;
export let folder: string;
const opened: Posture[] = [];
const before = { ...process.env };
/** How far the clock is ahead, in milliseconds. */
let ahead = 0;
export function wait(milliseconds: number): void {
  ahead = milliseconds;
}

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
  folder = mkdtempSync(join(tmpdir(), "posture-suppressing-"));
  aws.setWorld(WORLD);
  aws.clearFaults();
  aws.clearCalls();
  ahead = 0;
});
afterEach(async () => {
  for (const posture of opened.splice(0)) {
    // Whatever was asked, the log follows from what was told.
    assert.equal((await verifyLog(posture.store.records())).bad, null);
    await posture.close();
  }
  rmSync(folder, { recursive: true });
});
afterAll(async () => {
  await aws.close();
  process.env = before;
});

let files = 0;
export function fileOf(config: object): string {
  const file = join(folder, `posture.config.${(files += 1)}.mjs`);
  writeFileSync(file, `export default ${JSON.stringify(config)};`);
  return file;
}
export interface Given {
  readonly posture: Posture;
  readonly store: FindingStore;
  readonly changes: StatusChange[];
}
/** A swept account, and what is announced of it from then on. */
export async function swept(config: object = {}): Promise<Given> {
  const store = memoryStore();
  const changes: StatusChange[] = [];
  const posture = await createPosture({
    store,
    folder,
    configFile: fileOf(config),
    now: () => new Date(Date.now() + ahead).toISOString(),
    announcer: listener((change) => void changes.push(change)),
    aws: { endpoint: aws.url, region: "us-east-1", clock: () => Date.now() + ahead },
    patience: 0,
  });
  opened.push(posture);
  await posture.sweep();
  changes.length = 0;
  return { posture, store, changes };
}
export async function findingOf({ posture }: Given, checkId: string, name: string): Promise<Finding & { readonly status: string }> {
  const found = (await posture.list()).find(({ finding }) => finding.checkId === checkId && finding.ref.name === name);
  if (!found) throw new Error(`there is no finding of ${checkId} on ${name}`);
  return { ...found.finding, status: found.status };
}
export const namesOf = (findings: readonly Finding[]): string[] => findings.map(({ checkId, ref }) => `${checkId} ${ref.name}`).toSorted();
export async function hiddenIn({ posture }: Given): Promise<string[]> {
  return namesOf((await posture.list()).filter(({ status }) => status === "suppressed").map(({ finding }) => finding));
}
export function idOf(answer: SuppressAnswer): string {
  if (answer.kind === "refused") throw new Error(`it was refused: ${answer.why}`);
  return answer.suppression.id;
}
export const days = (count: number): string => new Date(Date.now() + ahead + count * DAY).toISOString();
export async function eventsOf({ store }: Given): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  for await (const record of store.records()) events.push(...record.events);
  return events.filter(({ type }) => type.startsWith("supp") || type === "tags-changed");
}
export const tagReads = (): string[] =>
  aws
    .calls()
    .filter(({ operation }) => operation === "GetBucketTagging")
    .map(({ resource = "" }) => resource)
    .toSorted();

export const BUCKETS: Rule = { arns: ["arn:aws:s3:::*-site"] };
export const BOTH: Rule = { sets: [{ checks: [SITE] }, { checks: [ALL_PORTS], regions: ["us-east-1"] }] };
