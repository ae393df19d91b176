export { type AwsAccess, type AwsSettings, type Caller, openAws } from "./access.ts";
export { type Class, classify, isOptIn, type Retry } from "./classify.ts";
export { type ClientClass, type ClientSettings, type HomeRegion, homeRegion } from "./clients.ts";
export { callOf, type CollectorSpec, defineCollector, type FacetReader, type FindAsk, type ListAsk, type ReadAsk } from "./collector.ts";
export { AwsFault, malformed, present } from "./fault.ts";
export { type Limit, type Quota, quotaOf } from "./limits.ts";
export { type EventQueue, QUEUE_CALLS, type QueueMessage, type QueuePlace, type QueueState } from "./queue.ts";
export type { AwsHost, AwsRun, Reply, RunOptions, SendOptions } from "./run.ts";
export type { Chronometer } from "./wire.ts";
