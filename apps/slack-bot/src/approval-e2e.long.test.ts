import { type Actor, DAY, HOUR, plus } from "@posture/core";
import { USUAL } from "@posture/config";
import { createPosture, openStore, type Posture } from "@posture/runtime";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { envOf, type Message, now, says, soon, Team } from "./bot.test.fixture.ts";
import { announcerOf } from "./outbox/announcer.ts";
import { GROUP, openedGroup } from "./story.test.fixture.ts";

/* Two people and one suppression, the whole way: signed requests, Bolt, the store on the disk, and a bot that is started anew in between. */

const REASON = "A jump host, watched by the network team.";

const team = Team.forFile({ sweeps: true, config: { suppressions: { approval: { critical: true } } } });

let news: Message;
const shows = (words: string): Promise<Message> => team.shown((it) => it.ts === news.ts && says(it, words));
async function ask(): Promise<void> {
  await team.slack.click({ user: "Ana", message: news.ts, label: "Suppress" });
  await team.slack.submit({ user: "Ana", values: { Basis: "Accepted risk", Justification: REASON } });
  await shows("Suppression pending");
}

beforeAll(async () => {
  team.aws.patchWorld(openedGroup(team.accountId));
  news = await team.shown(({ text }) => text.includes(GROUP.name));
});

describe("a suppression that another person has to approve", () => {
  test("is pending in the finding's message: who asked and why, and the finding stays open", async () => {
    await ask();
    const message = team.current(news.ts);
    expect(message?.text).toMatch(/^🔴 Critical/);
    expect(says(message, REASON)).toBe(true);
    expect(JSON.stringify(message)).not.toMatch(/Suppressed/);
    await team.whispered("Ana", "hides nothing until they approve it");
  });

  test("is not approved by who asked: told so alone with who can, and kept in the audit log", async () => {
    await team.slack.click({ user: "Ana", message: news.ts, label: "Approve" });
    await team.whispered("Ana", "Any other full member of this workspace can.");
    expect(await team.events()).toContainEqual(
      expect.objectContaining({ type: "suppression-refused", note: "own-approval", source: "slack" }),
    );
    expect(says(team.current(news.ts), "Suppression pending")).toBe(true);
  });

  test("is neither approved nor declined by a guest", async () => {
    await team.slack.click({ user: "Gus", message: news.ts, label: "Approve" });
    await team.whispered("Gus", "Only full members");
    expect(says(team.current(news.ts), "Suppression pending")).toBe(true);
  });

  test("is not withdrawn by another, who is told to decline instead", async () => {
    await team.slack.click({ user: "Ben", message: news.ts, label: "Withdraw" });
    await team.whispered("Ben", "Only who asked for it can withdraw it.");
    expect(await team.events()).toContainEqual(expect.objectContaining({ type: "refused", note: "only who asked can withdraw" }));
  });

  test("is withdrawn by who asked, and can be asked for again", async () => {
    await team.slack.click({ user: "Ana", message: news.ts, label: "Withdraw" });
    const message = await shows("withdrew the suppression");
    expect(says(message, "Suppression pending")).toBe(false);
    await ask();
  });

  test("is declined by another: open as before, and the message says who did", async () => {
    await team.slack.click({ user: "Ben", message: news.ts, label: "Decline" });
    const message = await shows("declined the suppression");
    expect(message.text).toMatch(/^🔴 Critical/);
    expect(says(message, "Suppression pending")).toBe(false);
    await ask();
  });

  test("is approved by another after the bot was started anew: suppressed, in the same message, with both names", async () => {
    await team.restart();
    await team.slack.click({ user: "Ben", message: news.ts, label: "Approve" });
    const message = await team.shown(({ ts, text }) => ts === news.ts && text.startsWith("🔕 Suppressed"));
    expect(says(message, ", approved by ")).toBe(true);
    expect(team.slack.messages().filter(({ text, ephemeralFor }) => text.includes(GROUP.name) && ephemeralFor === undefined)).toHaveLength(
      1,
    );
  });

  test("cannot be made longer than the configuration allows", async () => {
    await team.slack.click({ user: "Ana", message: news.ts, label: "Extend" });
    await team.whispered("Ana", "30 days from now are the most");
    await team.slack.click({ user: "Ana", message: news.ts, label: "Lift suppression" });
    const message = await shows("lifted the suppression");
    expect(message.text).toMatch(/^🔴 Critical/);
  });
});

const arn = (name: string): Actor => ({ kind: "user", id: `arn:aws:iam::111122223333:user/${name}`, via: "cli" });
/** What is done without the bot, while it is not there. */
async function elsewhere(ahead: number, act: (posture: Posture) => Promise<void>): Promise<void> {
  await team.bot.stop();
  const { folder, configFile } = team;
  const store = await openStore(team.store, { now });
  const options = { store, folder, configFile, announcer: announcerOf(() => [USUAL]), env: envOf(team.aws) };
  const posture = await createPosture({ ...options, now: () => plus(now(), ahead) });
  await act(posture);
  await posture.close();
  await store.close();
}

describe("a suppression that ends soon", () => {
  let notice: Message;
  /** What people did 20 hours ago, and what is left of a day. */
  const suppressedYesterday = (): Promise<void> =>
    elsewhere(-20 * HOUR, async (posture) => {
      const [listed] = (await posture.list({ statuses: ["open"] })).filter(({ finding }) => finding.ref.arn.endsWith(GROUP.id));
      const fingerprint = listed?.finding.fingerprint ?? "";
      const asked = await posture.suppress({ fingerprint, justification: REASON, by: arn("ana"), expiresAt: plus(now(), DAY - 20 * HOUR) });
      if (asked.kind === "refused") throw new Error(asked.why);
      await posture.approve(asked.suppression.id, arn("ben"));
    });
  const isNotice = ({ text, threadTs }: Message): boolean => text.startsWith("A suppression ends soon") && threadTs === news.ts;

  test("is said in the thread of its finding, once, although Slack does not say that it arrived", async () => {
    await suppressedYesterday();
    team.slack.fault({ method: "chat.postMessage", kind: "reset_after", times: 1 });
    await team.start();
    notice = await team.shown(isNotice);
    expect(says(notice, REASON)).toBe(true);
    expect(says(notice, "user/ana")).toBe(true);
    // The bot looks for it after 5 s; that it can be corrected proves that it was found in the thread.
    await team.slack.click({ user: "Ana", message: notice.ts, label: "Extend" });
    await team.slack.submit({ user: "Ana", values: {} });
    await team.shown((it) => it.ts === notice.ts && says(it, "Later expiry pending"));
    await shows("Later expiry pending");
    expect(team.slack.messages().filter(isNotice)).toHaveLength(1);
  });

  test("may be asked to last longer, which another person approves from the thread after a restart", async () => {
    await team.restart();
    await team.slack.click({ user: "Ana", message: notice.ts, label: "Approve" });
    await team.whispered("Ana", "Any other full member of this workspace can.");
    await team.slack.click({ user: "Ben", message: notice.ts, label: "Approve" });
    const message = await team.shown((it) => it.ts === notice.ts && says(it, "It now lasts until "));
    expect(says(message, '"actions"')).toBe(false);
    await vi.waitFor(() => expect(says(team.current(news.ts), "Later expiry pending")).toBe(false), soon);
    expect(team.current(news.ts)?.text).toMatch(/^🔕 Suppressed/);
  });

  test("is not said again", () => {
    const inThread = team.slack.messages().filter(({ threadTs, text }) => threadTs === news.ts && text.startsWith("A suppression "));
    expect(inThread).toHaveLength(1);
  });
});

test("a rule that was asked for at a command line waits in the channel, with what it would hide, and is approved there", async () => {
  await elsewhere(0, async (posture) => {
    await posture.suppress({ rule: { regions: ["eu-west-1"] }, justification: REASON, by: arn("ana") });
  });
  await team.start();
  const { ts } = await team.shown(({ text }) => text === "A suppression by rule waits for approval.");
  expect(says(team.current(ts), "region eu-west-1")).toBe(true);
  expect(says(team.current(ts), "It would hide ")).toBe(true);
  await team.slack.click({ user: "Ben", message: ts, label: "Approve" });
  await team.shown((it) => it.ts === ts && says(it, "In force, and hides "));
  await team.slack.click({ user: "Ana", message: ts, label: "Lift suppression" });
  const message = await team.shown((it) => it.ts === ts && says(it, "Lifted by "));
  expect(says(message, '"actions"')).toBe(false);
});
