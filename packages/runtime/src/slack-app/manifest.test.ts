import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { REQUEST_PATH, requestAddress, slackManifest, type SlackWay } from "./manifest.ts";
import { SLACK_METHODS, slackScopes } from "./methods.ts";

const HTTP: SlackWay = { kind: "http", url: "https://posture.example.com/slack/events" };
const SOCKET: SlackWay = { kind: "socket" };

const address = z.url({ protocol: /^https$/ }).max(3000);
/** The parts that Posture uses, each held as Slack holds it. Source: https://docs.slack.dev/reference/app-manifest and github.com/slackapi/manifest-schema, 2.0.0 */
const asSlackTakesIt = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(2) }),
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().min(1).max(140),
    long_description: z.string().min(175).max(4000),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.boolean(),
      messages_tab_enabled: z.boolean(),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    bot_user: z.strictObject({ display_name: z.string().regex(/^[a-z0-9._-]{1,80}$/), always_online: z.boolean() }),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().regex(/^\/\S{1,31}$/),
          url: address.optional(),
          description: z.string().min(1).max(2000),
          usage_hint: z.string().min(1).max(1000),
          should_escape: z.boolean(),
        }),
      )
      .min(1)
      .max(50),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string().max(50)).max(255) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: address.optional(), bot_events: z.array(z.string().max(50)).max(100) }),
    interactivity: z.strictObject({ is_enabled: z.boolean(), request_url: address.optional() }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
});

describe("the manifest of the app", () => {
  it.each([HTTP, SOCKET])("is one that Slack takes: %o", (way) =>
    expect(asSlackTakesIt.parse(slackManifest(way))).toEqual(slackManifest(way)),
  );
  it("names the address wherever Slack sends something", () => {
    const { features, settings } = slackManifest(HTTP);
    const named = [features.slash_commands[0]?.url, settings.event_subscriptions.request_url, settings.interactivity.request_url];
    expect(named).toEqual([HTTP.url, HTTP.url, HTTP.url]);
    expect(settings.socket_mode_enabled).toBe(false);
  });
  it("of Socket Mode has no address at all", () => {
    expect(JSON.stringify(slackManifest(SOCKET))).not.toContain("url");
    expect(slackManifest(SOCKET).settings.socket_mode_enabled).toBe(true);
  });
  it("is for one workspace, and its token does not change by itself", () =>
    expect(slackManifest(HTTP).settings).toMatchObject({ org_deploy_enabled: false, token_rotation_enabled: false }));
  it("listens to the end of the installation", () =>
    expect(slackManifest(SOCKET).settings.event_subscriptions.bot_events).toEqual(
      expect.arrayContaining(["app_uninstalled", "tokens_revoked"]),
    ));
});

describe("the scopes", () => {
  const scopes = slackScopes();
  it("are those of the methods and of the command, each once", () => {
    const wanted = new Set(["commands", ...Object.values(SLACK_METHODS).flatMap((method) => method.scopes)]);
    expect(scopes.map(({ scope }) => scope)).toEqual([...wanted].toSorted());
    expect(slackManifest(HTTP).oauth_config.scopes.bot).toEqual(scopes.map(({ scope }) => scope));
  });
  it("say what each is for, and what goes without it", () => {
    expect(scopes.find(({ scope }) => scope === "chat:write")).toMatchObject({
      by: expect.arrayContaining(["chat.update"]),
      without: null,
    });
    expect(scopes.find(({ scope }) => scope === "groups:history")?.without).toBe("a message may be posted twice");
  });
});

describe("the address that Slack is given", () => {
  it.each([
    ["https://posture.example.com", "https://posture.example.com/slack/events"],
    ["https://posture.example.com/", "https://posture.example.com/slack/events"],
    ["https://example.com:8443/posture/?x=1#y", "https://example.com:8443/posture/slack/events"],
    ["https://posture.example.com/slack/events", "https://posture.example.com/slack/events"],
    ["http://posture.example.com", null],
    ["https://me:secret@posture.example.com", null],
    ["posture.example.com", null],
    ["", null],
  ])("of %j is %j", (base, expected) => expect(requestAddress(base)).toBe(expected));
  it("is the same when it is given again, and ends where the bot listens", () =>
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z0-9%.~-]{0,8}$/)), (segments) => {
        const once = requestAddress(`https://posture.example.com/${segments.join("/")}`) ?? "";
        expect(once.endsWith(REQUEST_PATH)).toBe(true);
        expect(requestAddress(once)).toBe(once);
      }),
    ));
});
