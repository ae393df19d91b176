import { describe, expect, test, vi } from "vitest";
import { type Message, says, soon, Team } from "./bot.test.fixture.ts";
import { closedGroup, GROUP, openedGroup } from "./story.test.fixture.ts";

/* The whole way, each part real: SDK clients over HTTP, Bolt behind signed requests, the store on the disk. */

const team = Team.forFile({ sweeps: true });

const whispers = (): readonly Message[] => team.slack.messages().filter(({ ephemeralFor }) => ephemeralFor !== undefined);

/** What the bot still has to send, or does not know to have sent. */
const unsent = (): Promise<string> =>
  team.stored((store) => store.read({ outbox: { states: ["due", "sending", "unknown"] } }, ({ outbox }) => JSON.stringify(outbox)));

const repliesTo = (ts: string): readonly Message[] => team.slack.messages().filter(({ threadTs }) => threadTs === ts);
/** What a thread says, without when. */
const linesIn = (ts: string): string =>
  repliesTo(ts)
    .map(({ text }) => text)
    .join("\n")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC( · )?/g, "");

/** What stands in the channel, and not in threads. */
const messagesAbout = (name: string): readonly Message[] =>
  team.slack
    .messages()
    .filter(({ text, ephemeralFor, threadTs }) => ephemeralFor === undefined && threadTs === undefined && text.includes(name));

describe("a team that lives with the bot", () => {
  let digest: Message;
  let news: Message;

  test("hears of the first sweep in one digest, which names the criticals", async () => {
    digest = await team.shown(({ text }) => text.startsWith("First sweep of account"));
    expect(team.slack.messages()).toHaveLength(1);
    expect(says(digest, "The criticals")).toBe(true);
  });

  test("posts the criticals from it, each once, the digest saying who did", async () => {
    await team.slack.click({ user: "Ana", message: digest.ts, label: "Post the criticals" });
    const criticals = /(\d+) critical/.exec(digest.text)?.[1];
    await vi.waitFor(
      () => expect(team.slack.messages().filter(({ text }) => text.startsWith("🔴 Critical"))).toHaveLength(Number(criticals)),
      {
        ...soon,
        timeout: 50_000,
      },
    );
    await vi.waitFor(() => expect(says(team.current(digest.ts), "posted the criticals")).toBe(true), soon);
  });

  test("gets a message of its own for a port that is opened later", async () => {
    team.aws.patchWorld(openedGroup(team.accountId));
    news = await team.shown(({ text }) => text.includes(GROUP.name));
    expect(news.text).toContain("SSH open to the internet");
  });

  test("re-checks it: still failing, said in the message", async () => {
    await team.slack.click({ user: "Ben", message: news.ts, label: "Re-check" });
    const message = await team.shown(
      ({ ts, blocks }) => ts === news.ts && JSON.stringify(blocks).includes("still failing, nothing has changed"),
    );
    expect(message.text).toMatch(/^🔴 Critical/);
  });

  test("re-checks it where AWS denies the read: the missing action is named, and nothing is resolved", async () => {
    team.aws.addFault({ operation: "ec2:DescribeSecurityGroups", kind: "denied" });
    await team.slack.click({ user: "Ben", message: news.ts, label: "Re-check" });
    const message = await team.shown((it) => it.ts === news.ts && says(it, "could not be read: missing ec2:DescribeSecurityGroups"));
    expect(message.text).toMatch(/^🔴 Critical/);
    team.aws.clearFaults();
  });

  test("fixes it and re-checks: the same message turns to resolved, and its buttons go", async () => {
    team.aws.patchWorld(closedGroup(team.accountId));
    await team.slack.click({ user: "Ben", message: news.ts, label: "Re-check" });
    const message = await team.shown(({ ts, text }) => ts === news.ts && text.startsWith("✅ Resolved"));
    expect(says(message, '"actions"')).toBe(false);
    expect(messagesAbout(GROUP.name)).toHaveLength(1);
  });

  test("sees it reopen within the hour in the same message", async () => {
    team.aws.patchWorld(openedGroup(team.accountId));
    await team.shown(({ ts, text }) => ts === news.ts && text.includes("Reopened"));
    expect(messagesAbout(GROUP.name)).toHaveLength(1);
  });

  test("cannot suppress without saying why", async () => {
    await team.slack.click({ user: "Ana", message: news.ts, label: "Suppress" });
    const { errors } = await team.slack.submit({ user: "Ana", values: { Basis: "Compensating control", Justification: "  because  " } });
    expect(Object.values(errors ?? {}).join()).toContain("at least 10 characters");
  });

  test("suppresses with a justification: the message says who, why and until when, and the summary counts it", async () => {
    await team.slack.submit({
      user: "Ana",
      values: { Justification: "A jump host, watched by the network team.", Ticket: "https://example.com/SEC-7" },
    });
    const message = await team.shown(({ ts, text }) => ts === news.ts && text.startsWith("🔕 Suppressed"));
    expect(says(message, "A jump host, watched by the network team.")).toBe(true);
    await team.slack.command("/posture summary");
    const summary = await team.shown(({ text }) => text.startsWith("Posture summary"));
    expect(says(summary, "1 suppressed")).toBe(true);
  });

  test("lifts the suppression: open again, in the same message", async () => {
    await team.slack.click({ user: "Ben", message: news.ts, label: "Lift suppression" });
    const message = await team.shown(({ ts, text }) => ts === news.ts && text.includes("Critical"));
    expect(says(message, "lifted the suppression")).toBe(true);
  });

  test("looks at one finding by its id, or the beginning of it, and re-checks it by command", async () => {
    const id = /ID `([0-9a-f]{12})`/.exec(JSON.stringify(team.current(news.ts)?.blocks))?.[1] ?? "";
    await team.slack.command(`/posture show ${id.slice(0, 8)}`);
    await vi.waitFor(() => expect(whispers().some((it) => it.text.includes(GROUP.name))).toBe(true), soon);
    await team.slack.command(`/posture recheck ${id}`);
    await vi.waitFor(() => expect(whispers().some((it) => it.text.includes("still failing"))).toBe(true), soon);
  });

  test("is helped when it mistypes", async () => {
    await team.slack.command("/posture sumary");
    await vi.waitFor(() => expect(whispers().some((it) => it.text.includes("did you mean /posture summary?"))).toBe(true), soon);
    await team.slack.command("/posture show ffffffff");
    await vi.waitFor(() => expect(whispers().some((it) => it.text.includes("no finding ffffffff"))).toBe(true), soon);
    await team.slack.command("/posture help");
    await vi.waitFor(() => expect(whispers().some((it) => it.text.startsWith("Commands:"))).toBe(true), soon);
  });
});

describe("the thread of that message", () => {
  let ts: string;
  test("says first how to fix it, and shows the evidence", async () => {
    await vi.waitFor(
      () => expect(team.slack.messages().some(({ text }) => text.includes("lifted the suppression, which"))).toBe(true),
      soon,
    );
    ts = team.slack.messages().find(({ text, threadTs }) => text.includes(GROUP.name) && threadTs === undefined)?.ts ?? "";
    const [guide] = repliesTo(ts);
    expect(says(guide, "To fix it")).toBe(true);
    expect(says(guide, "0.0.0.0/0")).toBe(true);
  });
  test("then has a line for each transition, in order and once, with who, from where and why", () => {
    const lines = linesIn(ts);
    const expected = [
      "Re-check: could not be read: missing ec2:DescribeSecurityGroups",
      "Re-check, asked for by ben: resolved. It was proved",
      "Sweep: reopened: ",
      "ana in Slack: suppressed until : A jump host, watched by the network team.",
      "ben in Slack: lifted the suppression, which somebody had asked for.",
    ];
    const found = expected.map((it) => lines.indexOf(it.replace("Re-check: could", "Re-check, asked for by ben: could")));
    expect(found, lines).toEqual(found.toSorted((a, b) => a - b));
    expect(found, lines).not.toContain(-1);
    for (const word of ["resolved.", "reopened", "suppressed", "lifted"]) expect(lines.split(word), lines).toHaveLength(2);
  });
  test("mentions whom it concerns, and nobody for what they did", () => {
    const mentioned = repliesTo(ts).flatMap(({ blocks }) => JSON.stringify(blocks).match(/"user_id":"\w+"/g) ?? []);
    expect(mentioned).toHaveLength(1); // Ana, whose suppression Ben lifted
  });
});

describe("a guest", () => {
  test("may not suppress, is told so alone, and the audit keeps it", async () => {
    const open = await team.shown(({ text }) => text.startsWith("🔴 Critical"));
    await team.slack.click({ user: "Gus", message: open.ts, label: "Suppress" });
    await vi.waitFor(() => expect(whispers().some((it) => it.text.includes("Only full members"))).toBe(true), soon);
    expect(team.slack.openModal("Gus")).toBeUndefined();
    expect(await team.events()).toContainEqual(expect.objectContaining({ type: "refused", source: "slack" }));
  });
});

describe("whatever Slack does", () => {
  const groupNamed = (name: string): { id: string; name: string } => ({ id: `sg-0${name.padEnd(16, "0")}`.slice(0, 20), name });
  const fresh = (name: string): ReturnType<typeof openedGroup> => openedGroup(team.accountId, groupNamed(name));

  test("a rate limit delays a message, and does not lose it", async () => {
    team.slack.fault({ method: "chat.postMessage", kind: "ratelimited", times: 1, retryAfter: 1 });
    team.aws.patchWorld(fresh("aaa1"));
    await team.shown(({ text }) => text.includes("aaa1"));
    expect(messagesAbout("aaa1")).toHaveLength(1);
  });
  test("a post that arrived although the connection died is found again, not repeated", async () => {
    team.slack.fault({ method: "chat.postMessage", kind: "reset_after", times: 1 });
    team.aws.patchWorld(fresh("aaa2"));
    await team.shown(({ text }) => text.includes("aaa2"));
    // The bot looks for it after 5 s; an update proves that it knows the message again.
    team.aws.patchWorld(closedGroup(team.accountId, groupNamed("aaa2")));
    await team
      // Of changes that nobody waits for, Slack gets thirty a minute.
      .shown(({ text }) => text.startsWith("✅ Resolved") && text.includes("aaa2"), 75_000)
      .catch(async (error: unknown) => {
        throw new Error(`not true to the end; what was not sent yet: ${await unsent()}`, { cause: error });
      });
    expect(messagesAbout("aaa2")).toHaveLength(1);
  }, 120_000);
});

test("a restart repeats nothing, and goes on with the same messages", async () => {
  const inChannel = (): readonly Message[] =>
    team.slack.messages().filter(({ ephemeralFor, threadTs }) => ephemeralFor === undefined && threadTs === undefined);
  const before = inChannel().length;
  await team.restart();
  const open = await team.shown(({ text }) => text.startsWith("🔴 Critical"));
  await team.slack.click({ user: "Ana", message: open.ts, label: "Re-check" });
  await team.shown(({ ts, blocks }) => ts === open.ts && JSON.stringify(blocks).includes("still failing"));
  expect(inChannel()).toHaveLength(before);
  const replies = team.slack.messages().flatMap(({ threadTs, metadata }) => (threadTs === undefined ? [] : [JSON.stringify(metadata)]));
  expect(new Set(replies).size).toBe(replies.length);
});
