import * as sdk from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { OWN, refusalOf, simulated, WORLD } from "../small-world.test.fixture.ts";

const REGION = "us-east-1";
const DEAD = `arn:aws:sqs:${REGION}:${OWN}:dead`;
const [own, ...others] = WORLD.accounts;
if (!own) throw new Error("there is no account");
const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: DEAD, maxReceiveCount: "2" });
const queues = ["plain", "late", "ten", "dead"].map((QueueName) => ({ Region: REGION, QueueName }));
const sandbox = simulated({
  ...WORLD,
  accounts: [{ ...own, queues: [...queues, { Region: REGION, QueueName: "redriven", Attributes: { RedrivePolicy } }] }, ...others],
});
const urlOf = (name: string): string => `https://sqs.${REGION}.amazonaws.com/${OWN}/${name}`;
const send = (name: string, MessageBody: string): Promise<unknown> =>
  sandbox.sqs().send(new sdk.SendMessageCommand({ QueueUrl: urlOf(name), MessageBody }));
async function receive(name: string, how: Partial<sdk.ReceiveMessageCommandInput> = {}): Promise<readonly sdk.Message[]> {
  const input = { QueueUrl: urlOf(name), MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"] as const, ...how };
  const { Messages } = await sandbox.sqs().send(new sdk.ReceiveMessageCommand({ ...input, MessageSystemAttributeNames: ["All"] }));
  return Messages ?? [];
}
const bodies = (messages: readonly sdk.Message[]): unknown => messages.map(({ Body }) => Body);
async function counts(name: string): Promise<unknown> {
  const AttributeNames: sdk.QueueAttributeName[] = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
  const { Attributes } = await sandbox.sqs().send(new sdk.GetQueueAttributesCommand({ QueueUrl: urlOf(name), AttributeNames }));
  return AttributeNames.map((it) => Attributes?.[it]);
}

describe("a queue", () => {
  test("delivers what was sent, hides it then, and counts it as hidden", async () => {
    await send("plain", "one");
    const [message, ...rest] = await receive("plain");
    expect([message?.Body, rest, message?.Attributes?.["ApproximateReceiveCount"]]).toEqual(["one", [], "1"]);
    expect(Number(message?.Attributes?.["SentTimestamp"])).toBeGreaterThan(Date.now() - 60_000);
    expect([await receive("plain"), await counts("plain")]).toEqual([[], ["0", "1"]]);
    await sandbox.sqs().send(new sdk.DeleteMessageCommand({ QueueUrl: urlOf("plain"), ReceiptHandle: message?.ReceiptHandle }));
    expect(await counts("plain")).toEqual(["0", "0"]);
  });
  test("has whoever waits wait, and answers as soon as something comes", async () => {
    const begun = performance.now();
    const waiting = receive("late", { WaitTimeSeconds: 20 });
    await send("late", "late");
    expect(bodies(await waiting)).toEqual(["late"]);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
  test("delivers again what was let go, and then an earlier receipt removes nothing", async () => {
    await send("redriven", "again");
    const [first] = await receive("redriven");
    const entry = { QueueUrl: urlOf("redriven"), ReceiptHandle: first?.ReceiptHandle };
    await sandbox.sqs().send(new sdk.ChangeMessageVisibilityCommand({ ...entry, VisibilityTimeout: 0 }));
    const [second] = await receive("redriven");
    expect(second?.Attributes?.["ApproximateReceiveCount"]).toBe("2");
    await sandbox.sqs().send(new sdk.DeleteMessageCommand(entry));
    expect(await counts("redriven")).toEqual(["0", "1"]);
    await sandbox
      .sqs()
      .send(new sdk.ChangeMessageVisibilityCommand({ ...entry, ReceiptHandle: second?.ReceiptHandle, VisibilityTimeout: 0 }));
    expect(await receive("redriven")).toEqual([]);
    expect(bodies(await receive("dead"))).toEqual(["again"]);
  });
  test("removes ten at once", async () => {
    for (let i = 0; i < 10; i += 1) await send("ten", String(i));
    const Entries = (await receive("ten")).map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
    const { Successful } = await sandbox.sqs().send(new sdk.DeleteMessageBatchCommand({ QueueUrl: urlOf("ten"), Entries }));
    expect(Successful).toHaveLength(10);
    expect(await counts("ten")).toEqual(["0", "0"]);
  });
  test.each([
    ["more messages than ten", { MaxNumberOfMessages: 11 }],
    ["a longer wait than twenty seconds", { WaitTimeSeconds: 21 }],
  ])("refuses %s", async (_, how) => {
    expect(await refusalOf(receive("plain", how))).toBe("InvalidParameterValue 400");
  });
  test("that is not there is refused as AWS does", async () => {
    expect(await refusalOf(receive("none"))).toBe("QueueDoesNotExist 400");
  });
});
