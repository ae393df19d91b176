import type { AwsHost } from "@posture/aws-access";
import type { CollectorDefinition } from "@posture/core";
import { securityGroups } from "./ec2-security-group.ts";
import { buckets } from "./s3-bucket.ts";

/** Every kind that Posture reads by itself. */
export const collectors: readonly CollectorDefinition<AwsHost>[] = [buckets, securityGroups];
