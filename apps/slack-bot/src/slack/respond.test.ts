import { describe, expect, test } from "vitest";
import { isSlackAddress } from "./respond.ts";

describe("an answer is sent", () => {
  test.each([
    ["https://hooks.slack.com/commands/T1/2/x", true],
    ["https://hooks.slack-gov.com/actions/T1/2/x", true],
    ["http://hooks.slack.com/commands/T1/2/x", false],
    ["https://hooks.slack.com.example.com/x", false],
    ["https://hooks.slack.com:8443/x", false],
    ["https://user@hooks.slack.com/x", false],
    ["https://example.com/?hooks.slack.com", false],
    ["http://169.254.169.254/latest/meta-data", false],
    ["file:///etc/passwd", false],
    ["nonsense", false],
  ])("to %s: %s", (url, allowed) => expect(isSlackAddress(url, undefined)).toBe(allowed));
  test("to the local Slack that the settings name, and then to nothing else", () => {
    const api = "http://127.0.0.1:4100/api/";
    expect(isSlackAddress("http://127.0.0.1:4100/respond/1", api)).toBe(true);
    expect(isSlackAddress("http://127.0.0.1:4101/respond/1", api)).toBe(false);
    expect(isSlackAddress("https://hooks.slack.com/commands/1", api)).toBe(false);
  });
});
