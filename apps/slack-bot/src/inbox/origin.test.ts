import { describe, expect, test } from "vitest";
import { foreign } from "./origin.ts";

const OURS = { teamId: "T1", appId: "A1" };

describe("a signed request", () => {
  test.each([
    ["a command of ours", { command: "/posture", api_app_id: "A1", team_id: "T1" }],
    ["a click of ours", { type: "block_actions", api_app_id: "A1", team: { id: "T1" } }],
    ["where the app was installed for a whole organisation", { type: "block_actions", api_app_id: "A1", team: null }],
    [
      "a window of ours that somebody of elsewhere filled in",
      { api_app_id: "A1", team: { id: "T2" }, view: { app_installed_team_id: "T1" } },
    ],
    ["that names neither", { command: "/posture" }],
  ])("is taken: %s", (_, payload) => expect(foreign(payload, OURS)).toBeNull());

  test.each([
    ["of another app", { api_app_id: "A2", team_id: "T1" }, "it is for another app"],
    ["of another workspace's command", { api_app_id: "A1", team_id: "T2" }, "it is from another workspace"],
    ["of another workspace's click", { api_app_id: "A1", team: { id: "T2" } }, "it is from another workspace"],
    ["of a window in another workspace", { team: { id: "T1" }, view: { app_installed_team_id: "T2" } }, "it is from another workspace"],
    ["that says it in no way of Slack's", { api_app_id: 7 }, "it does not say clearly which app and workspace it is for"],
  ])("is refused: %s", (_, payload, why) => expect(foreign(payload, OURS)).toBe(why));

  test("is taken while Slack has not said whose bot this is; nobody is served then anyway", () =>
    expect(foreign({ api_app_id: "A2", team_id: "T2" }, {})).toBeNull());
});
