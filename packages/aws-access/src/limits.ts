/** A token bucket: `burst` at once, then `perSecond`. */
export interface Limit {
  readonly perSecond: number;
  readonly burst: number;
}

/** One bucket at AWS: everything with the same key in one account and region draws from it. */
export interface Quota {
  readonly key: string;
  readonly limit: Limit;
}

/**
 * Where AWS documents a limit for one operation, that operation has its own bucket.
 * Kinesis: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html
 * SNS: https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html
 */
const BY_OPERATION: ReadonlyMap<string, Limit> = new Map([
  ["kinesis:DescribeStreamSummary", { perSecond: 20, burst: 20 }],
  ["kinesis:ListStreams", { perSecond: 5, burst: 5 }],
  ["sns:ListTopics", { perSecond: 30, burst: 30 }],
  ["sns:GetTopicAttributes", { perSecond: 30, burst: 30 }],
]);

/** EC2 gives every Describe operation a bucket of its own: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html */
const EC2_PER_OPERATION: Limit = { perSecond: 20, burst: 100 };

/** Not published by AWS: what people plan with. A throttle teaches the rest. */
const BY_SERVICE: ReadonlyMap<string, Limit> = new Map([
  ["iam", { perSecond: 15, burst: 30 }],
  ["sts", { perSecond: 50, burst: 100 }],
  ["s3", { perSecond: 500, burst: 1000 }],
  ["s3control", { perSecond: 20, burst: 40 }],
  ["rds", { perSecond: 20, burst: 40 }],
  ["elasticloadbalancing", { perSecond: 20, burst: 40 }],
  ["elasticloadbalancingv2", { perSecond: 20, burst: 40 }],
  ["secretsmanager", { perSecond: 50, burst: 100 }],
  ["sqs", { perSecond: 200, burst: 400 }],
]);
const UNKNOWN_SERVICE: Limit = { perSecond: 20, burst: 40 };

/** The bucket that a call draws from, and what is known of its size before AWS has answered anything. */
export function quotaOf(service: string, operation: string): Quota {
  const name = `${service}:${operation}`;
  const documented = BY_OPERATION.get(name);
  if (documented) return { key: name, limit: documented };
  if (service === "ec2") return { key: name, limit: EC2_PER_OPERATION };
  return { key: service, limit: BY_SERVICE.get(service) ?? UNKNOWN_SERVICE };
}
