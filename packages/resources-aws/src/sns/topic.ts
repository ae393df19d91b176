import { type CloudEvent, defineResource, parseArn, type ResourceKind, type ResourceRef } from "@posture/core";
import { z } from "zod";
import { callsTo, eventsFrom, isOwn, Text } from "../declaring.ts";

/** The facets of a topic. */
export interface Topic {
  /** The key of its server-side encryption, as it was set: key id, key ARN or alias. None: it is not set, or blank. */
  key: string | null;
}

const TYPE = "AWS::SNS::Topic";
const events = eventsFrom("sns");
const sns = callsTo("sns");

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html */
export const topic: ResourceKind<Topic> = defineResource({
  type: TYPE,
  lists: [sns("ListTopics")],
  lifecycle: events("CreateTopic", "DeleteTopic"),
  console: ({ arn, region }) => `sns/v3/home?region=${region}#/topic/${arn}`,
  facets: {
    key: { schema: z.string().min(1).nullable(), read: [sns("GetTopicAttributes")], changedBy: events("SetTopicAttributes") },
  },
  locate,
});

/** `null`: the text is no topic's ARN. */
export function topicRef(arn: string, accountId: string): ResourceRef | null {
  const parsed = parseArn(arn);
  return parsed?.service === "sns" ? { type: TYPE, arn, name: parsed.resource, accountId, region: parsed.region } : null;
}

const Detail = z.object({
  requestParameters: z.object({ topicArn: Text }).nullish(),
  responseElements: z.object({ topicArn: Text }).nullish(),
});

function locate(event: CloudEvent): readonly ResourceRef[] {
  const { requestParameters: asked, responseElements: answered } = Detail.safeParse(event.detail).data ?? {};
  const arn = asked?.topicArn ?? answered?.topicArn ?? "";
  const found = isOwn(arn, event) ? topicRef(arn, event.accountId) : null;
  return found ? [found] : [];
}
