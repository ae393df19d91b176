import * as sdk from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type SimulatedAws, startAws } from "../server.ts";

/* The queue where changes are told, as whoever listens sees it. */

const [queue, region] = ["told", "us-east-1"];
let aws: SimulatedAws;
let client: sdk.SQSClient;
let QueueUrl = "";

beforeAll(async () => {
  aws = await startAws();
  QueueUrl = `https://sqs.${region}.amazonaws.com/${aws.world().accounts[0]?.id}/${queue}`;
  client = new sdk.SQSClient({
    region,
    endpoint: aws.url,
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
    useQueueUrlAsEndpoint: false,
  });
});
beforeEach(() => aws.tellChanges({ queue, region }));
afterAll(async () => {
  client.destroy();
  await aws.close();
});

async function received(): Promise<readonly sdk.Message[]> {
  const wish = new sdk.ReceiveMessageCommand({
    QueueUrl,
    VisibilityTimeout: 120,
    MessageSystemAttributeNames: ["ApproximateReceiveCount"],
  });
  return (await client.send(wish)).Messages ?? [];
}

test("what was delivered and not removed is delivered again at once when that is asked for, and counted as delivered twice", async () => {
  aws.tellRaw("as it is");
  expect(aws.told()).toEqual({ waiting: 1, hidden: 0 });
  await received();
  expect([await received(), aws.told()]).toEqual([[], { waiting: 0, hidden: 1 }]);
  aws.tellAgain();
  const [message] = await received();
  expect([message?.Body, message?.Attributes?.ApproximateReceiveCount]).toEqual(["as it is", "2"]);
  await client.send(new sdk.DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
  expect(aws.told()).toEqual({ waiting: 0, hidden: 0 });
});

test("where changes are told nowhere, nothing is there", () => {
  aws.tellChanges(null);
  aws.tellRaw("to nobody");
  aws.tellAgain();
  expect(aws.told()).toEqual({ waiting: 0, hidden: 0 });
});
