import { createHash } from "node:crypto";
import { z } from "zod";
import type { Delivery, MessageQueue } from "../queues.ts";
import type { Regional } from "../regional-world.ts";
import { isShape, numberIn, type Shape, shapesIn, textIn, textsIn } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import type { Context, Handler } from "./handler.ts";
import { nameIn, paged, regional } from "./regional.ts";

export const sqs: Readonly<Record<string, Handler>> = {
  ListQueues(input, context) {
    const urls = regional(context, "queues").map((it) => ({ url: urlOf(it, context) }));
    const { items, next } = paged(urls, input, { size: "MaxResults", token: "NextToken", most: 1000 });
    // Without a page size AWS names no next page, and without a queue no list.
    const NextToken = input["MaxResults"] === undefined ? undefined : next;
    return items.length === 0 ? {} : { QueueUrls: items.map(({ url }) => url), NextToken };
  },
  GetQueueUrl(input, context) {
    const found = regional(context, "queues").find((it) => it["QueueName"] === textIn(input, "QueueName"));
    if (!found) throw noQueue();
    return { QueueUrl: urlOf(found, context) };
  },
  GetQueueAttributes(input, context) {
    const found = queueIn(input, context);
    const own = found["Attributes"];
    const { waiting, hidden } = messagesOf(found, context).counts;
    const all = {
      QueueArn: arnOf(found, context),
      SqsManagedSseEnabled: "true",
      VisibilityTimeout: "30",
      ApproximateNumberOfMessages: String(waiting),
      ApproximateNumberOfMessagesNotVisible: String(hidden),
      ...(isShape(own) ? own : {}),
    };
    const names = textsIn(input, "AttributeNames") ?? [];
    return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name) || names.includes("All"))) };
  },
  SendMessage(input, context) {
    const body = textIn(input, "MessageBody") ?? "";
    return { MessageId: messagesOf(queueIn(input, context), context).send(body), MD5OfMessageBody: md5Of(body) };
  },
  async ReceiveMessage(input, context) {
    const found = queueIn(input, context);
    within(input, "MaxNumberOfMessages", 1, 10);
    within(input, "WaitTimeSeconds", 0, 20);
    within(input, "VisibilityTimeout", 0, 43_200);
    const messages = await messagesOf(found, context).receive(
      {
        most: numberIn(input, "MaxNumberOfMessages") ?? 1,
        hiddenFor: 1000 * (numberIn(input, "VisibilityTimeout") ?? Number(attributeOf(found, "VisibilityTimeout") ?? 30)),
        waits: 1000 * (numberIn(input, "WaitTimeSeconds") ?? 0),
        deadLetters: deadLettersOf(found, context),
      },
      context.isOver,
    );
    if (messages.length === 0) return {};
    return {
      Messages: messages.map(({ id, receipt, body, sentAt, times }) => ({
        MessageId: id,
        ReceiptHandle: receipt,
        Body: body,
        MD5OfBody: md5Of(body),
        Attributes: { SentTimestamp: String(sentAt), ApproximateReceiveCount: String(times) },
      })),
    };
  },
  DeleteMessage(input, context) {
    messagesOf(queueIn(input, context), context).remove(textIn(input, "ReceiptHandle") ?? "");
    return {};
  },
  DeleteMessageBatch(input, context) {
    const messages = messagesOf(queueIn(input, context), context);
    const entries = (shapesIn(input, "Entries") ?? []).map((it) => ({ Id: nameIn(it, "Id"), receipt: nameIn(it, "ReceiptHandle") }));
    if (entries.length === 0) throw new AwsError(400, "com.amazonaws.sqs#EmptyBatchRequest", "There should be at least one entry.");
    if (entries.length > 10)
      throw new AwsError(400, "com.amazonaws.sqs#TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.");
    if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
      throw new AwsError(400, "com.amazonaws.sqs#BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id.");
    for (const { receipt } of entries) messages.remove(receipt);
    return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
  },
  ChangeMessageVisibility(input, context) {
    const hidden = messagesOf(queueIn(input, context), context).hide(
      textIn(input, "ReceiptHandle") ?? "",
      1000 * (numberIn(input, "VisibilityTimeout") ?? 0),
    );
    if (!hidden) throw new AwsError(400, "com.amazonaws.sqs#ReceiptHandleIsInvalid", "The input receipt handle is invalid.");
    return {};
  },
};

function within(input: Shape, name: string, least: number, most: number): void {
  const value = numberIn(input, name);
  if (value === undefined || (value >= least && value <= most)) return;
  const why = `Value ${value} for parameter ${name} is invalid. Reason: Must be >= ${least} and <= ${most}, if provided.`;
  throw new AwsError(400, "com.amazonaws.sqs#InvalidParameterValue", why);
}

function queueIn(input: Shape, context: Context): Regional {
  const url = textIn(input, "QueueUrl");
  const all = [...regional(context, "queues"), ...context.state.changes.queues.filter(({ Region }) => Region === context.region)];
  const found = all.find((it) => urlOf(it, context) === url);
  if (!found) throw noQueue();
  return found;
}
function messagesOf(it: Regional, context: Context): MessageQueue {
  return context.state.queues.of(arnOf(it, context));
}
function attributeOf({ Attributes: own }: Regional, name: string): string | undefined {
  return isShape(own) ? textIn(own, name) : undefined;
}
function deadLettersOf(it: Regional, { state }: Context): Delivery["deadLetters"] {
  const written = attributeOf(it, "RedrivePolicy");
  if (written === undefined) return null;
  const { deadLetterTargetArn, maxReceiveCount } = redrive.parse(JSON.parse(written));
  return { after: maxReceiveCount, to: state.queues.of(deadLetterTargetArn) };
}
const redrive = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });

/** The SDK compares it with what it got. */
function md5Of(body: string): string {
  return createHash("md5").update(body).digest("hex");
}

function urlOf(it: Regional, { account, region }: Context): string {
  return `https://sqs.${region}.amazonaws.com/${account.id}/${nameIn(it, "QueueName")}`;
}
function arnOf(it: Regional, { account, region }: Context): string {
  return `arn:aws:sqs:${region}:${account.id}:${nameIn(it, "QueueName")}`;
}

/** The SDK reads the code of the older protocol out of a header of its own. */
function noQueue(): AwsError {
  return new AwsError(400, "com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.", {
    "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender",
  });
}
