import { type AwsHost, callOf, defineCollector, malformed, present } from "@posture/aws-access";
import type { CollectorDefinition } from "@posture/core";
import { type Stream, stream, streamRef } from "@posture/resources-aws/kinesis";
import { itemsOf } from "./pages.ts";

const LIST = callOf(stream, "kinesis:ListStreams");
const SUMMARY = callOf(stream, "kinesis:DescribeStreamSummary");
const PAGE = 100;

/** Data streams, by region. */
export const streams: CollectorDefinition<AwsHost> = defineCollector<Stream>({
  kind: stream,
  reach: "regional",
  gone: ["ResourceNotFoundException"],
  async *list({ aws, target }) {
    const { KinesisClient, ListStreamsCommand } = await import("./sdk/kinesis.ts");
    const names = itemsOf(LIST, async (ExclusiveStartStreamName) => {
      const command = new ListStreamsCommand({ Limit: PAGE, ...(ExclusiveStartStreamName && { ExclusiveStartStreamName }) });
      const { output } = await aws.send(KinesisClient, command, { region: target.region, call: LIST });
      const items = present(output.StreamNames, "StreamNames", LIST);
      const hasMore = present(output.HasMoreStreams, "HasMoreStreams", LIST);
      // A page that announces another one and holds nothing leads nowhere.
      if (hasMore && items.length === 0) throw malformed(LIST, "an empty page announces another");
      return { items, next: hasMore ? items.at(-1) : undefined };
    });
    for await (const name of names) yield { ref: streamRef(name, target), facets: {} };
  },
  facets: {
    summary: {
      async read({ aws, ref }) {
        const { KinesisClient, DescribeStreamSummaryCommand } = await import("./sdk/kinesis.ts");
        const command = new DescribeStreamSummaryCommand({ StreamARN: ref.arn });
        const { output } = await aws.send(KinesisClient, command, { region: ref.region, call: SUMMARY });
        const { StreamName, StreamStatus, EncryptionType, KeyId } = present(
          output.StreamDescriptionSummary,
          "StreamDescriptionSummary",
          SUMMARY,
        );
        if (StreamName !== ref.name) throw malformed(SUMMARY, `the answer is not about ${ref.name}`);
        return { status: present(StreamStatus, "StreamStatus", SUMMARY), encryptionType: EncryptionType || null, keyId: KeyId || null };
      },
    },
  },
});
