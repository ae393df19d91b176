import { type CloudEvent, defineResource, parseArn, type ResourceKind, type ResourceRef } from "@posture/core";
import { z } from "zod";
import { callsTo, eventsFrom, isOwn, Maybe, type Place, regionalArn, Text } from "../declaring.ts";

/** What DescribeStreamSummary says of a stream. */
export interface StreamSummary {
  /** CREATING, ACTIVE, UPDATING, DELETING. */
  readonly status: string;
  /** NONE or KMS; `null`: not said, which AWS means as NONE. */
  readonly encryptionType: string | null;
  readonly keyId: string | null;
}

/** The facets of a data stream. */
export interface Stream {
  summary: StreamSummary;
}

const TYPE = "AWS::Kinesis::Stream";
const events = eventsFrom("kinesis");
const kinesis = callsTo("kinesis");

/**
 * A Kinesis data stream. Firehose and video streams are other things.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StreamDescriptionSummary.html
 */
export const stream: ResourceKind<Stream> = defineResource({
  type: TYPE,
  lists: [kinesis("ListStreams")],
  lifecycle: events("CreateStream", "DeleteStream"),
  console: ({ name, region }) => `kinesis/home?region=${region}#/streams/details/${name}/monitoring`,
  facets: {
    summary: {
      schema: z.object({ status: z.string().min(1), encryptionType: Maybe, keyId: Maybe }),
      read: [kinesis("DescribeStreamSummary")],
      changedBy: events("StartStreamEncryption", "StopStreamEncryption"),
    },
  },
  locate,
});

export function streamRef(name: string, at: Place): ResourceRef {
  const { accountId, region } = at;
  return { type: TYPE, arn: regionalArn(at, "kinesis", `stream/${name}`), name, accountId, region };
}

const Detail = z.object({ requestParameters: z.object({ streamName: Text, streamARN: Text }).nullish() });

function locate(event: CloudEvent): readonly ResourceRef[] {
  const { requestParameters: asked } = Detail.safeParse(event.detail).data ?? {};
  if (asked?.streamARN !== undefined && !isOwn(asked.streamARN, event)) return [];
  const [, byArn] = /^stream\/([\w.-]+)$/.exec(parseArn(asked?.streamARN ?? "")?.resource ?? "") ?? [];
  const name = asked?.streamName ?? byArn;
  return name ? [streamRef(name, event)] : [];
}
