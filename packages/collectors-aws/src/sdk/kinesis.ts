// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { DescribeStreamSummaryCommand, KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
