import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import { ZodError } from "zod";

/** Why a call to Slack did not succeed, by what there is to do about it. `why` is for logs and for `lastError`. */
export type Failure = {
  readonly kind: /** Certainly nothing happened at Slack: try again. */
    | "later"
    /** It may have happened, or not. */
    | "unknown"
    /** The blocks or the text are not what Slack takes. */
    | "payload"
    /** The message that was to change, or to be answered, is not there any more. */
    | "gone"
    /** This channel cannot be posted to. */
    | "channel"
    /** The app may not speak at all. */
    | "installation"
    | "other";
  readonly why: string;
  /** Milliseconds that Slack asked to be left alone for. */
  readonly retryAfter?: number;
  /** The permission that the app lacks. */
  readonly needed?: string;
};

const CLASSES: Readonly<Record<Exclude<Failure["kind"], "other">, readonly string[]>> = {
  later: ["ratelimited", "rate_limited", "service_unavailable", "request_timeout", "team_added_to_org"],
  unknown: ["internal_error", "fatal_error"],
  payload: [
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_too_long",
    "msg_blocks_too_long",
    "no_text",
    "too_many_attachments",
    "invalid_arguments",
  ],
  gone: ["message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found", "cannot_reply_to_message"],
  channel: [
    "channel_not_found",
    "is_archived",
    "not_in_channel",
    "restricted_action",
    "posting_to_general_channel_denied",
    "restricted_action_read_only_channel",
  ],
  installation: [
    "token_revoked",
    "token_expired",
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "org_login_required",
    "ekm_access_denied",
    "missing_scope",
    "not_allowed_token_type",
    "forbidden_team",
    "no_permission",
  ],
};

/** The request never left: nothing can have happened. */
const NOT_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT|SELF_SIGNED|ERR_TLS/;

/**
 * Classes what the Web API client threw. Pure.
 * Source: https://docs.slack.dev/reference/methods/chat.postMessage#errors
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof WebAPIRateLimitedError) return { kind: "later", why: "ratelimited", retryAfter: bounded(error.retryAfter * 1000) };
  if (error instanceof WebAPIPlatformError) return { ...ofCode(error.data.error), ...neededIn(error.data) };
  if (error instanceof WebAPIHTTPError) return ofStatus(error);
  if (error instanceof WebAPIRequestError) {
    const why = causesOf(error.original).join(": ");
    return { kind: NOT_SENT.test(why) ? "later" : "unknown", why };
  }
  if (error instanceof ZodError)
    return { kind: "unknown", why: `Slack's answer could not be read: ${error.issues.map(({ path }) => path.join(".")).join(", ")}` };
  return { kind: "unknown", why: causesOf(error).join(": ") };
}

function ofCode(code: string): Failure {
  // The client hands on a body that is no JSON as if it were a code: then nobody knows what happened.
  if (!/^[a-z][a-z0-9_]{1,80}$/.test(code)) return { kind: "unknown", why: "Slack's answer could not be read" };
  for (const kind of ["later", "unknown", "payload", "gone", "channel", "installation"] as const) {
    if (CLASSES[kind].includes(code)) return { kind, why: code };
  }
  return { kind: "other", why: code };
}

function neededIn(data: object): { readonly needed?: string } {
  const needed: unknown = "needed" in data ? data.needed : undefined;
  return typeof needed === "string" && /^[a-z0-9:._,-]{1,200}$/.test(needed) ? { needed } : {};
}

function ofStatus({ statusCode, headers }: WebAPIHTTPError): Failure {
  const why = `HTTP ${statusCode}`;
  if (statusCode === 429) return { kind: "later", why, retryAfter: bounded(Number(headers["retry-after"] ?? 1) * 1000) };
  return statusCode >= 500 ? { kind: "unknown", why } : { kind: "other", why };
}

const QUARTER = 15 * 60_000;
/** Neither negative nor endless, whatever Slack or a proxy says. */
function bounded(milliseconds: number): number {
  return Number.isFinite(milliseconds) ? Math.min(Math.max(milliseconds, 1000), QUARTER) : 1000;
}

function causesOf(error: unknown): string[] {
  const texts: string[] = [];
  for (let at = error; at instanceof Error && texts.length < 5; at = at.cause) {
    const code = "code" in at && typeof at.code === "string" ? `${at.code} ` : "";
    texts.push(`${code}${at.message}`.trim());
  }
  return texts.length > 0 ? texts : [String(error)];
}
