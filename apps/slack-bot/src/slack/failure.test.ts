import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import { describe, expect, test } from "vitest";
import { failureOf } from "./failure.ts";

const platform = (error: string): WebAPIPlatformError => new WebAPIPlatformError({ ok: false, error });
const http = (status: number, headers: Record<string, string> = {}): WebAPIHTTPError => new WebAPIHTTPError(status, "", headers);
const request = (code: string): WebAPIRequestError =>
  new WebAPIRequestError(new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) }));

describe("what Slack's refusals mean", () => {
  test.each([
    ["service_unavailable", "later"],
    ["internal_error", "unknown"],
    ["fatal_error", "unknown"],
    ["invalid_blocks", "payload"],
    ["msg_blocks_too_long", "payload"],
    ["message_not_found", "gone"],
    ["thread_not_found", "gone"],
    ["not_in_channel", "channel"],
    ["is_archived", "channel"],
    ["token_revoked", "installation"],
    ["missing_scope", "installation"],
    ["not_allowed_token_type", "installation"],
    ["never_heard_of", "other"],
    ["<html>", "unknown"],
    ["", "unknown"],
  ])("%j: %s", (code, kind) => expect(failureOf(platform(code)).kind).toBe(kind));
  test.each([
    [-5, 1000],
    [30, 30_000],
    [1e9, 900_000],
    [Number.NaN, 1000],
  ])("a pause of %d s is %d ms", (seconds, milliseconds) => {
    expect(failureOf(new WebAPIRateLimitedError(seconds))).toMatchObject({ kind: "later", retryAfter: milliseconds });
  });
  test("429 without a word on how long is a second", () => expect(failureOf(http(429))).toMatchObject({ kind: "later", retryAfter: 1000 }));
  test.each([500, 502, 503])("after %i nobody knows", (status) => expect(failureOf(http(status)).kind).toBe("unknown"));
  test.each(["ECONNREFUSED", "ENOTFOUND", "UND_ERR_CONNECT_TIMEOUT"])("%s: nothing was sent", (code) =>
    expect(failureOf(request(code)).kind).toBe("later"),
  );
  test.each(["ECONNRESET", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT"])("%s: it may have arrived", (code) =>
    expect(failureOf(request(code)).kind).toBe("unknown"),
  );
  test("anything else is not known to be harmless", () => expect(failureOf("boom").kind).toBe("unknown"));
});
