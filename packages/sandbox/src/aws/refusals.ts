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

/** Services that IAM knows by another name. */
const PREFIXES: Readonly<Partial<Record<ServiceName, string>>> = {
  efs: "elasticfilesystem",
  elasticloadbalancingv2: "elasticloadbalancing",
  eventbridge: "events",
};

function actionOf(service: ServiceName, operation: string): string {
  return ACTIONS[`${service}:${operation}`] ?? `${PREFIXES[service] ?? service}:${operation}`;
}

/** How a service says no, where it is not `AccessDenied` with the status 403. */
const SAYS_NO: Readonly<Partial<Record<ServiceName, readonly [number, string]>>> = {
  batch: [403, "AccessDeniedException"],
  codebuild: [400, "AccessDeniedException"],
  ec2: [403, "UnauthorizedOperation"],
  ecs: [400, "AccessDeniedException"],
  efs: [403, "AccessDeniedException"],
  eventbridge: [400, "AccessDeniedException"],
  glue: [400, "AccessDeniedException"],
  kinesis: [400, "AccessDeniedException"],
  kms: [400, "AccessDeniedException"],
  lambda: [403, "AccessDeniedException"],
  organizations: [400, "AccessDeniedException"],
  ram: [403, "AccessDeniedException"],
  scheduler: [403, "AccessDeniedException"],
  secretsmanager: [400, "AccessDeniedException"],
  sns: [403, "AuthorizationError"],
};

/** As each service says that the caller may not. */
export function denied(service: ServiceName, operation: string, caller: string): AwsError {
  const action = actionOf(service, operation);
  const message = `User: ${caller} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`;
  const [status, code] = SAYS_NO[service] ?? [403, "AccessDenied"];
  return new AwsError(status, code, message);
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
    case "kinesis":
      return new AwsError(400, "LimitExceededException", "Rate exceeded for stream");
    case "batch":
    case "efs":
    case "lambda":
      return new AwsError(429, "TooManyRequestsException", "Rate exceeded");
    case "scheduler":
      return new AwsError(429, "ThrottlingException", "Rate exceeded");
    case "codebuild":
    case "ecs":
    case "eventbridge":
    case "glue":
    case "kms":
    case "ram":
    case "secretsmanager":
      return new AwsError(400, "ThrottlingException", "Rate exceeded");
    default:
      return new AwsError(400, "Throttling", "Rate exceeded");
  }
}

export function failed(cause?: unknown): AwsError {
  const message = cause instanceof Error ? cause.message : "We encountered an internal error. Please try again.";
  return new AwsError(500, "InternalError", message);
}
