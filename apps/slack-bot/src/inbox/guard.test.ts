import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ReplayGuard, verify } from "./guard.ts";

const SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
const NOW = 1_531_420_618_000;
// The example of https://docs.slack.dev/authentication/verifying-requests-from-slack
const BODY = Buffer.from(
  "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
);
const SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
const good = { timestamp: "1531420618", signature: SIGNATURE, body: BODY };

function signed(timestamp: string, body: Buffer): string {
  return `v0=${createHmac("sha256", SECRET).update(`v0:${timestamp}:`).update(body).digest("hex")}`;
}

describe("a request", () => {
  test("that Slack's own documentation signs is accepted", () => expect(verify(good, SECRET, NOW)).toEqual({ ok: true }));
  test.each([
    ["without a signature", { ...good, signature: undefined }],
    ["without a timestamp", { ...good, timestamp: undefined }],
    ["with another body", { ...good, body: Buffer.from("x") }],
    ["with half a signature", { ...good, signature: SIGNATURE.slice(0, 40) }],
    ["with a signature in capitals", { ...good, signature: SIGNATURE.toUpperCase() }],
    ["with an empty signature", { ...good, signature: "" }],
    ["with a timestamp in hex", { ...good, timestamp: "0x5b479d4a", signature: signed("0x5b479d4a", BODY) }],
    ["with blanks around its timestamp", { ...good, timestamp: " 1531420618", signature: signed(" 1531420618", BODY) }],
    ["with a fraction of a second", { ...good, timestamp: "1531420618.5", signature: signed("1531420618.5", BODY) }],
  ])("%s is refused", (_, request) => expect(verify(request, SECRET, NOW).ok).toBe(false));
  test.each([
    [-301, false],
    [-300, true],
    [300, true],
    [301, false],
    [86_400, false],
  ])("whose timestamp is %i s from now is accepted: %s", (seconds, accepted) => {
    const timestamp = String(NOW / 1000 + seconds);
    expect(verify({ timestamp, signature: signed(timestamp, BODY), body: BODY }, SECRET, NOW).ok).toBe(accepted);
  });
  test("of another secret is refused", () => expect(verify(good, `${SECRET}x`, NOW).ok).toBe(false));
});

describe("a request that is sent twice", () => {
  test("is taken once within ten minutes", () => {
    const guard = new ReplayGuard();
    expect([guard.admits("a", 0), guard.admits("b", 1), guard.admits("a", 2), guard.admits("a", 600_000)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
  test("is forgotten after that, when its timestamp is too old anyway", () => {
    const guard = new ReplayGuard();
    guard.admits("a", 0);
    expect(guard.admits("a", 600_001)).toBe(true);
  });
});
