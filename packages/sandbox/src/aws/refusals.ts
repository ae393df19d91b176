import { AwsError } from "./wire/answer.ts";
import type { ServiceName } from "./wire/operations.ts";

/** Operations whose IAM action has another name. Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const ACTIONS: Readonly<Record<string, string>> = {
  "s3:ListBuckets": "s3:ListAllMyBuckets",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
  "s3control:PutPublicAccessBlock": "s3:PutAccountPublicAccessBlock",
  "s3control:DeletePublicAccessBlock": "s3:PutAccountPublicAccessBlock",
};

function actionOf(service: ServiceName, operation: string): string {
  const name = `${service}:${operation}`;
  return ACTIONS[name] ?? name;
}

/** As each service says that the caller may not. */
export function denied(service: ServiceName, operation: string, caller: string): AwsError {
  const action = actionOf(service, operation);
  const message = `User: ${caller} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`;
  if (service === "organizations") return new AwsError(400, "AccessDeniedException", message);
  return new AwsError(403, service === "ec2" ? "UnauthorizedOperation" : "AccessDenied", message);
}

/** As each service says that it is asked too often. */
export function throttled(service: ServiceName): AwsError {
  switch (service) {
    case "ec2":
      return new AwsError(503, "RequestLimitExceeded", "Request limit exceeded.");
    case "s3":
    case "s3control":
      return new AwsError(503, "SlowDown", "Please reduce your request rate.");
    case "organizations":
      return new AwsError(400, "TooManyRequestsException", "You have sent too many requests in too short a period of time.");
    case "iam":
    case "sts":
      return new AwsError(400, "Throttling", "Rate exceeded");
  }
}

export function failed(cause?: unknown): AwsError {
  const message = cause instanceof Error ? cause.message : "We encountered an internal error. Please try again.";
  return new AwsError(500, "InternalError", message);
}
