import { type Call, type PostureError, postureError } from "@posture/core";
import type { AwsFault } from "./fault.ts";

/** Who we are. */
export const IDENTITY: Call = { service: "sts", operation: "GetCallerIdentity", action: "sts:GetCallerIdentity" };

/** What a fault is to a person who cannot work before it is mended. `endpoint`: who answered, or did not. */
export function told(fault: AwsFault, endpoint: string): PostureError {
  const { reason, code, call, said } = fault;
  const operation = `${call.service}:${call.operation}`;
  if (code === "CredentialsProviderError" || code === "TokenProviderError")
    return postureError("POSTURE_AWS_CREDENTIALS_MISSING", { cause: said }, fault);
  // Every valid key may ask who it is, so a denial there is about the key.
  if (reason === "credentials" || reason === "region-unavailable" || (call === IDENTITY && reason === "denied"))
    return postureError("POSTURE_AWS_CREDENTIALS_REFUSED", { cause: said }, fault);
  if (reason === "denied") return postureError("POSTURE_AWS_READ_DENIED", { endpoint, operation, action: call.action, cause: said }, fault);
  if (reason === "network" || reason === "throttled") return postureError("POSTURE_AWS_UNREACHABLE", { endpoint, cause: said }, fault);
  return postureError("POSTURE_AWS_ANSWER_MALFORMED", { endpoint, operation, cause: said }, fault);
}
