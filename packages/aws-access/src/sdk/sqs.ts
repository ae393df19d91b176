import { SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";

// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { DeleteMessageBatchCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";

/** The SDK sends a request about a queue to the host in the queue's URL, which a proxy's endpoint is not; ours go where all others go. */
export class Sqs extends SQSClient {
  constructor(config: SQSClientConfig) {
    super({ ...config, useQueueUrlAsEndpoint: false });
  }
}
