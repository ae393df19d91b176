import * as sdk from "@aws-sdk/client-sqs";
import { type Finding, type FindingStore, memoryStore } from "@posture/core";
import { demoWorld, type SimulatedAws, startAws } from "@posture/sandbox";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createPosture } from "../create.ts";
import type { Posture } from "../posture.ts";

/* The listener as a bot runs it, with the SDK's own clients, the simulated AWS and its queue. */

const REGION = "us-east-1";
const SSH = "security-group/ssh-open-to-internet";
const OPEN = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
const soon = { timeout: 10_000, interval: 10 };
const [account] = demoWorld().accounts;
if (!account) throw new Error("there is no account");
const { id } = account;
const GROUPS = ["sg-0f0f0f01", "sg-0f0f0f02"].map((GroupId) => ({ GroupId, GroupName: GroupId, Region: REGION }));

let aws: SimulatedAws;
let queue: sdk.SQSClient;
let posture: Posture;
let ending: AbortController;
let listening: Promise<void>;
let said: string[];
/** Each test has its own. */
let number = 0;
let QUEUE = "";
let QueueUrl = "";

beforeAll(async () => {
  aws = await startAws();
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "any",
    AWS_SECRET_ACCESS_KEY: "any",
  }))
    vi.stubEnv(name, value);
  queue = new sdk.SQSClient({
    region: REGION,
    endpoint: aws.url,
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
    useQueueUrlAsEndpoint: false,
  });
});
beforeEach(() => {
  QUEUE = `events-${(number += 1)}`;
  QueueUrl = `https://sqs.${REGION}.amazonaws.com/${id}/${QUEUE}`;
  aws.setWorld(demoWorld());
  aws.patchWorld({ accounts: [{ id, securityGroups: GROUPS }] });
  aws.tellChanges({ queue: QUEUE, region: REGION });
  aws.clearFaults();
  aws.clearCalls();
});
afterEach(async () => {
  ending.abort();
  await listening;
  await posture.close();
});
afterAll(async () => {
  queue.destroy();
  vi.unstubAllEnvs();
  await aws.close();
});

async function listen(store: FindingStore = memoryStore(), pauses = { merge: 100, second: 300 }): Promise<void> {
  posture = await createPosture({
    store,
    folder: import.meta.dirname,
    aws: {},
    eventQueue: QueueUrl,
    eventPauses: { ...pauses, again: 100 },
  });
  ending = new AbortController();
  said = [];
  listening = posture.listen(ending.signal, (line) => said.push(line));
}
const setRules = (rules: readonly object[], [GroupId] = [GROUPS[0]?.GroupId ?? ""]): void =>
  aws.patchWorld({ accounts: [{ id, securityGroups: [{ GroupId, IpPermissions: rules }] }] });
const send = (MessageBody: string): Promise<unknown> => queue.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody }));
async function waiting(): Promise<readonly (string | undefined)[]> {
  const AttributeNames: sdk.QueueAttributeName[] = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
  const { Attributes } = await queue.send(new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return AttributeNames.map((name) => Attributes?.[name]);
}
const emptied = (): Promise<void> => vi.waitFor(async () => expect(await waiting()).toEqual(["0", "0"]), soon);
async function findingsOf(check: string): Promise<readonly Finding[]> {
  const listed = await posture.list({ checks: [check], statuses: ["open", "resolved"] });
  return listed.map(({ finding }) => finding);
}
const reads = (operation: string): number => aws.calls().filter((call) => call.operation === operation).length;
/** An event as AWS tells it, of what has not changed. */
function eventOf(about: object, detail: object = {}): string {
  const told = {
    eventID: "e-1",
    eventName: "AuthorizeSecurityGroupIngress",
    eventSource: "ec2.amazonaws.com",
    eventTime: new Date().toISOString(),
  };
  const requestParameters = { groupId: GROUPS[0]?.GroupId };
  return JSON.stringify({ account: id, region: REGION, detail: { ...told, requestParameters, ...detail }, ...about });
}

describe("what changes in AWS", () => {
  test("is found, resolved and opened again, each after its event, and leaves the queue", async () => {
    await listen();
    setRules([OPEN]);
    await vi.waitFor(async () => expect(await findingsOf(SSH)).toMatchObject([{ condition: "failing", reopened: 0 }]), soon);
    setRules([]);
    await vi.waitFor(async () => expect(await findingsOf(SSH)).toMatchObject([{ condition: "cleared" }]), soon);
    setRules([OPEN]);
    await vi.waitFor(async () => expect(await findingsOf(SSH)).toMatchObject([{ condition: "failing", reopened: 1 }]), soon);
    await emptied();
    expect(posture.events()).toMatchObject({
      state: "listening",
      trouble: null,
      counts: { acted: 3, ignored: 0, repeated: 0, refused: 0 },
    });
    expect(said).toEqual([]);
  });
  test("many times in one resource is read a few times, and once more when it has come to rest", async () => {
    await listen(memoryStore(), { merge: 300, second: 600 });
    for (let i = 0; i < 20; i += 1) setRules(i % 2 === 0 ? [] : [OPEN]);
    await emptied();
    await vi.waitFor(() => expect(reads("DescribeSecurityGroups")).toBe(3), soon);
    expect(await findingsOf(SSH)).toMatchObject([{ condition: "failing" }]);
  });
  test("in many resources of one kind is read together", async () => {
    const ids = Array.from({ length: 120 }, (_, i) => `sg-0e0e${String(i).padStart(4, "0")}`);
    aws.tellChanges(null);
    aws.patchWorld({ accounts: [{ id, securityGroups: ids.map((GroupId) => ({ GroupId, GroupName: GroupId, Region: REGION })) }] });
    aws.tellChanges({ queue: QUEUE, region: REGION });
    aws.patchWorld({ accounts: [{ id, securityGroups: ids.map((GroupId) => ({ GroupId, IpPermissions: [OPEN] })) }] });
    await listen(memoryStore(), { merge: 100, second: 60_000 });
    await vi.waitFor(async () => expect(await findingsOf(SSH)).toHaveLength(120), soon);
    expect(reads("DescribeSecurityGroups")).toBeLessThan(120);
  });
  test("is not told of a resource that fails no check", async () => {
    await listen();
    setRules([{ ...OPEN, IpRanges: [{ CidrIp: "10.0.0.0/8" }] }]);
    await emptied();
    expect(await findingsOf(SSH)).toEqual([]);
  });
  test("and cannot be read is gone from the queue all the same: the next sweep sees it", async () => {
    aws.addFault({ operation: "ec2:DescribeSecurityGroups", kind: "denied" });
    await listen();
    setRules([OPEN]);
    await emptied();
    expect(await findingsOf(SSH)).toEqual([]);
  });
  test("proves a use of the root user by itself", async () => {
    await listen();
    const identity = { type: "Root", arn: `arn:aws:iam::${id}:root`, accountId: id };
    await send(
      eventOf(
        {},
        {
          eventName: "ConsoleLogin",
          eventSource: "signin.amazonaws.com",
          userIdentity: identity,
          responseElements: { ConsoleLogin: "Success" },
        },
      ),
    );
    await vi.waitFor(
      async () =>
        expect(await findingsOf("iam/root-recently-used")).toMatchObject([{ condition: "failing", changed: { name: "ConsoleLogin" } }]),
      soon,
    );
  });
});

describe("a message", () => {
  test("that comes twice, or an event in two messages, is worked on once", async () => {
    await listen();
    setRules([OPEN]);
    await emptied();
    const before = reads("DescribeSecurityGroups");
    await send(eventOf({}));
    await send(eventOf({}));
    await emptied();
    await vi.waitFor(() => expect(posture.events().counts).toMatchObject({ acted: 2, repeated: 1 }), soon);
    expect(reads("DescribeSecurityGroups")).toBeGreaterThan(before);
  });
  test("about another account, a region that nobody watches, or what no check hears changes nothing", async () => {
    await listen();
    // A group that no other test touches: what the one before began may still be asking.
    const [, groupId] = GROUPS.map(({ GroupId }) => GroupId);
    const requestParameters = { groupId };
    await send(eventOf({ account: "999999999999" }, { requestParameters }));
    await send(eventOf({ region: "ap-south-2" }, { requestParameters, eventID: "e-2" }));
    await send(eventOf({}, { requestParameters, eventID: "e-3", eventName: "DescribeSecurityGroups" }));
    await send(eventOf({}, { requestParameters, eventID: "e-4", errorCode: "Client.UnauthorizedOperation" }));
    await emptied();
    expect(posture.events().counts).toEqual({ acted: 0, ignored: 4, repeated: 0, refused: 0 });
    expect(aws.calls().filter(({ resource }) => resource === groupId)).toEqual([]);
  });
  test("that is no event stays for somebody to look at, is said once, and holds up no other", async () => {
    await listen();
    await send("{ rubbish");
    setRules([OPEN]);
    await vi.waitFor(async () => expect(await findingsOf(SSH)).toHaveLength(1), soon);
    await vi.waitFor(async () => expect(await waiting()).toEqual(["0", "1"]), soon);
    expect(said).toEqual([
      expect.stringMatching(
        /^A message of the queue \([-\da-f]+\) is left where it is: it is no CloudTrail record from EventBridge: it is no JSON object\.$/,
      ),
    ]);
    expect(posture.events().counts.refused).toBe(1);
  });
  test("whose change could not be written down comes again, and that is said", async () => {
    const store = memoryStore();
    let isBroken = true;
    const broken: FindingStore = {
      ...store,
      read: store.read.bind(store),
      transact: (wanted, decide) => (isBroken ? Promise.reject(new Error("the disk is full")) : store.transact(wanted, decide)),
    };
    await listen(broken, { merge: 100, second: 60_000 });
    setRules([OPEN]);
    await vi.waitFor(() => expect(posture.events()).toMatchObject({ state: "trouble", trouble: { why: "the disk is full" } }), soon);
    expect(await waiting()).toEqual(["0", "1"]);
    expect(said).toEqual(["A change could not be looked at; it comes again: the disk is full"]);
    isBroken = false;
    setRules([], [GROUPS[1]?.GroupId ?? ""]);
    setRules([OPEN], [GROUPS[1]?.GroupId ?? ""]);
    await vi.waitFor(() => expect(posture.events()).toMatchObject({ state: "listening", trouble: null }), soon);
  });
});

test("a message stays in the queue until its resource was looked at a second time, and then leaves it", async () => {
  await listen(memoryStore(), { merge: 100, second: 1500 });
  setRules([OPEN]);
  await vi.waitFor(async () => expect(await findingsOf(SSH)).toHaveLength(1), soon);
  expect([await waiting(), reads("DescribeSecurityGroups")]).toEqual([["0", "1"], 1]);
  await emptied();
  expect(reads("DescribeSecurityGroups")).toBe(2);
});

describe("a queue", () => {
  test.each([
    ["denies its messages", { kind: "denied" } as const, /denied sqs:ReceiveMessage.*Allow sqs:ReceiveMessage for these credentials/],
    ["answers with errors", { kind: "error500" } as const, /could not be reached/],
    ["cuts the connection", { kind: "reset" } as const, /could not be reached/],
    ["answers with a page of a proxy", { kind: "html" } as const, /answered sqs:ReceiveMessage with something that is not AWS's answer/],
    ["answers with nothing", { kind: "empty" } as const, /the answer is not AWS's/],
  ])("that %s is trouble, which is said once and is over when it answers", async (_, fault, why) => {
    aws.addFault({ operation: "sqs:ReceiveMessage", times: 2, ...fault });
    await listen();
    await vi.waitFor(() => expect(posture.events().trouble?.why).toMatch(why), soon);
    expect(posture.events().state).toBe("trouble");
    setRules([OPEN]);
    await vi.waitFor(async () => expect(await findingsOf(SSH)).toHaveLength(1), soon);
    await vi.waitFor(() => expect(posture.events()).toMatchObject({ state: "listening", trouble: null }), soon);
    expect(said.filter((line) => line.startsWith("No changes can be heard of"))).toHaveLength(1);
  });
  test("that is not there is named, with the next step", async () => {
    aws.tellChanges(null);
    await listen();
    await vi.waitFor(() => expect(posture.events().trouble?.why).toMatch(/^There is no queue https:.*posture events template/), soon);
    aws.tellChanges({ queue: QUEUE, region: REGION });
  });
  test("whose counts are denied is listened to all the same", async () => {
    aws.addFault({ operation: "sqs:GetQueueAttributes", kind: "denied", times: 1 });
    await listen();
    setRules([OPEN]);
    await vi.waitFor(async () => expect(await findingsOf(SSH)).toHaveLength(1), soon);
    expect(posture.events()).toMatchObject({ state: "listening", waiting: null });
    expect(said).toEqual([expect.stringMatching(/^How many changes wait is not known: .*GetQueueAttributes/)]);
  });
  test("from which messages cannot be removed has them come again, and each is one change", async () => {
    aws.addFault({ operation: "sqs:DeleteMessageBatch", kind: "denied", times: 1 });
    await listen();
    setRules([OPEN]);
    await vi.waitFor(() => expect(said).toEqual([expect.stringContaining("could not be removed from the queue, and comes again")]), soon);
    expect(await findingsOf(SSH)).toHaveLength(1);
  });
});

test("where no queue is configured, nothing is listened to", async () => {
  posture = await createPosture({ store: memoryStore(), folder: import.meta.dirname, aws: {} });
  ending = new AbortController();
  listening = posture.listen(ending.signal, () => {});
  await listening;
  expect(posture.events()).toMatchObject({ state: "off", queue: null });
});

test("an address that is none is refused at the start", async () => {
  await listen();
  await expect(
    createPosture({ store: memoryStore(), folder: import.meta.dirname, aws: {}, eventQueue: "posture-events" }),
  ).rejects.toMatchObject({ code: "POSTURE_EVENTS_QUEUE_INVALID" });
});
