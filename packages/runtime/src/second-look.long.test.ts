import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FindingStore, memoryStore, type SweepRecord } from "@posture/core";
import { parseWorld, type SimulatedAws, startAws, type World } from "@posture/sandbox/aws";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPosture } from "./create.ts";
import type { Posture, SweepProgress } from "./posture.ts";

/* An account that seems to be mended all at once: it is read again before that is believed. */

const REGIONS = ["eu-west-1", "us-east-1"];
const openGroup = (n: number): object => ({
  Region: REGIONS[n % 2],
  GroupId: `sg-${String(n).padStart(8, "0")}`,
  GroupName: `ssh ${n}`,
  VpcId: "vpc-0a1b2c3d4e5f60718",
  IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
});
const worldOf = (groups: number, regions = REGIONS): World =>
  parseWorld({
    accounts: [
      {
        id: "111122223333",
        accessKeyIds: ["AKIDEXAMPLE"],
        regions,
        securityGroups: Array.from({ length: groups }, (_, n) => openGroup(n)),
      },
    ],
  });

let aws: SimulatedAws;
let folder: string;
let store: FindingStore;
let posture: Posture;
const before = { ...process.env };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "posture-second-look-"));
  aws = await startAws({});
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
  });
});
beforeEach(async () => {
  store = memoryStore();
  aws.setWorld(worldOf(60));
  posture = await createPosture({ store, folder, aws: { endpoint: aws.url, region: "us-east-1" }, secondLook: 1 });
  await posture.sweep();
});
afterAll(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
  process.env = before;
});

async function openGroups(): Promise<number> {
  return (await posture.list()).filter(
    ({ finding, status }) => finding.checkId === "security-group/ssh-open-to-internet" && status === "open",
  ).length;
}
const heldIn = async (): Promise<string[]> => {
  const notes: string[] = [];
  for await (const { events } of store.records()) notes.push(...events.flatMap(({ type, note }) => (type === "sweep-held" ? [note] : [])));
  return notes;
};
/** A sweep during whose pause the world changes. */
function sweepWith(meanwhile: () => void): Promise<SweepRecord> {
  let isHeld = false;
  const onProgress = ({ doubted }: SweepProgress): void => {
    if (doubted === undefined || isHeld) return;
    isHeld = true;
    meanwhile();
  };
  return posture.sweep({ onProgress });
}

describe("when everything seems to be mended at once", () => {
  it("and a second look says the same, it is resolved, and the audit log and the sweep say how", async () => {
    expect(await openGroups()).toBe(60);
    aws.setWorld(worldOf(0));
    const { held } = await sweepWith(() => aws.clearCalls());
    expect(held).toEqual([
      { accountId: "111122223333", failing: expect.any(Number), resolving: expect.any(Number), resolved: held?.[0]?.resolving },
    ]);
    expect(await openGroups()).toBe(0);
    expect(await heldIn()).toEqual([
      expect.stringMatching(/^account 111122223333: would have resolved \d+ of \d+, so they were read again; \d+ resolved$/),
    ]);
    // Only where something would be resolved is read again.
    const asked = new Set(aws.calls().map(({ service }) => service));
    expect(asked.has("iam")).toBe(false);
    expect(asked.has("ec2")).toBe(true);
  });

  it("and a second look finds it all as it was, nothing is resolved", async () => {
    aws.setWorld(worldOf(0));
    const { held } = await sweepWith(() => aws.setWorld(worldOf(60)));
    expect(held).toMatchObject([{ resolved: 0 }]);
    expect(await openGroups()).toBe(60);
  });

  it("and a second look finds a part of it, what both looks say is resolved", async () => {
    aws.setWorld(worldOf(0));
    await sweepWith(() => aws.setWorld(worldOf(20)));
    expect(await openGroups()).toBe(20);
  });

  it("and the second look is refused, nothing is resolved, and the sweep says what could not be read", async () => {
    aws.setWorld(worldOf(0));
    const sweep = await sweepWith(() => aws.addFault({ operation: "ec2:DescribeSecurityGroups", kind: "denied" }));
    expect(sweep.held).toMatchObject([{ resolved: 0 }]);
    expect(await openGroups()).toBe(60);
    expect(sweep.coverage.filter(({ state }) => state === "incomplete").length).toBeGreaterThan(0);
    aws.clearFaults();
  });
});

it("of a region that is not enabled any more, findings are unmonitored from the next sweep on, and come back with it", async () => {
  aws.setWorld(worldOf(60, ["us-east-1"]));
  await posture.sweep();
  const statuses = async (): Promise<string[]> => [
    ...new Set((await posture.list()).filter(({ finding }) => finding.ref.region === "eu-west-1").map(({ status }) => status)),
  ];
  expect(await statuses()).toEqual(["unmonitored"]);
  aws.setWorld(worldOf(60));
  await posture.sweep();
  expect(await statuses()).not.toContain("unmonitored");
  expect(await openGroups()).toBe(60);
});
