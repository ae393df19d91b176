import * as ec2 from "@aws-sdk/client-ec2";
import * as sqs from "@aws-sdk/client-sqs";
import { memoryStore } from "@posture/core";
import { createPosture, type Posture } from "@posture/runtime";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { credentials, Moto } from "./moto.test.fixture.ts";

/* The same listener against a queue that others wrote. moto makes no events of its changes, so that the test sends what CloudTrail would. */

const region = "us-east-1";
const accountId = "123456789012";
const ANN = `arn:aws:iam::${accountId}:user/ann`;
const SSH = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
const deadline = { timeout: 20_000, interval: 50 };

let moto: Moto;
let groups: ec2.EC2Client;
let queues: sqs.SQSClient;
let QueueUrl = "";
let posture: Posture;
const said: string[] = [];
const ending = new AbortController();
let listening: Promise<void>;

beforeAll(async () => {
  moto = await Moto.started();
  const { endpoint } = moto;
  groups = new ec2.EC2Client({ endpoint, region, credentials });
  queues = new sqs.SQSClient({ endpoint, region, credentials });
  ({ QueueUrl = "" } = await queues.send(new sqs.CreateQueueCommand({ QueueName: "posture-events" })));
  posture = await createPosture({
    store: memoryStore(),
    regions: [region],
    eventQueue: QueueUrl,
    // What was worked on leaves the queue after the second look.
    eventPauses: { second: 1000 },
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  });
  listening = posture.listen(ending.signal, (line) => said.push(line));
}, 60_000);

afterAll(async () => {
  ending.abort();
  await listening;
  await posture.close();
  await moto.stop();
});

let events = 0;
function happened(eventName: string, requestParameters: object): Promise<unknown> {
  const detail = {
    eventID: `event-${(events += 1)}`,
    eventName,
    eventSource: "ec2.amazonaws.com",
    eventTime: new Date().toISOString(),
    userIdentity: { type: "IAMUser", arn: ANN },
    requestParameters,
  };
  const body = { version: "0", "detail-type": "AWS API Call via CloudTrail", account: accountId, region, detail };
  return queues.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body) }));
}
async function waiting(): Promise<unknown> {
  const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes } = await queues.send(new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }));
  return AttributeNames.map((name) => Attributes?.[name]);
}

test("a port that is opened is found after its event, resolved after the next, and what was worked on leaves the queue", async () => {
  const { GroupId = "" } = await groups.send(new ec2.CreateSecurityGroupCommand({ GroupName: "app", Description: "app" }));
  await groups.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [SSH] }));
  await happened("AuthorizeSecurityGroupIngress", { groupId: GroupId });
  const open = await vi.waitFor(async () => {
    const [found] = await posture.list({ text: GroupId, statuses: ["open"], checks: ["security-group/ssh-open-to-internet"] });
    if (!found) throw new Error("it is not found yet");
    return found.finding;
  }, deadline);
  expect(open.changed).toMatchObject({ name: "AuthorizeSecurityGroupIngress", by: ANN });

  await groups.send(new ec2.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [SSH] }));
  await happened("RevokeSecurityGroupIngress", { groupId: GroupId });
  const resolved = await vi.waitFor(async () => {
    const { finding } = await posture.find(open.fingerprint);
    if (finding.condition !== "cleared") throw new Error("it is not resolved yet");
    return finding;
  }, deadline);
  expect(resolved.changed?.name).toBe("RevokeSecurityGroupIngress");
  await vi.waitFor(async () => expect(await waiting()).toEqual(["0", "0"]), deadline);
  expect(posture.events()).toMatchObject({ state: "listening", trouble: null, counts: { acted: 2, ignored: 0, refused: 0 } });
  expect(said).toEqual([]);
}, 60_000);
