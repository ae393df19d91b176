import { type AwsAccess, openAws } from "@posture/aws-access";
import { collectors } from "@posture/collectors-aws";
import type { Answer, Collector, Listed, Target } from "@posture/core";
import { parseWorld, type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { afterAll, afterEach, beforeAll } from "vitest";

/* The collectors of one account and region, asked by themselves. */

export const ACCOUNT = "111122223333";
export const Region = "us-east-1";
export const TARGET: Target = { accountId: ACCOUNT, partition: "aws", region: Region };
export const groupId = (i: number): string => `sg-${String(i).padStart(8, "0")}`;

let simulated: SimulatedAws;
let aws: AwsAccess;
const before = { ...process.env };

/** Registers what the tests of a file need: a simulated AWS without anything in it. */
export function useCollectors(): void {
  beforeAll(async () => {
    simulated = await startAws({ world: worldOf({}) });
    Object.assign(process.env, { AWS_ENDPOINT_URL: simulated.url, AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "x" });
    aws = openAws({ sleep: () => Promise.resolve() });
  });
  afterEach(() => simulated.clearFaults());
  afterAll(async () => {
    aws.close();
    await simulated.close();
    process.env = before;
  });
}

/** The one that the tests of the file ask. */
export function simulatedAws(): SimulatedAws {
  return simulated;
}

export function worldOf(lists: object): ReturnType<typeof parseWorld> {
  return parseWorld({ accounts: [{ id: ACCOUNT, accessKeyIds: ["AKIDEXAMPLE"], regions: [Region], ...lists }] });
}
export function bound(type: string): Collector {
  const definition = collectors.find(({ kind }) => kind.type === type);
  if (!definition) throw new Error(`nobody collects ${type}`);
  const { kind } = definition;
  const allowed = [...kind.lists, ...Object.values(kind.facets).flatMap(({ read }) => read)];
  const deadline = new Date(Date.now() + 60_000).toISOString();
  return definition.bind(aws.run({ allowed, deadline, accountId: ACCOUNT, partition: "aws" }));
}
export async function listedBy(collector: Collector): Promise<Listed[]> {
  const found: Listed[] = [];
  for await (const it of collector.list(TARGET, new Set())) found.push(it);
  return found;
}

export const group = (i: number, more: object = {}): object => ({
  Region,
  GroupId: groupId(i),
  GroupName: `group-${i}`,
  Description: "",
  ...more,
});
export const refersTo = (i: number): object => ({
  IpProtocol: "tcp",
  FromPort: 22,
  ToPort: 22,
  UserIdGroupPairs: [{ GroupId: groupId(i) }],
});
export const owned = (i: number): readonly object[] => [{ GroupId: groupId(i), GroupName: `group-${i}` }];
/** The group that is asked about. */
export const ME = 1;
export const ANY = { countDetachedInterfaces: true, countMutualReferences: true, isWanted: true };

/** What one facet of group 1 says after a listing, and what it says alone. */
export async function both(facet: string, lists: object): Promise<readonly unknown[]> {
  simulated.setWorld(worldOf({ securityGroups: [group(ME), group(2)], ...lists }));
  const options = facet === "references" ? undefined : ANY;
  const valueOf = (answer: Answer): unknown => (answer.state === "known" ? answer.value : answer);
  const sweeping = bound("AWS::EC2::SecurityGroup");
  const mine = (await listedBy(sweeping)).find(({ ref }) => ref.name === groupId(ME));
  if (!mine) throw new Error("the group is listed");
  const swept = valueOf(await sweeping.read(mine.ref, facet, options));
  const alone = valueOf(await bound("AWS::EC2::SecurityGroup").read(mine.ref, facet, options));
  return [swept, alone];
}
export const twice = (value: unknown): readonly unknown[] => [value, value];
