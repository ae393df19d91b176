// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { GetTopicAttributesCommand, ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
