import { type AwsAccess, type AwsRun, openAws } from "@posture/aws-access";
import type { Answer, CollectorDefinition, ListingFailure, ResourceRef, Target } from "@posture/core";
import type { AwsHost } from "@posture/aws-access";
import { streamRef } from "@posture/resources-aws/kinesis";
import { queueRef } from "@posture/resources-aws/sqs";
import { afterEach, describe, expect, test } from "vitest";
import { type Answered, type AnswerServer, type Asked, startAnswers } from "./answers.test.server.ts";
import { streams } from "./kinesis-stream.ts";
import { queues } from "./sqs-queue.ts";

/* Answers that the simulated AWS never gives: older endpoints, look-alikes, and what makes no sense. */

const ACCOUNT = "111122223333";
const TARGET: Target = { accountId: ACCOUNT, partition: "aws", region: "eu-west-1" };
const URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs";
const ARN = "arn:aws:sqs:eu-west-1:111122223333:jobs";
const QUEUE = queueRef(URL, TARGET) ?? ref();
function ref(): ResourceRef {
  throw new Error("that is the URL of a queue");
}

let server: AnswerServer;
let aws: AwsAccess;
const before = { ...process.env };

async function given({ kind }: CollectorDefinition<AwsHost>, answer: (asked: Asked) => Answered): Promise<AwsRun> {
  server = await startAnswers(answer);
  process.env = { ...before, AWS_ENDPOINT_URL: server.endpoint, AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" };
  aws = openAws({ random: () => 0 });
  const allowed = [...kind.lists, ...Object.values(kind.facets).flatMap(({ read }) => read)];
  return aws.run({ allowed, deadline: new Date(Date.now() + 60_000).toISOString(), accountId: ACCOUNT, partition: "aws" });
}
function json(body: object): Answered {
  return { body: JSON.stringify(body), headers: { "content-type": "application/x-amz-json-1.0" } };
}
function refusal(code: string): Answered {
  return { status: 400, body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message: `${code} it is` }) };
}
async function listed(
  definition: CollectorDefinition<AwsHost>,
  answer: (asked: Asked) => Answered,
): Promise<string[] | ListingFailure["gap"]> {
  const names: string[] = [];
  try {
    for await (const found of definition.bind(await given(definition, answer)).list(TARGET, new Set())) names.push(found.ref.name);
    return names;
  } catch (error) {
    if (error instanceof Error && "gap" in error) return Object(error.gap);
    throw error;
  }
}
async function encryption(answer: (asked: Asked) => Answered): Promise<Answer> {
  return queues.bind(await given(queues, answer)).read(QUEUE, "encryption", undefined);
}

afterEach(async () => {
  process.env = { ...before };
  aws.close();
  await server.close();
});

describe("queues", () => {
  test("are none where AWS leaves the list out", async () => expect(await listed(queues, () => json({}))).toEqual([]));
  test("are asked about at the endpoint, whatever host their URL names", async () => {
    const answer = await encryption(({ operation }) =>
      operation === "GetQueueUrl"
        ? json({ QueueUrl: "https://sqs.example.com/111122223333/jobs" })
        : json({ Attributes: { QueueArn: ARN, KmsMasterKeyId: "k" } }),
    );
    expect(answer).toMatchObject({ state: "known", value: { kmsKeyId: "k", sqsManaged: null } });
    expect(server.asked.map(({ operation }) => operation)).toEqual(["GetQueueUrl", "GetQueueAttributes"]);
  });
  test("are asked again without SSE-SQS by an endpoint that does not know it", async () => {
    const answer = await encryption(({ operation, text }) => {
      if (operation === "GetQueueUrl") return json({ QueueUrl: URL });
      return text.includes("SqsManagedSseEnabled") ? refusal("InvalidAttributeName") : json({ Attributes: { QueueArn: ARN } });
    });
    expect(answer).toMatchObject({ state: "known", value: { kmsKeyId: null, sqsManaged: null } });
    expect(server.asked).toHaveLength(3);
  });
  test.each([
    ["TRUE", true],
    ["true", true],
    ["false", false],
  ])("SQS-06: that say %s say %s", async (SqsManagedSseEnabled, sqsManaged) =>
    expect(
      await encryption(({ operation }) =>
        operation === "GetQueueUrl" ? json({ QueueUrl: URL }) : json({ Attributes: { QueueArn: ARN, SqsManagedSseEnabled } }),
      ),
    ).toMatchObject({ value: { sqsManaged } }),
  );
  test("SQS-07: whose key is blank have none", async () =>
    expect(
      await encryption(({ operation }) =>
        operation === "GetQueueUrl"
          ? json({ QueueUrl: URL })
          : json({ Attributes: { QueueArn: ARN, KmsMasterKeyId: " ", SqsManagedSseEnabled: "false" } }),
      ),
    ).toMatchObject({ value: { kmsKeyId: null, sqsManaged: false } }));
  test.each([
    ["another queue", { QueueArn: `${ARN}-other` }],
    ["nothing", {}],
  ])("are not judged by an answer about %s", async (_, Attributes) =>
    expect(
      await encryption(({ operation }) => (operation === "GetQueueUrl" ? json({ QueueUrl: URL }) : json({ Attributes }))),
    ).toMatchObject({
      state: "unreadable",
      reason: "malformed",
    }),
  );
  test("SQS-09: that do not exist are gone, by the older name of the error too", async () => {
    expect(await encryption(() => refusal("QueueDoesNotExist"))).toMatchObject({ state: "gone" });
    await server.close();
    const older = { ...refusal("QueueDoesNotExist"), headers: { "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender" } };
    expect(await encryption(() => older)).toMatchObject({ state: "gone" });
  });
  test("whose URL makes no sense spoil the listing", async () =>
    expect(await listed(queues, () => json({ QueueUrls: ["https://example.com/"] }))).toMatchObject({ reason: "malformed" }));
});

describe("streams", () => {
  const page = (names: readonly string[], HasMoreStreams: boolean): Answered => json({ StreamNames: names, HasMoreStreams });
  test("are listed page by page, also by an endpoint that knows no tokens", async () => {
    const names = await listed(streams, ({ text }) => (text.includes("ExclusiveStartStreamName") ? page(["b"], false) : page(["a"], true)));
    expect(names).toEqual(["a", "b"]);
    expect(server.asked[1]?.text).toContain('"ExclusiveStartStreamName":"a"');
  });
  test.each([
    ["that has no names", json({ HasMoreStreams: false })],
    ["that does not say whether it is the last", json({ StreamNames: [] })],
    ["that announces another and holds nothing", page([], true)],
  ])("are not all there after a page %s", async (_, answer) =>
    expect(await listed(streams, () => answer)).toMatchObject({ reason: "malformed" }),
  );
  test("are not judged by an answer about another one", async () => {
    const summary = { StreamName: "other", StreamStatus: "ACTIVE", EncryptionType: "KMS" };
    const host = await given(streams, () => json({ StreamDescriptionSummary: summary }));
    expect(await streams.bind(host).read(streamRef("clicks", TARGET), "summary", undefined)).toMatchObject({
      state: "unreadable",
      reason: "malformed",
    });
  });
});
