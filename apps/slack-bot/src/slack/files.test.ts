import { describe, expect, test } from "vitest";
import { isUploadAddress } from "./files.ts";

describe("findings are sent", () => {
  test.each([
    ["to Slack", "https://files.slack.com/upload/v1/abc", "https://slack.com/api/"],
    ["to Slack for governments", "https://files.slack-gov.com/upload/v1/abc", "https://slack-gov.com/api/"],
    ["to the local Slack that is used", "http://127.0.0.1:4000/upload/v1/abc", "http://127.0.0.1:4000/api/"],
  ])("%s", (_, url, api) => expect(isUploadAddress(url, api)).toBe(true));
  test.each([
    ["not without encryption", "http://files.slack.com/upload", "https://slack.com/api/"],
    ["not to another host", "https://files.slack.com.example.com/upload", "https://slack.com/api/"],
    ["not to a host that ends like Slack's", "https://notslack.com/upload", "https://slack.com/api/"],
    ["not to another port", "https://files.slack.com:8443/upload", "https://slack.com/api/"],
    ["not with a name and a password", "https://a:b@files.slack.com/upload", "https://slack.com/api/"],
    ["not from a local Slack to the real one", "https://files.slack.com/upload", "http://127.0.0.1:4000/api/"],
    ["not to another port of this machine", "http://127.0.0.1:4001/upload", "http://127.0.0.1:4000/api/"],
  ])("%s", (_, url, api) => expect(isUploadAddress(url, api)).toBe(false));
});
