import type { Regional } from "../regional-world.ts";
import { isShape, textIn } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import type { Context, Handler } from "./handler.ts";
import { nameIn, paged, regional } from "./regional.ts";

/** AWS's pages of topics have a hundred, and no request can change that. */
const PAGE = { size: "", token: "NextToken", most: 100 };

export const sns: Readonly<Record<string, Handler>> = {
  ListTopics(input, context) {
    const { items, next } = paged(
      regional(context, "topics").map((it) => ({ TopicArn: arnOf(it, context) })),
      input,
      PAGE,
    );
    return { Topics: items, NextToken: next };
  },
  GetTopicAttributes(input, context) {
    const arn = textIn(input, "TopicArn");
    const found = regional(context, "topics").find((it) => arnOf(it, context) === arn);
    if (!found) throw new AwsError(404, "NotFound", "Topic does not exist");
    const attributes = found["Attributes"];
    return { Attributes: { TopicArn: arn, Owner: context.account.id, ...(isShape(attributes) ? attributes : {}) } };
  },
};

function arnOf(it: Regional, { account, region }: Context): string {
  return `arn:aws:sns:${region}:${account.id}:${nameIn(it, "TopicName")}`;
}
