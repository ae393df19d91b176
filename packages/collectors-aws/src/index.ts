import type { AwsHost } from "@posture/aws-access";
import type { CollectorDefinition } from "@posture/core";
import { securityGroups } from "./ec2-security-group.ts";
import { accessKeys } from "./iam-access-key.ts";
import { accounts } from "./iam-account.ts";
import { roles } from "./iam-role.ts";
import { userPolicies } from "./iam-user-policy.ts";
import { users } from "./iam-user.ts";
import { buckets } from "./s3-bucket.ts";

/** Every kind that Posture reads by itself. */
export const collectors: readonly CollectorDefinition<AwsHost>[] = [
  accounts,
  users,
  accessKeys,
  userPolicies,
  roles,
  buckets,
  securityGroups,
];
