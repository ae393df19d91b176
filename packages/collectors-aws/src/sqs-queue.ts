import { AwsFault, type AwsHost, callOf, defineCollector, malformed, present } from "@posture/aws-access";
import type { CollectorDefinition, ResourceRef } from "@posture/core";
import { type Queue, queue, type QueueEncryption, queueRef } from "@posture/resources-aws/sqs";
import { itemsOf } from "./pages.ts";

const LIST = callOf(queue, "sqs:ListQueues");
const ATTRIBUTES = callOf(queue, "sqs:GetQueueAttributes");
const URL_OF = callOf(queue, "sqs:GetQueueUrl");
/** Without a page size AWS names no next page, and whatever lies past the first thousand is lost. */
const PAGE = 1000;

/** Queues, by region. Their URLs, which the listing brings, are noted for the reader of attributes. */
export const queues: CollectorDefinition<AwsHost> = defineCollector<Queue, string>({
  kind: queue,
  reach: "regional",
  gone: ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"],
  async *list({ aws, target, notes }) {
    const { Sqs, ListQueuesCommand } = await import("./sdk/sqs.ts");
    const urls = itemsOf(LIST, async (NextToken) => {
      const command = new ListQueuesCommand({ MaxResults: PAGE, ...(NextToken && { NextToken }) });
      const { output } = await aws.send(Sqs, command, { region: target.region, call: LIST });
      // AWS leaves the list out where there is no queue.
      return { items: output.QueueUrls === undefined ? [] : output.QueueUrls, next: output.NextToken };
    });
    for await (const url of urls) {
      const ref = queueRef(url, target);
      if (!ref) throw malformed(LIST, `${url} is not the URL of a queue`);
      notes.set(ref.arn, url);
      yield { ref, facets: {} };
    }
  },
  facets: {
    encryption: {
      async read({ aws, ref, notes }) {
        const url = notes.get(ref.arn) ?? (await urlOf(aws, ref));
        notes.set(ref.arn, url);
        const attributes = await attributesOf(aws, ref, url);
        if (attributes["QueueArn"] !== ref.arn) throw malformed(ATTRIBUTES, `the answer is not about ${ref.arn}`);
        return encryptionOf(attributes);
      },
    },
  },
});

async function urlOf(aws: AwsHost, { name, arn, region }: ResourceRef): Promise<string> {
  const { Sqs, GetQueueUrlCommand } = await import("./sdk/sqs.ts");
  const command = new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: arn.split(":")[4] });
  const { output } = await aws.send(Sqs, command, { region, call: URL_OF });
  return present(output.QueueUrl, "QueueUrl", URL_OF);
}

type Attributes = Readonly<Record<string, string>>;

async function attributesOf(aws: AwsHost, { region }: ResourceRef, QueueUrl: string): Promise<Attributes> {
  const { Sqs, GetQueueAttributesCommand } = await import("./sdk/sqs.ts");
  const ask = async (...AttributeNames: ("QueueArn" | "KmsMasterKeyId" | "SqsManagedSseEnabled")[]): Promise<Attributes> => {
    const { output } = await aws.send(Sqs, new GetQueueAttributesCommand({ QueueUrl, AttributeNames }), { region, call: ATTRIBUTES });
    return present(output.Attributes, "Attributes", ATTRIBUTES);
  };
  try {
    return await ask("QueueArn", "KmsMasterKeyId", "SqsManagedSseEnabled");
  } catch (error) {
    // An endpoint from before SSE-SQS does not know the attribute.
    if (!(error instanceof AwsFault) || error.code !== "InvalidAttributeName") throw error;
    return ask("QueueArn", "KmsMasterKeyId");
  }
}

function encryptionOf(attributes: Attributes): QueueEncryption {
  const managed = attributes["SqsManagedSseEnabled"];
  return {
    kmsKeyId: attributes["KmsMasterKeyId"]?.trim() || null,
    sqsManaged: managed === undefined ? null : managed.toLowerCase() === "true",
  };
}
