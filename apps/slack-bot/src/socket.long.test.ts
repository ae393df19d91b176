import pino from "pino";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { startBot } from "./bot.ts";
import { type Message, soon, Team } from "./bot.test.fixture.ts";
import { GROUP, openedGroup } from "./story.test.fixture.ts";

/* The story of e2e.test.ts over Socket Mode: nobody can reach the bot, and Slack's own client holds the connection. */

const team = Team.forFile({ sweeps: true, socket: true });
const answers = (): readonly Message[] => team.slack.messages().filter(({ ephemeralFor }) => ephemeralFor !== undefined);
const expectAnswers = (many: number): Promise<void> => vi.waitFor(() => expect(answers()).toHaveLength(many), soon);
const Readiness = z.strictObject({ ok: z.boolean(), missing: z.string().optional() });
async function ready(): Promise<z.infer<typeof Readiness> & { readonly status: number }> {
  const response = await fetch(`http://127.0.0.1:${team.bot.port}/readyz`);
  return { status: response.status, ...Readiness.parse(await response.json()) };
}
const expectReady = (): Promise<void> => vi.waitFor(async () => expect(await ready()).toEqual({ status: 200, ok: true }), soon);
const opened = (): number => team.slack.ledger().filter(({ method }) => method === "apps.connections.open").length;

describe("over one connection that the bot opened", () => {
  test("it is ready, and takes no requests at its address", async () => {
    expect([team.slack.sockets.count(), await ready()]).toEqual([1, { status: 200, ok: true }]);
    const response = await fetch(`http://127.0.0.1:${team.bot.port}/slack/events`, { method: "POST", body: "command=/posture" });
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining("Socket Mode")]);
  });

  test("a command is answered", async () => {
    await team.slack.command("/posture help");
    await vi.waitFor(() => expect(answers().some(({ text }) => text.startsWith("Commands:"))).toBe(true), soon);
  });

  test("a button re-checks, a window opens, its errors are shown in it, and a good one suppresses", async () => {
    await team.shown(({ text }) => text.includes("First sweep"));
    team.aws.patchWorld(openedGroup(team.accountId));
    const message = await team.shown(({ text }) => text.includes(GROUP.name));
    await team.slack.click({ user: "Ana", message: message.ts, label: "Re-check" });
    await team.shown(({ ts, blocks }) => ts === message.ts && JSON.stringify(blocks).includes("still failing"));
    await team.slack.click({ user: "Ana", message: message.ts, label: "Suppress" });
    const { errors } = await team.slack.submit({ user: "Ana", values: { Basis: "Compensating control", Justification: "  because  " } });
    expect(Object.values(errors ?? {}).join()).toContain("at least 10 characters");
    await team.slack.submit({ user: "Ana", values: { Justification: "A jump host, watched by the network team." } });
    expect(team.slack.openModal("Ana")).toBeUndefined();
    await team.shown(({ ts, text }) => ts === message.ts && text.startsWith("🔕 Suppressed"));
  });
});

describe("whatever happens to the connection", () => {
  test("what Slack tells twice is done once", async () => {
    const before = answers().length;
    await team.slack.command("/posture help");
    await expectAnswers(before + 1);
    expect(await team.slack.repeat()).toBe("");
    await team.slack.command("/posture status");
    await expectAnswers(before + 2);
  });

  test("a command whose connection is cut before the acknowledgement is done all the same, and once", async () => {
    const before = answers().length;
    team.slack.sockets.cutNext();
    await expect(team.slack.command("/posture help")).rejects.toThrow("cut before the app answered");
    await expectAnswers(before + 1);
    await expectReady();
    expect(await team.slack.repeat()).toBe("");
    await team.slack.command("/posture status");
    await expectAnswers(before + 2);
  });

  test("one that Slack is about to end has a successor before it ends, and never a third", async () => {
    const [before, dialled] = [answers().length, opened()];
    team.slack.sockets.announce("warning");
    await vi.waitFor(() => expect(team.slack.sockets.count()).toBe(2), soon);
    await Promise.all([team.slack.command("/posture help", "Ana"), team.slack.command("/posture help", "Ben")]);
    await expectAnswers(before + 2);
    team.slack.sockets.announce("refresh_requested");
    await vi.waitFor(() => expect([opened() - dialled, team.slack.sockets.count()]).toEqual([2, 2]), soon);
    expect(team.slack.sockets.peak()).toBe(2);
    expect(await ready()).toMatchObject({ ok: true });
  });

  test("while there is none it is not ready and says why, and it comes back by itself", async () => {
    team.slack.fault({ method: "apps.connections.open", kind: "error", error: "internal_error", times: 2 });
    team.slack.sockets.cut();
    await vi.waitFor(
      async () => expect(await ready()).toMatchObject({ status: 503, missing: expect.stringContaining("no connection to Slack") }),
      soon,
    );
    expect((await fetch(`http://127.0.0.1:${team.bot.port}/healthz`)).status).toBe(200);
    await expectReady();
  });

  test.each([
    "null",
    "[]",
    "not JSON",
    '{"type":"events_api"}',
    '{"type":"close","envelope_id":"1","payload":{}}',
    '{"type":"events_api","envelope_id":"1","payload":null}',
  ])("%s is no envelope, and ends nothing", async (text) => {
    const before = answers().length;
    team.slack.sockets.send(text);
    await team.slack.command("/posture help");
    await expectAnswers(before + 1);
  });
});

test("a wrong app-level token ends the start with what to do", async () => {
  const wrong = { ...team.settings, appToken: "xapp-foreign", store: "memory", schedule: null };
  await expect(
    startBot(wrong, pino({ level: "silent" }), { folder: team.folder, env: { AWS_ENDPOINT_URL: team.aws.url, AWS_REGION: "us-east-1" } }),
  ).rejects.toMatchObject({
    code: "POSTURE_SLACK_APP_TOKEN_REFUSED",
    message: expect.stringContaining("invalid_auth"),
    next: expect.stringContaining("SLACK_APP_TOKEN"),
  });
});

describe("when the app is taken out of the workspace", () => {
  test("it stops posting at once, stays up, is not ready and says why, and keeps what is due", async () => {
    await team.slack.uninstall();
    await vi.waitFor(
      async () => expect(await ready()).toMatchObject({ status: 503, missing: expect.stringMatching(/revoked|taken out/) }),
      soon,
    );
    const tried = (): number => team.slack.ledger().filter(({ method }) => method.startsWith("chat.")).length;
    const before = tried();
    team.aws.patchWorld(openedGroup(team.accountId, { id: "sg-0ccc1000000000000", name: "ccc1" }));
    const due = await vi.waitFor(async () => {
      const rows = await team.stored((store) => store.read({ outbox: { states: ["due"] } }, ({ outbox }) => outbox));
      expect(rows.length).toBeGreaterThan(0);
      return rows;
    }, soon);
    expect([due[0]?.state, tried()]).toEqual(["due", before]);
    expect((await fetch(`http://127.0.0.1:${team.bot.port}/healthz`)).status).toBe(200);
  });
});
