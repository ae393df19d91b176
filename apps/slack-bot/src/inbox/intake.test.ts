import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readIntake } from "./intake.ts";

const FORM = "application/x-www-form-urlencoded";
const form = (payload: unknown): string => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
const CLICK = {
  type: "block_actions",
  user: { id: "U1", username: "ana" },
  team: { id: "T1" },
  channel: { id: "C1" },
  message: { ts: "1.5", text: "secret" },
  response_url: "https://hooks.slack.com/actions/1",
  trigger_id: "t1",
  actions: [{ type: "button", action_id: "posture_recheck", action_ts: "2.5", value: "v1:x" }],
};

describe("what Slack sends", () => {
  test("a click is read, and only what is used of it is kept", () => {
    const read = readIntake(FORM, form(CLICK), {});
    expect(read.kind === "intake" && read.intake).toMatchObject({
      type: "block_actions",
      message: { ts: "1.5" },
      actions: [{ action_id: "posture_recheck" }],
    });
    expect(JSON.stringify(read)).not.toContain("secret");
  });
  test("a command is read", () => {
    const body = new URLSearchParams({
      command: "/posture",
      text: "summary",
      user_id: "U1",
      channel_id: "C1",
      trigger_id: "t2",
    }).toString();
    expect(readIntake(FORM, body, {})).toMatchObject({ kind: "intake", key: "command:t2", intake: { text: "summary" } });
  });
  test("a field that is there twice is no text, and nothing is done", () => {
    const twice = "command=%2Fposture&text=scan&text=summary&user_id=U1&channel_id=C1&trigger_id=t3";
    expect(readIntake(FORM, twice, {}).kind).toBe("other");
    expect(readIntake(FORM, "payload=%7B%7D&payload=%7B%7D", {}).kind).toBe("rubbish");
  });
  test("a submitted modal is read", () => {
    const view = {
      id: "V1",
      callback_id: "posture_suppress_modal",
      private_metadata: "{}",
      state: { values: { justification: { input: { type: "plain_text_input", value: null } } } },
    };
    expect(readIntake(FORM, form({ type: "view_submission", user: { id: "U1" }, team: null, trigger_id: "1.2", view }), {})).toMatchObject({
      kind: "intake",
      key: "view:V1:1.2",
    });
  });
  test("what happened to the app is read, under the id that Slack gave it", () => {
    const told = (event: object): string =>
      JSON.stringify({ type: "event_callback", event_id: "Ev1", team_id: "T1", token: "secret", event });
    const revoked = readIntake("application/json", told({ type: "tokens_revoked", tokens: { oauth: ["U1"], bot: ["U2"] } }), {});
    expect(revoked).toEqual({
      kind: "intake",
      key: "event:Ev1",
      intake: { type: "event_callback", event_id: "Ev1", team_id: "T1", event: { type: "tokens_revoked", tokens: { bot: ["U2"] } } },
    });
    expect(readIntake("application/json", told({ type: "app_uninstalled" }), {}).kind).toBe("intake");
    expect(readIntake("application/json", told({ type: "channel_rename" }), {}).kind).toBe("other");
  });
  test("the question whether the address is ours is answered", () => {
    expect(readIntake("application/json", '{"type":"url_verification","challenge":"abc"}', {})).toEqual({
      kind: "challenge",
      challenge: "abc",
    });
  });
  test("the same click delivered twice has one key, another click has another", () => {
    const key = (it: object): string => {
      const read = readIntake(FORM, form(it), {});
      return read.kind === "intake" ? read.key : "";
    };
    expect(key(CLICK)).toBe(key({ ...CLICK, trigger_id: "t9" }));
    expect(key(CLICK)).not.toBe(key({ ...CLICK, actions: [{ ...CLICK.actions[0], action_ts: "2.6" }] }));
    expect(key(CLICK)).not.toBe(key({ ...CLICK, user: { id: "U2" } }));
  });
  test.each(["null", "0", "[]", '"x"', "{", ""])("a signed %j is rubbish, and ends nothing", (body) => {
    expect(readIntake("application/json", body, {}).kind).toBe("rubbish");
    expect(readIntake(FORM, new URLSearchParams({ payload: body }).toString(), {}).kind).toBe("rubbish");
  });
  test("what is well-formed and of another kind is of no concern", () => {
    expect(readIntake("application/json", '{"type":"event_callback"}', {}).kind).toBe("other");
  });
  test("no body whatever makes it throw", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(FORM, "application/json", ""),
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((it) => `payload=${encodeURIComponent(it)}`),
        ),
        (type, body) => {
          expect(["intake", "challenge", "other", "rubbish"]).toContain(readIntake(type, body, {}).kind);
        },
      ),
      { seed: 3, numRuns: 500 },
    );
  });
});
