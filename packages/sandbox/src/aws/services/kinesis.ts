import type { Regional } from "../regional-world.ts";
import { numberIn, type Shape, textIn } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import type { Context, Handler } from "./handler.ts";
import { nameIn, regional, shapeOf } from "./regional.ts";

const PAGE = 100;

export const kinesis: Readonly<Record<string, Handler>> = {
  ListStreams(input, context) {
    const names = regional(context, "streams")
      .map((it) => nameIn(it, "StreamName"))
      .toSorted();
    const after = textIn(input, "ExclusiveStartStreamName") ?? "";
    const rest = names.filter((name) => name > after);
    const shown = rest.slice(0, numberIn(input, "Limit") ?? PAGE);
    return { StreamNames: shown, HasMoreStreams: shown.length < rest.length };
  },
  DescribeStreamSummary(input, context) {
    const [arn, name] = [textIn(input, "StreamARN"), textIn(input, "StreamName")];
    const found = regional(context, "streams").find((it) => arnOf(it, context) === arn || it["StreamName"] === name);
    if (!found) throw new AwsError(400, "ResourceNotFoundException", `Stream ${arn ?? name ?? ""} under account not found.`);
    return { StreamDescriptionSummary: summaryOf(found, context) };
  },
};

function summaryOf(it: Regional, context: Context): Shape {
  return {
    StreamARN: arnOf(it, context),
    StreamStatus: "ACTIVE",
    RetentionPeriodHours: 24,
    StreamCreationTimestamp: "2024-01-01T00:00:00.000Z",
    EnhancedMonitoring: [],
    OpenShardCount: 1,
    EncryptionType: "NONE",
    ...shapeOf(it),
  };
}

function arnOf(it: Regional, { account, region }: Context): string {
  return `arn:aws:kinesis:${region}:${account.id}:stream/${nameIn(it, "StreamName")}`;
}
