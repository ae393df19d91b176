import { spawn } from "node:child_process";
import { once } from "node:events";
import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ScanReport } from "../report.ts";
import { bucketCases } from "./buckets.test.fixture.ts";
import { groupCases, makeGroup } from "./groups.test.fixture.ts";
import { credentials, Moto } from "./moto.test.fixture.ts";
import { firstSubnet, idleCases } from "./idle.test.fixture.ts";
import { roleCases, userCases } from "./identities.test.fixture.ts";
import { regionalCases, regionalClients } from "./regional.test.fixture.ts";

/** The same program against an AWS that others wrote: what was set up is what is found, no more and no less. */
const groups: string[] = [];
/** Of what does not run. */
const idleGroups: string[] = [];
/** How the ARNs of the other resources end. */
const made: string[] = [];
let moto: Moto;
let endpoint: string;
let report: ScanReport;

beforeAll(async () => {
  moto = await Moto.started();
  ({ endpoint } = moto);
  const s3 = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true });
  const ec2 = new EC2Client({ endpoint, region: "us-east-1", credentials });
  for (const [i, { setUp }] of bucketCases.entries()) {
    await s3.send(new CreateBucketCommand({ Bucket: bucketName(i) }));
    await setUp?.(s3, bucketName(i));
  }
  for (const [i, given] of groupCases.entries()) groups.push(await makeGroup(ec2, `case-${i}`, given));
  for (const [i, { is, setUp }] of idleCases.entries()) {
    const group = await makeGroup(ec2, `idle-${i}`, { is, permissions: [], fails: [] });
    await setUp({ endpoint, region: "us-east-1", credentials }, { group, subnet: await firstSubnet(ec2) });
    idleGroups.push(group);
  }
  const iam = new IAMClient({ endpoint, region: "us-east-1", credentials });
  for (const [i, { setUp }] of userCases.entries()) await setUp(iam, `user-${i}`);
  for (const [i, { setUp }] of roleCases.entries()) await setUp(iam, `role-${i}`);
  const clients = regionalClients({ endpoint, region: "us-east-1", credentials });
  for (const [i, { setUp }] of regionalCases.entries()) made.push(await setUp(clients, `case-${i}`));
  report = await scan();
}, 120_000);

afterAll(() => moto.stop());

const bucketName = (i: number): string => `moto-case-${i}`;
const failing = (arnEnd: string): string[] =>
  report.findings
    .filter(({ resource }) => resource.arn.endsWith(arnEnd))
    .map(({ checkId }) => checkId)
    .toSorted();

it("covers at least 120 set-ups, and every check fails somewhere that moto can let fail", () => {
  const cases = [...bucketCases, ...groupCases, ...userCases, ...roleCases];
  expect(cases.length + regionalCases.length).toBeGreaterThanOrEqual(120);
  // Not those of root, whom moto's report does not have, and of keys, which cannot be made old there.
  expect(new Set(cases.flatMap(({ fails }) => fails)).size).toBe(15 + 6);
});
it("reads everything: no listing is incomplete", () => expect(report.coverage.incomplete).toEqual([]));

describe("a bucket", () => {
  it.each(bucketCases.map((it, i) => [it.is, bucketName(i), it.fails] as const))("%s", (_, name, fails) =>
    expect(failing(`:::${name}`)).toEqual([...fails].toSorted()),
  );
});
describe("a security group", () => {
  it.each(groupCases.map((it, i) => [it.is, i, it.fails] as const))("%s", (_, i, fails) =>
    expect(failing(`/${groups[i]}`)).toEqual([...fails].toSorted()),
  );
});
describe("a user", () => {
  it.each(userCases.map((it, i) => [it.is, i, it.fails] as const))("%s", (_, i, fails) =>
    expect(failing(`:user/cases/user-${i}`)).toEqual([...fails].toSorted()),
  );
});
describe("a role", () => {
  it.each(roleCases.map((it, i) => [it.is, i, it.fails] as const))("%s", (_, i, fails) =>
    expect(failing(`:role/cases/role-${i}`)).toEqual([...fails].toSorted()),
  );
});
it("has a root user of whom moto's report says nothing, which is no pass and no finding of its use", () =>
  expect(failing(":root")).toEqual(["iam/root-mfa-disabled"]));

/** moto (seen in 5.2) answers neither about shares nor about peered VPCs, so no group is known to be unused. */
it("an answer that moto does not give leaves the use of groups unknown", () => {
  const undecided = report.unknown.filter(({ checkId }) => checkId === "security-group/unused");
  expect(undecided.length).toBeGreaterThanOrEqual(groups.length);
  expect(undecided.every(({ reason }) => reason === "malformed")).toBe(true);
});

describe("a security group that only this names is in use, whatever is not answered:", () => {
  it.each(idleCases.map(({ is }, i) => [is, i] as const))("%s", (_, i) => {
    const judged = [...report.unknown, ...report.findings].filter(({ resource }) => resource.arn.endsWith(`/${idleGroups[i]}`));
    expect(judged.map(({ checkId }) => checkId)).toEqual([]);
  });
});

describe("a resource", () => {
  it.each(regionalCases.map((it, i) => [it.is, i, it.fails] as const))("%s", (_, i, fails) =>
    expect(failing(made[i] ?? "nothing was made")).toEqual([...fails].toSorted()),
  );
  it("of each encryption check but that of the CA fails somewhere", () =>
    expect(new Set(regionalCases.flatMap(({ fails }) => fails)).size).toBe(11));
});

async function scan(): Promise<ScanReport> {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const main = new URL("../main.ts", import.meta.url).pathname;
  const config = new URL("./moto.config.test.fixture.ts", import.meta.url).pathname;
  const child = spawn(
    process.execPath,
    ["--conditions=@posture/source", main, "scan", "--format", "json", "--store", "memory", "--region", "us-east-1", "--config", config],
    { env, stdio: ["ignore", "pipe", "inherit"] },
  );
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, "close");
  expect(code).toBe(0);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own output, whose shape another test holds
  return JSON.parse(Buffer.concat(chunks).toString()) as ScanReport;
}
