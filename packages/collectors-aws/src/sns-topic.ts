import { type AwsHost, callOf, defineCollector, malformed, present } from "@posture/aws-access";
import type { CollectorDefinition } from "@posture/core";
import { type Topic, topic, topicRef } from "@posture/resources-aws/sns";
import { itemsOf } from "./pages.ts";

const LIST = callOf(topic, "sns:ListTopics");
const ATTRIBUTES = callOf(topic, "sns:GetTopicAttributes");

/** Topics, by region. */
export const topics: CollectorDefinition<AwsHost> = defineCollector<Topic>({
  kind: topic,
  reach: "regional",
  gone: ["NotFound", "NotFoundException"],
  async *list({ aws, target }) {
    const { SNSClient, ListTopicsCommand } = await import("./sdk/sns.ts");
    const arns = itemsOf(LIST, async (NextToken) => {
      const command = new ListTopicsCommand({ ...(NextToken && { NextToken }) });
      const { output } = await aws.send(SNSClient, command, { region: target.region, call: LIST });
      return { items: present(output.Topics, "Topics", LIST), next: output.NextToken };
    });
    for await (const { TopicArn } of arns) {
      const ref = topicRef(present(TopicArn, "TopicArn", LIST), target.accountId);
      if (!ref) throw malformed(LIST, `${TopicArn} is not the ARN of a topic`);
      yield { ref, facets: {} };
    }
  },
  facets: {
    key: {
      async read({ aws, ref }) {
        const { SNSClient, GetTopicAttributesCommand } = await import("./sdk/sns.ts");
        const command = new GetTopicAttributesCommand({ TopicArn: ref.arn });
        const { output } = await aws.send(SNSClient, command, { region: ref.region, call: ATTRIBUTES });
        const { TopicArn, KmsMasterKeyId } = present(output.Attributes, "Attributes", ATTRIBUTES);
        if (TopicArn !== ref.arn) throw malformed(ATTRIBUTES, `the answer is not about ${ref.arn}`);
        return KmsMasterKeyId?.trim() || null;
      },
    },
  },
});
