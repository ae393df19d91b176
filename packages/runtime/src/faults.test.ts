import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finding, isPostureError, memoryStore, type SweepRecord } from "@posture/core";
import { demoWorld, type Fault, type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createPosture } from "./create.ts";
import type { Posture } from "./posture.ts";

/*
 * Each AWS call of a sweep in turn fails in each way: nothing is resolved by it, nothing invented,
 * the sweep ends in time, and the report names what could not be read and the action that is missing.
 */

const KINDS = ["denied", "throttled", "empty", "html", "hang"] as const satisfies readonly Fault["kind"][];
/** The calls of a sweep; a test holds them against what a sweep really calls. */
const READS = [
  "ec2:DescribeLaunchTemplateVersions",
  "ec2:DescribeManagedPrefixLists",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroupReferences",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeVolumes",
  "ec2:GetManagedPrefixListEntries",
  "efs:DescribeFileSystems",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancingv2:DescribeListeners",
  "elasticloadbalancingv2:DescribeLoadBalancers",
  "elasticloadbalancingv2:DescribeRules",
  "kinesis:DescribeStreamSummary",
  "kinesis:ListStreams",
  "kms:ListAliases",
  "lambda:ListFunctions",
  "ram:ListResources",
  "rds:DescribeDBClusters",
  "rds:DescribeDBInstances",
  "iam:GenerateCredentialReport",
  "iam:GetAccountAuthorizationDetails",
  "iam:GetAccountSummary",
  "iam:GetCredentialReport",
  "iam:ListAccessKeys",
  "organizations:ListAccounts",
  "s3:GetBucketAcl",
  "s3:GetBucketEncryption",
  "s3:GetBucketPolicy",
  "s3:GetBucketOwnershipControls",
  "s3:GetBucketWebsite",
  "s3:ListBuckets",
  "s3:GetPublicAccessBlock",
  "s3control:GetPublicAccessBlock",
  "secretsmanager:ListSecrets",
  "sns:GetTopicAttributes",
  "sns:ListTopics",
  "sqs:GetQueueAttributes",
  "sqs:ListQueues",
] as const;
const QUESTIONS = ["ec2:DescribeRegions", "sts:GetCallerIdentity"] as const;
/** In milliseconds. */
const SWEEP_DEADLINE = 30_000;

let aws: SimulatedAws;
let folder: string;
let clean: { readonly findings: readonly Finding[]; readonly sweep: SweepRecord };
const opened: Posture[] = [];
const before = { ...process.env };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "posture-faults-"));
  aws = await startAws({ world: demoWorld() });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_EC2_METADATA_DISABLED: "true",
  });
  const posture = await fresh();
  clean = { sweep: await posture.sweep(), findings: await findingsOf(posture) };
});
afterEach(async () => {
  aws.clearFaults();
  for (const posture of opened.splice(0)) await posture.close();
});
afterAll(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
  process.env = before;
});

/** What waits between attempts waits a thousandth of its time. */
const FASTER = 1000;
/** What hangs is given up after this; what does not, has all the time there is on a busy machine. In milliseconds. */
const HANGS = 400;
const PATIENT = 20_000;

async function fresh({ callDeadlineMs = PATIENT, sweepDeadline = SWEEP_DEADLINE, store = memoryStore() } = {}): Promise<Posture> {
  const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds / FASTER));
  const settings = { endpoint: aws.url, region: "us-east-1", callDeadlineMs, sleep };
  const posture = await createPosture({ store, folder, aws: settings, sweepDeadline, patience: 0 });
  opened.push(posture);
  return posture;
}
const given = (kind: Fault["kind"]): { callDeadlineMs: number } => ({ callDeadlineMs: kind === "hang" ? HANGS : PATIENT });

async function findingsOf(posture: Posture): Promise<Finding[]> {
  return (await posture.list()).map(({ finding }) => finding);
}
const identities = (findings: readonly Finding[]): string[] => findings.map(({ fingerprint }) => fingerprint).toSorted();
const resolved = (findings: readonly Finding[]): string[] =>
  findings.filter(({ condition }) => condition === "cleared").map(({ message }) => message.text);

/** All that the report says about what could not be read. */
function gapsOf({
  coverage,
  undecided,
  unread,
}: SweepRecord): { readonly reason: string; readonly missing: readonly string[]; readonly detail: string }[] {
  return [...coverage.flatMap((scope) => (scope.state === "incomplete" ? [scope.gap] : [])), ...undecided, ...unread];
}

test("the calls that fail below are all the calls of a sweep", async () => {
  aws.clearCalls();
  await (await fresh()).sweep();
  const called = new Set(aws.calls().map(({ service, operation }) => `${service}:${operation}`));
  expect([...called].toSorted()).toEqual([...READS, ...QUESTIONS].toSorted());
});

describe.each(READS)("when %s", (operation) => {
  test.each(KINDS)("is %s, a sweep of what was known resolves nothing, invents nothing, and says what it could not read", async (kind) => {
    const posture = await fresh(given(kind));
    await posture.sweep();
    aws.addFault({ operation, kind });
    const sweep = await posture.sweep();
    const findings = await findingsOf(posture);
    expect(identities(findings)).toEqual(identities(clean.findings));
    expect(resolved(findings)).toEqual([]);
    expectSaid(sweep, kind, operation);
  });
  test.each(KINDS)("is %s from the start, what is found is what there is, and no more", async (kind) => {
    aws.addFault({ operation, kind });
    const posture = await fresh(given(kind));
    const sweep = await posture.sweep();
    const known = new Set(identities(clean.findings));
    expect(identities(await findingsOf(posture)).filter((it) => !known.has(it))).toEqual([]);
    expectSaid(sweep, kind, operation);
  });
});

function expectSaid(sweep: SweepRecord, kind: (typeof KINDS)[number], operation: string): void {
  const gaps = gapsOf(sweep);
  const [, name = ""] = operation.split(":");
  // The name of the call is in the sentence, whatever went wrong with it.
  expect(gaps.length).toBeGreaterThan(0);
  expect(gaps.some(({ detail }) => detail.includes(name) || detail.includes(operation))).toBe(true);
  if (kind === "denied") expect(gaps.flatMap(({ missing }) => missing)).toContainEqual(expect.stringMatching(/^[a-z0-9-]+:[A-Z]/));
  const reasons = new Set(gaps.map(({ reason }) => reason));
  expect([...reasons]).toContain(
    { denied: "denied", throttled: "throttled", empty: "malformed", html: "malformed", hang: "network" }[kind],
  );
}

test("a sweep of calls that hang for longer than it may take ends at its deadline, and says so", async () => {
  const store = memoryStore();
  await (await fresh({ store })).sweep();
  const posture = await fresh({ store, sweepDeadline: 700 });
  aws.addFault({ operation: "s3:GetBucketPolicy", kind: "hang" });
  const begun = performance.now();
  const sweep = await posture.sweep();
  expect(performance.now() - begun).toBeLessThan(PATIENT / 2);
  expect(gapsOf(sweep).some(({ detail }) => detail.includes("the time for this run is up"))).toBe(true);
  expect(resolved(await findingsOf(posture))).toEqual([]);
});

describe.each(QUESTIONS)("when %s", (operation) => {
  test.each(KINDS)("is %s, the sweep is not done, says why, and changes nothing", async (kind) => {
    const posture = await fresh();
    await posture.sweep();
    const known = await findingsOf(posture);
    const other = await fresh(given(kind));
    aws.addFault({ operation, kind });
    const error: unknown = await other.sweep().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(isPostureError(error) && error.next.length > 0).toBe(true);
    expect(await findingsOf(other)).toEqual([]);
    expect(await findingsOf(posture)).toEqual(known);
  });
});
