import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { settingsOf } from "./settings.ts";

const GOOD = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_SIGNING_SECRET: "0123456789", SLACK_CHANNEL: "C0123456789" };

describe("the settings", () => {
  test("three are enough", () => {
    expect(settingsOf(GOOD)).toMatchObject({ port: 3000, store: undefined, schedule: "*/15 * * * *", slackApiUrl: undefined });
  });
  test("`off` is no schedule", () => expect(settingsOf({ ...GOOD, POSTURE_SCHEDULE: "off" }).schedule).toBeNull());
  test("all that is missing or wrong is named at once, with what to set", () => {
    const wrong = {
      SLACK_BOT_TOKEN: "xapp-1",
      SLACK_SIGNING_SECRET: "",
      PORT: "70000",
      POSTURE_SCHEDULE: "every day",
      SLACK_API_URL: "http://127.0.0.1/api",
    };
    expect(() => settingsOf(wrong)).toThrowErrorMatchingInlineSnapshot(`
      [PostureError: Some settings are missing or wrong:
        SLACK_BOT_TOKEN: it is not a bot token; those begin with xoxb-
        SLACK_CHANNEL: set it to the channel to post in, by id or by name
        PORT: ports end at 65535
        POSTURE_SCHEDULE: it is neither a cron pattern such as "*/15 * * * *" nor "off"
        SLACK_API_URL: it has to end in /api/
        SLACK_SIGNING_SECRET: set it to the signing secret of your Slack app (Basic Information); or, for Socket Mode, set SLACK_APP_TOKEN to an app-level token]
    `);
  });
  test("an empty variable is a missing one", () =>
    expect(() => settingsOf({ ...GOOD, SLACK_CHANNEL: "" })).toThrow("SLACK_CHANNEL: set it to the channel"));
  test("of the two ways to be reached, one has to be given, and only one", () => {
    const { SLACK_SIGNING_SECRET: secret, ...rest } = GOOD;
    expect(settingsOf({ ...rest, SLACK_APP_TOKEN: "xapp-1" })).toMatchObject({ signingSecret: undefined, appToken: "xapp-1" });
    expect(settingsOf(GOOD)).toMatchObject({ signingSecret: secret, appToken: undefined });
    expect(() => settingsOf({ ...GOOD, SLACK_APP_TOKEN: "xapp-1" })).toThrow("SLACK_SIGNING_SECRET is set as well; leave one of them out");
    expect(() => settingsOf(rest)).toThrow("or, for Socket Mode, set SLACK_APP_TOKEN");
    expect(() => settingsOf({ ...rest, SLACK_APP_TOKEN: "xoxb-1" })).toThrow("SLACK_APP_TOKEN: it is not an app-level token");
  });
  test("a secret may stand in a file, and all that is wrong is still named at once, the file before what it should have said", () => {
    const folder = mkdtempSync(join(tmpdir(), "settings-"));
    const file = join(folder, "token");
    writeFileSync(file, "xoxb-2\n");
    const { SLACK_BOT_TOKEN: _, ...rest } = GOOD;
    expect(settingsOf({ ...rest, SLACK_BOT_TOKEN_FILE: file })).toMatchObject({ botToken: "xoxb-2" });
    writeFileSync(file, "not-a-token");
    expect(() => settingsOf({ ...rest, SLACK_BOT_TOKEN_FILE: file })).toThrow("SLACK_BOT_TOKEN: it is not a bot token");
    const wrong = { SLACK_BOT_TOKEN_FILE: "/nowhere/token", SLACK_SIGNING_SECRET_FILE: "/nowhere/secret", PORT: "x" };
    expect(() => settingsOf(wrong)).toThrowErrorMatchingInlineSnapshot(`
      [PostureError: Some settings are missing or wrong:
        SLACK_BOT_TOKEN_FILE: the file /nowhere/token cannot be read: it is not there
        SLACK_SIGNING_SECRET_FILE: the file /nowhere/secret cannot be read: it is not there
        SLACK_CHANNEL: set it to the channel to post in, by id or by name
        PORT: it is not a number]
    `);
    rmSync(folder, { recursive: true });
  });
  test("the token is never repeated", () => {
    expect(() => settingsOf({ ...GOOD, SLACK_BOT_TOKEN: "secret-token", PORT: "x" })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("secret-token") }),
    );
  });
});
