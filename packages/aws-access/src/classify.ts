import type { UnknownReason } from "@posture/core";
import { z } from "zod";

/** How a failed request may be tried again. */
export type Retry = "throttle" | "transient" | "skew" | "never";

/** What a failed request means, whatever service it went to. */
export interface Class {
  readonly reason: UnknownReason;
  readonly retry: Retry;
  /** AWS's error code, or the name of the network's error. */
  readonly code: string;
  readonly status?: number;
  readonly message: string;
  /** Milliseconds that the answer asked us to wait. */
  readonly retryAfterMs?: number;
  /** S3 says that the bucket is in this other region. */
  readonly elsewhere?: string;
}

/** Source: the error lists of the services' API references; EC2: https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html */
const DENIED = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "AccessDeniedFault",
  "UnauthorizedOperation",
  "AuthorizationError",
  "AuthorizationErrorException",
  "NotAuthorized",
  "NotAuthorizedException",
  "UnauthorizedAccess",
  "UnauthorizedException",
  "Forbidden",
  "AllAccessDisabled",
  "AccountProblem",
  "Blocked",
]);
const THROTTLED = new Set([
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestLimitExceeded",
  "TooManyRequests",
  "TooManyRequestsException",
  "SlowDown",
  "PriorRequestNotComplete",
  "EC2ThrottledException",
  "BandwidthLimitExceeded",
  "ProvisionedThroughputExceededException",
  "LimitExceededException",
]);
/** What AWS also says in a region that the account has not enabled. */
const STRANGER = new Set(["InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "InvalidAccessKeyId", "InvalidToken"]);
const CREDENTIALS = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "TokenRefreshRequired",
  "SignatureDoesNotMatch",
  "InvalidSignatureException",
  "IncompleteSignature",
  "IncompleteSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "MissingSecurityHeader",
  "NotSignedUp",
  "CredentialsProviderError",
  "TokenProviderError",
]);
const SKEWED = new Set(["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "SignatureExpired"]);
const UNANSWERED = new Set([
  "TimeoutError",
  "AbortError",
  "RequestTimeout",
  "RequestTimeoutException",
  "InternalFailure",
  "InternalError",
  "InternalServerError",
  "InternalServiceError",
  "ServiceFailure",
]);

/** Launched after 20 March 2019, a region has to be opted into; these are all that were there before. Source: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html */
const ALWAYS_ON = new Set([
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "ca-central-1",
  "sa-east-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "eu-central-1",
  "eu-north-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-south-1",
]);

/** GovCloud, China and the isolated partitions have no regions to opt into. */
export function isOptIn(region: string): boolean {
  return !ALWAYS_ON.has(region) && !/^(us-gov|cn|us-iso|us-isob|us-isof|eu-isoe|eusc)-/.test(region);
}

const thrown = z.object({
  name: z.string().optional().catch(undefined),
  Code: z.string().optional().catch(undefined),
  Region: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
  $response: z
    .object({ statusCode: z.number().optional(), headers: z.record(z.string(), z.string()).optional() })
    .optional()
    .catch(undefined),
});

/** What the SDK threw, in our words. Pure; never throws. */
export function classify(error: unknown, region: string): Class {
  const { name = "", Code, Region, code: systemCode, message = "", $metadata, $response } = thrown.safeParse(error).data ?? {};
  const status = $response?.statusCode ?? $metadata?.httpStatusCode;
  const code = codeOf(name, Code, systemCode);
  const retryAfterMs = secondsIn($response?.headers?.["retry-after"]);
  const elsewhere = isRedirect(code, status) ? ($response?.headers?.["x-amz-bucket-region"] ?? Region) : undefined;
  const rest = {
    code,
    message,
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(elsewhere && { elsewhere }),
  };

  if (code === "OptInRequired" || (STRANGER.has(code) && isOptIn(region))) return { reason: "region-unavailable", retry: "never", ...rest };
  if (STRANGER.has(code) || CREDENTIALS.has(code)) return { reason: "credentials", retry: "never", ...rest };
  if (SKEWED.has(code)) return { reason: "credentials", retry: "skew", ...rest };
  if (DENIED.has(code)) return { reason: "denied", retry: "never", ...rest };
  if (THROTTLED.has(code) || status === 429 || (status === 503 && isAwsCode(code)))
    return { reason: "throttled", retry: "throttle", ...rest };
  if (UNANSWERED.has(code) || isSystemCode(code) || (status !== undefined && status >= 500))
    return { reason: "network", retry: "transient", ...rest };
  if (status === 403 || status === 401) return { reason: "denied", retry: "never", ...rest };
  return { reason: "malformed", retry: "never", ...rest };
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function isRedirect(code: string, status: number | undefined): boolean {
  return status === 301 || status === 307 || code === "AuthorizationHeaderMalformed" || code === "IllegalLocationConstraintException";
}

/** The SDK names an answer it does not know `Unknown` or `UnknownError`; the network's errors have a name that says nothing and a code. */
function codeOf(name: string, Code: string | undefined, systemCode: string | undefined): string {
  if (systemCode !== undefined && isSystemCode(systemCode)) return systemCode;
  return isAwsCode(name) ? name : (Code ?? (name || "Unknown"));
}

function isAwsCode(code: string): boolean {
  return /^[A-Z][A-Za-z.]+$/.test(code) && !["Error", "Unknown", "UnknownError", "SyntaxError", "TypeError"].includes(code);
}

function isSystemCode(code: string): boolean {
  return /^(E[A-Z]+(_[A-Z]+)*|ERR_(TLS|SSL|SOCKET|HTTP2?|STREAM)_\w+|CERT_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+)$/.test(code);
}

function secondsIn(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}
