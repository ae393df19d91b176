import { createServer } from "node:http";
import { startSlack } from "@posture/sandbox/slack";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { resolveConfig } from "@posture/config";
import { channelsPoint, type NamedChannel, namedChannels } from "./channels.ts";
import type { Point } from "./point.ts";
import { examineSlack } from "./slack.ts";

const slackPoint = async (env: Readonly<Record<string, string>>): Promise<Point> => (await examineSlack(env)).point;

let slack: Awaited<ReturnType<typeof startSlack>>;
beforeAll(async () => {
  slack = await startSlack({});
});
afterAll(() => slack.close());

const withSlack = (): Record<string, string> => ({
  SLACK_API_URL: slack.apiUrl,
  SLACK_BOT_TOKEN: slack.botToken,
  SLACK_SIGNING_SECRET: slack.signingSecret,
  SLACK_CHANNEL: slack.channel,
});

describe("Slack", () => {
  it("that knows the app and the channel is good, and is posted nothing", async () => {
    expect(await slackPoint(withSlack())).toMatchObject({
      state: "good",
      says: expect.stringContaining("posture in Example, posting in #security"),
    });
    expect(slack.ledger().map(({ method }) => method)).toEqual(["auth.test", "conversations.list"]);
  });
  it("that the bot connects to by itself is good, and no connection is opened", async () => {
    const socketMode = { ...withSlack(), SLACK_SIGNING_SECRET: "", SLACK_APP_TOKEN: slack.appToken };
    expect(await slackPoint(socketMode)).toMatchObject({ state: "good" });
    expect(slack.sockets.peak()).toBe(0);
  });
  it.each<[string, Readonly<Record<string, string>>, string, string]>([
    ["a token that it does not know", { SLACK_BOT_TOKEN: "xoxb-other" }, "wrong", "Slack refused the app: "],
    ["a token that is not a bot's", { SLACK_BOT_TOKEN: "xoxp-ana" }, "wrong", "not the token of a bot"],
    ["a channel that is not there", { SLACK_CHANNEL: "#nowhere" }, "wrong", "sees no channel #nowhere"],
    [
      "one setting of three",
      { SLACK_SIGNING_SECRET: "" },
      "warning",
      "SLACK_SIGNING_SECRET (or, for Socket Mode, SLACK_APP_TOKEN) not set",
    ],
    ["both ways to be reached", { SLACK_APP_TOKEN: "xapp-1" }, "warning", "SLACK_SIGNING_SECRET and SLACK_APP_TOKEN are both set"],
    ["an app-level token that is none", { SLACK_SIGNING_SECRET: "", SLACK_APP_TOKEN: "xoxb-1" }, "wrong", "not an app-level token"],
    [
      "an app-level token that it does not know",
      { SLACK_SIGNING_SECRET: "", SLACK_APP_TOKEN: "xapp-1" },
      "wrong",
      "refused the app-level token",
    ],
    ["a base that is none", { SLACK_API_URL: "http://127.0.0.1:1/" }, "wrong", "no base of a Web API"],
    ["nobody at its address", { SLACK_API_URL: "http://127.0.0.1:1/api/" }, "wrong", "did not answer as Slack does"],
  ])("with %s", async (_, differs, state, says) => {
    expect(await slackPoint({ ...withSlack(), ...differs })).toMatchObject({
      state,
      says: expect.stringContaining(says),
      next: expect.stringMatching(/.+/),
    });
  });
  it("sends the token nowhere else, wherever it is sent to", async () => {
    const asked: string[] = [];
    const other = await answering((path) => (asked.push(path), { body: "{}", headers: {} }));
    const url = await answering(() => ({ status: 307, body: "", headers: { location: `${other}/api/auth.test` } }));
    expect(await slackPoint({ ...withSlack(), SLACK_API_URL: `${url}/api/` })).toMatchObject({ state: "wrong" });
    expect(asked).toEqual([]);
  });
  it("that says its scopes is held to them, and finds a channel on a later page by its id", async () => {
    const pages = [
      { ok: true, channels: [{ id: "C1", name: "other" }], response_metadata: { next_cursor: "more" } },
      { ok: true, channels: [{ id: "C0123456789", name: "security", is_member: true }] },
    ];
    const url = await answering((path) => {
      const body = path.endsWith("auth.test") ? { ok: true, team: "Example", user: "posture" } : pages.shift();
      return { body: JSON.stringify(body), headers: { "x-oauth-scopes": "chat:write,commands,users:read,channels:read,groups:read" } };
    });
    const { state, says } = await slackPoint({ ...withSlack(), SLACK_API_URL: `${url}/api/`, SLACK_CHANNEL: "C0123456789" });
    expect(state).toBe("warning");
    expect(says).toContain("posting in #security; without channels:history, groups:history");
  });
  it("behind a page that wants a login is said to be no Slack, without a trace", async () => {
    const url = await answering(() => ({ body: "<html>Please log in</html>", headers: { "content-type": "text/html" } }));
    const { says } = await slackPoint({ ...withSlack(), SLACK_API_URL: `${url}/api/` });
    expect(says).toBe(`${url}/api/ did not answer as Slack does: what it answered auth.test is not Slack's`);
  });
});

describe("the channels that the configuration names", () => {
  const route = (channel: string, ...by: readonly string[]): NamedChannel => ({
    channel,
    by: by.map((it) => `the route ${it}`),
    speaks: true,
  });
  const create = async (name: string): Promise<void> => {
    const headers = { authorization: "Bearer xoxp-ana", "content-type": "application/json" };
    await fetch(`${slack.apiUrl}conversations.create`, { method: "POST", headers, body: JSON.stringify({ name }) });
  };
  const pointOf = async (...named: readonly NamedChannel[]): Promise<Point> =>
    channelsPoint(named, (await examineSlack(withSlack(), named)).listed);

  it("are looked for in one listing, and are good where the app is in each", async () => {
    const calls = slack.ledger().length;
    expect(await pointOf(route("#security", "all"), route(slack.channelId, "other"))).toEqual({
      name: "Channels",
      state: "good",
      says: `#security, ${slack.channelId}: each is there, and the app in it`,
      next: null,
    });
    expect(
      slack
        .ledger()
        .slice(calls)
        .map(({ method }) => method),
    ).toEqual(["auth.test", "conversations.list"]);
  });
  it("are named with what names them, with the nearest where there is none, and with how to bring the app in", async () => {
    await create("urgent");
    const point = await pointOf(route("#secruity", "prod", "rest"), route("#urgent", "criticals"), route("#security", "all"));
    expect(point.state).toBe("warning");
    expect(point.says).toBe(
      "#secruity, which the route prod and the route rest name, is none that the app sees; did you mean #security?; #urgent, which the route criticals names, has not the app in it",
    );
    expect(point.next).toBe(
      "Correct #secruity in the configuration, or, where it is private, type /invite @posture in it. Type /invite @posture in #urgent.",
    );
  });
  it("that only give a role need not have the app in them", async () => {
    await create("oncall");
    const { listed } = await examineSlack(withSlack(), [{ channel: "C0", by: [], speaks: false }]);
    const oncall = listed?.channels.find(({ name }) => name === "oncall");
    expect(oncall?.isMember).toBe(false);
    expect(await pointOf({ channel: oncall?.id ?? "", by: ["slack.roles.responder"], speaks: false })).toMatchObject({ state: "good" });
  });
  it("are not judged where Slack was not asked, or did not list them all", () => {
    expect(channelsPoint([route("#a", "x")], null)).toMatchObject({ state: "not-examined" });
    expect(channelsPoint([], null)).toMatchObject({ state: "not-examined" });
    const first = { channels: [{ id: "C1", name: "b", isMember: true, isArchived: true }], isWhole: false, bot: "posture" };
    expect(channelsPoint([route("#a", "x")], first)).toMatchObject({ state: "warning", next: "Name #a by its id." });
    expect(channelsPoint([route("#b", "x")], first).says).toContain("nobody can post any more");
  });
  it("are those of routes, digests and roles, each once", () => {
    const given = {
      routes: [{ name: "one", channel: "#a" }, { channel: "#b" }, { channel: "#a" }],
      digests: { daily: { channels: { "#a": { at: "09:00" }, "#b": false } } },
      roles: { responder: ["C0123456789", "everyone"] },
    } as const;
    expect(namedChannels(resolveConfig({ slack: given }, [], null).slack)).toEqual([
      { channel: "#a", by: ["the route one", "the route routes[2]", "slack.digests.daily.channels"], speaks: true },
      { channel: "#b", by: ["the route routes[1]"], speaks: true },
      { channel: "C0123456789", by: ["slack.roles.responder"], speaks: false },
    ]);
  });
});

interface Answer {
  readonly status?: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A server that answers every request as told, until the test ends. */
async function answering(answer: (path: string) => Answer): Promise<string> {
  const server = createServer((request, response) => {
    const { status = 200, body, headers } = answer(request.url ?? "");
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
}
