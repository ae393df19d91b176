import type { Regional } from "../regional-world.ts";
import { isShape, textIn, textsIn } from "../shape.ts";
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
    const url = textIn(input, "QueueUrl");
    const found = regional(context, "queues").find((it) => urlOf(it, context) === url);
    if (!found) throw noQueue();
    const own = found["Attributes"];
    const all = { QueueArn: arnOf(found, context), SqsManagedSseEnabled: "true", ...(isShape(own) ? own : {}) };
    const names = textsIn(input, "AttributeNames") ?? [];
    return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name) || names.includes("All"))) };
  },
};

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
