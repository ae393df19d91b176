import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finding, type FindingStore, isPostureError, memoryStore, type SweepRecord } from "@posture/core";
import { demoWorld, type Fault, type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { createPosture } from "./create.ts";
import type { Posture } from "./posture.ts";

/*
 * Each AWS call of a sweep in turn fails in each way: nothing is resolved by it, nothing invented,
 * the sweep ends in time, and the report names what could not be read and the action that is missing.
 * Some of it is tried with every run of the tests, all of it in the longer suite.
 */

export type Kind = Extract<Fault["kind"], "denied" | "throttled" | "empty" | "html" | "hang">;
export const KINDS: readonly Kind[] = ["denied", "throttled", "empty", "html", "hang"];
/** The calls of a sweep; a test holds them against what a sweep really calls. */
export const READS: readonly string[] = [
  "autoscaling:DescribeLaunchConfigurations",
  "batch:DescribeComputeEnvironments",
  "codebuild:BatchGetProjects",
  "codebuild:ListProjects",
  "ec2:DescribeLaunchTemplateVersions",
  "ec2:DescribeManagedPrefixLists",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroupReferences",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeVolumes",
  "ec2:GetManagedPrefixListEntries",
  "ecs:DescribeServices",
  "ecs:ListClusters",
  "ecs:ListServices",
  "efs:DescribeFileSystems",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancingv2:DescribeListeners",
  "elasticloadbalancingv2:DescribeLoadBalancers",
  "elasticloadbalancingv2:DescribeRules",
  "eventbridge:ListEventBuses",
  "eventbridge:ListRuleNamesByTarget",
  "eventbridge:ListTargetsByRule",
  "glue:GetConnections",
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
  "s3:GetObjectAcl",
  "s3:ListBuckets",
  "s3:ListObjectsV2",
  "s3:GetPublicAccessBlock",
  "s3control:GetPublicAccessBlock",
  "scheduler:GetSchedule",
  "scheduler:ListSchedules",
  "secretsmanager:ListSecrets",
  "sns:GetTopicAttributes",
  "sns:ListTopics",
  "sqs:GetQueueAttributes",
  "sqs:ListQueues",
];
/** Asked before anything else: without their answers there is no sweep. */
export const QUESTIONS: readonly string[] = ["ec2:DescribeRegions", "sts:GetCallerIdentity"];

/** In milliseconds. */
const SWEEP_DEADLINE = 30_000;
/** What waits between attempts waits a thousandth of its time. */
const FASTER = 1000;
/** Where something hangs, every call is given up after this: as long as a busy machine needs for one that does not. In milliseconds. */
const HANGS = 1_000;
export const PATIENT = 20_000;

let simulated: SimulatedAws;
let folder: string;
let clean: { readonly findings: readonly Finding[]; readonly store: FindingStore };
const opened: Posture[] = [];
const before = { ...process.env };

/** Registers what the tests of a file need: a simulated AWS, and a store that a clean sweep has filled. */
export function useFaults(): void {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "posture-faults-"));
    simulated = await startAws({ world: demoWorld() });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: simulated.url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "x",
      AWS_EC2_METADATA_DISABLED: "true",
    });
    const posture = await fresh();
    await posture.sweep();
    clean = { store: posture.store, findings: await findingsOf(posture) };
  });
  afterEach(async () => {
    simulated.clearFaults();
    for (const posture of opened.splice(0)) await posture.close();
  });
  afterAll(async () => {
    await simulated.close();
    rmSync(folder, { recursive: true });
    process.env = before;
  });
}

interface Limits {
  readonly callDeadlineMs?: number;
  readonly sweepDeadline?: number;
  readonly store?: FindingStore;
}
export async function fresh({
  callDeadlineMs = PATIENT,
  sweepDeadline = SWEEP_DEADLINE,
  store = memoryStore(),
}: Limits = {}): Promise<Posture> {
  const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds / FASTER));
  const settings = { endpoint: simulated.url, region: "us-east-1", callDeadlineMs, sleep };
  const posture = await createPosture({ store, folder, aws: settings, sweepDeadline, patience: 0 });
  opened.push(posture);
  return posture;
}
function deadlineOf(kind: Kind): Limits {
  return { callDeadlineMs: kind === "hang" ? HANGS : PATIENT };
}

/** What a clean sweep has left, in a store of its own. */
export async function knownStore(): Promise<FindingStore> {
  const store = memoryStore();
  for await (const { at, events, writes } of clean.store.records())
    await store.transact({}, () => ({ at, events, writes, result: undefined }));
  return store;
}

/** The one that the tests of the file ask. */
export function aws(): SimulatedAws {
  return simulated;
}

export function fail(fault: Fault): void {
  simulated.addFault(fault);
}

/** The calls of a clean sweep, by service and operation. */
export async function callsOfSweep(): Promise<readonly string[]> {
  simulated.clearCalls();
  await (await fresh()).sweep();
  return [...new Set(simulated.calls().map(({ service, operation }) => `${service}:${operation}`))].toSorted();
}

/** A sweep of what was known resolves nothing, invents nothing, and says what it could not read. */
export async function expectNothingLost(operation: string, kind: Kind): Promise<void> {
  const posture = await fresh({ ...deadlineOf(kind), store: await knownStore() });
  simulated.addFault({ operation, kind });
  const sweep = await posture.sweep();
  const findings = await findingsOf(posture);
  expect(identities(findings)).toEqual(identities(clean.findings));
  expect(resolvedIn(findings)).toEqual([]);
  expectSaid(sweep, kind, operation);
}

/** What a first sweep finds is what there is, and no more. */
export async function expectNothingInvented(operation: string, kind: Kind): Promise<void> {
  simulated.addFault({ operation, kind });
  const posture = await fresh(deadlineOf(kind));
  const sweep = await posture.sweep();
  const known = new Set(identities(clean.findings));
  expect(identities(await findingsOf(posture)).filter((it) => !known.has(it))).toEqual([]);
  expectSaid(sweep, kind, operation);
}

/** The sweep is not done, says why, and changes nothing. */
export async function expectNotDone(operation: string, kind: Kind): Promise<void> {
  const posture = await fresh({ ...deadlineOf(kind), store: await knownStore() });
  const known = await findingsOf(posture);
  simulated.addFault({ operation, kind });
  const error: unknown = await posture.sweep().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(isPostureError(error) && error.next.length > 0).toBe(true);
  expect(await findingsOf(posture)).toEqual(known);
}

export async function findingsOf(posture: Posture): Promise<Finding[]> {
  return (await posture.list()).map(({ finding }) => finding);
}
const identities = (findings: readonly Finding[]): string[] => findings.map(({ fingerprint }) => fingerprint).toSorted();
export const resolvedIn = (findings: readonly Finding[]): string[] =>
  findings.filter(({ condition }) => condition === "cleared").map(({ message }) => message.text);

/** All that the report says about what could not be read. */
export function gapsOf({
  coverage,
  undecided,
  unread,
}: SweepRecord): { readonly reason: string; readonly missing: readonly string[]; readonly detail: string }[] {
  return [...coverage.flatMap((scope) => (scope.state === "incomplete" ? [scope.gap] : [])), ...undecided, ...unread];
}

const REASONS = { denied: "denied", throttled: "throttled", empty: "malformed", html: "malformed", hang: "network" } as const;

function expectSaid(sweep: SweepRecord, kind: Kind, operation: string): void {
  const gaps = gapsOf(sweep);
  const [, name = ""] = operation.split(":");
  // The name of the call is in the sentence, whatever went wrong with it.
  expect(gaps.length).toBeGreaterThan(0);
  expect(gaps.some(({ detail }) => detail.includes(name) || detail.includes(operation))).toBe(true);
  if (kind === "denied") expect(gaps.flatMap(({ missing }) => missing)).toContainEqual(expect.stringMatching(/^[a-z0-9-]+:[A-Z]/));
  expect(gaps.map(({ reason }) => reason)).toContain(REASONS[kind]);
}
