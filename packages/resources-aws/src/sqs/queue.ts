import { type CloudEvent, defineResource, type ResourceKind, type ResourceRef } from "@posture/core";
import { z } from "zod";
import { callsTo, eventsFrom, isOwn, Maybe, type Place, regionalArn, Text } from "../declaring.ts";

/** The server-side encryption of a queue. */
export interface QueueEncryption {
  /** As it was set; `null`: it is not set, or blank. */
  readonly kmsKeyId: string | null;
  /** With keys that SQS manages; `null`: this endpoint does not know the setting. */
  readonly sqsManaged: boolean | null;
}

/** The facets of a queue. */
export interface Queue {
  encryption: QueueEncryption;
}

const TYPE = "AWS::SQS::Queue";
const events = eventsFrom("sqs");
const sqs = callsTo("sqs");

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
export const queue: ResourceKind<Queue> = defineResource({
  type: TYPE,
  lists: [sqs("ListQueues")],
  lifecycle: events("CreateQueue", "DeleteQueue"),
  facets: {
    encryption: {
      schema: z.object({ kmsKeyId: Maybe, sqsManaged: z.boolean().nullable() }),
      // The queue's URL is asked for where no listing has brought it.
      read: [sqs("GetQueueAttributes"), sqs("GetQueueUrl")],
      changedBy: events("SetQueueAttributes"),
    },
  },
  locate,
});

/**
 * The queue at a URL; the path alone counts, since older hosts have other forms. `null`: no queue has such a URL.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
 */
export function queueRef(url: string, at: Place): ResourceRef | null {
  const [, owner, name] = /\/(\d{12})\/([\w-]{1,80}(?:\.fifo)?)$/.exec(url) ?? [];
  if (owner === undefined || name === undefined) return null;
  const { accountId, region } = at;
  return { type: TYPE, arn: regionalArn({ ...at, accountId: owner }, "sqs", name), name, accountId, region };
}

const Detail = z.object({
  requestParameters: z.object({ queueUrl: Text }).nullish(),
  responseElements: z.object({ queueUrl: Text }).nullish(),
});

function locate(event: CloudEvent): readonly ResourceRef[] {
  const { requestParameters: asked, responseElements: answered } = Detail.safeParse(event.detail).data ?? {};
  const found = queueRef(asked?.queueUrl ?? answered?.queueUrl ?? "", event);
  return found && isOwn(found.arn, event) ? [found] : [];
}
