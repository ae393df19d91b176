import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore } from "@posture/core";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type AccountSize, minimumCalls } from "@posture/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ALL, bucket, each, REGION, REGIONAL, SIZE, WITH_ACL, worldOf } from "./account.test.fixture.ts";
import { createPosture } from "./create.ts";

/* What an account of 50 users, 200 roles and 100 buckets costs: no call more than there must be. */

let aws: SimulatedAws;
let folder: string;
const before = { ...process.env };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "posture-calls-"));
  aws = await startAws({});
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
  });
});
afterAll(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
  process.env = before;
});

async function callsOf(size: AccountSize, account: object): Promise<Record<string, number>> {
  aws.setWorld(worldOf(size, account));
  aws.clearCalls();
  const posture = await createPosture({ store: memoryStore(), folder, aws: { endpoint: aws.url, region: REGION } });
  await posture.sweep();
  await posture.close();
  const names = aws.calls().map(({ service, operation }) => `${service}:${operation}`);
  return Object.fromEntries(
    [
      ...Map.groupBy(
        names.filter((name) => !REGIONAL.test(name)),
        (name) => name,
      ),
    ].map(([name, all]) => [name, all.length]),
  );
}
const total = (calls: Readonly<Record<string, number>>): number => Object.values(calls).reduce((sum, count) => sum + count, 0);

test.each<[string, object, AccountSize, number]>([
  ["whose block is complete", { publicAccessBlock: ALL, buckets: each(SIZE.buckets, bucket) }, SIZE, 327],
  [
    "whose buckets have blocks of their own",
    { buckets: each(SIZE.buckets, (i) => ({ ...bucket(i), PublicAccessBlockConfiguration: ALL })) },
    { ...SIZE, isBlocked: false },
    427,
  ],
  [
    "without blocks, all ACLs in effect",
    { buckets: each(SIZE.buckets, (i) => ({ ...bucket(i), ...WITH_ACL })) },
    { ...SIZE, isBlocked: false, heedingAcls: 100, withAcls: 100 },
    // 627, and for each bucket the question whether it has objects.
    727,
  ],
  [
    "without blocks, all ACLs in effect, three objects in each bucket, and of one a sample",
    {
      buckets: each(SIZE.buckets, (i) => ({ ...bucket(i), ...WITH_ACL, Objects: each(i === 0 ? 60 : 3, (n) => ({ Key: `${n}` })) })),
    },
    { ...SIZE, isBlocked: false, heedingAcls: 100, withAcls: 100, sampledObjects: 50 + 99 * 3 },
    727 + 347,
  ],
])("an account %s costs its minimum", async (_, account, size, calls) => {
  const used = await callsOf(size, account);
  expect(used).toEqual(minimumCalls(size));
  // One more than the formula of the checks: the regions are every run's question.
  expect(total(used)).toBe(calls + 1);
});
