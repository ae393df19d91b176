// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { BatchClient, DescribeComputeEnvironmentsCommand } from "@aws-sdk/client-batch";
