// long: one bot answers, and what it answered is sorted, drawn otherwise and shared
import { openStore } from "@posture/runtime";
import type { PersonName } from "@posture/sandbox/slack";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Message, shown, soon, Team } from "../bot.test.fixture.ts";

/* Answers of the bot, each part real: SDK clients over HTTP, Bolt behind signed requests, the store on the disk. */

const team = Team.forFile();

const idsIn = (message: Message): readonly string[] =>
  [...shown(message).matchAll(/"text":"([0-9a-f]{12})","style":\{"code":true\}/g)].map(([, id = ""]) => id);
const typesOf = ({ blocks }: Message): readonly string[] => blocks.map(({ type }) => type);

async function answerTo(
  command: string,
  user: PersonName = "Ana",
  channel?: { readonly id: string; readonly name: string },
): Promise<Message> {
  const before = new Set(team.slack.messages(channel?.id).map(({ ts }) => ts));
  await team.slack.command(command, user, channel && `#${channel.name}`);
  return vi.waitFor(() => {
    const answer = team.slack.messages(channel?.id).find(({ ts, ephemeralFor }) => !before.has(ts) && ephemeralFor === user);
    if (!answer) throw new Error(`no answer to ${command}`);
    return answer;
  }, soon);
}
function changed(ts: string, isIt: (message: Message) => boolean): Promise<Message> {
  return vi.waitFor(() => {
    const message = team.slack.messages().find((it) => it.ts === ts);
    if (!message || !isIt(message)) throw new Error(`it says ${message && shown(message)}`);
    return message;
  }, soon);
}
function posted(words: string, channel?: string): Promise<Message> {
  return vi.waitFor(() => {
    const found = team.slack.messages(channel).filter(({ ephemeralFor, text }) => ephemeralFor === undefined && text.includes(words));
    const [message] = found;
    if (!message) throw new Error(`not in the channel:\n${team.slack.asText()}`);
    expect(found).toHaveLength(1);
    return message;
  }, soon);
}
async function inStore(filter: object, order: "oldest" | "resource" | "account" | "gravest"): Promise<readonly string[]> {
  const now = new Date().toISOString();
  const store = await openStore(team.store, { now: () => now, readOnly: true });
  const ids: string[] = [];
  for await (const { id } of store.list({ statuses: ["open"], ...filter }, now, { order, limit: 10 })) ids.push(id);
  await store.close();
  return ids;
}

describe("a list of findings", () => {
  afterEach(() => team.slack.knowsNot());

  test.each([
    ["age", "oldest", "the oldest first"],
    ["resource", "resource", "by resource"],
    ["account", "account", "by account"],
    ["severity", "gravest", "Asked for: "],
  ] as const)("is sorted by %s where that is typed, and where it is chosen", async (sort, order, words) => {
    const expected = await inStore({}, order);
    const asked = await answerTo(`/posture findings sort=${sort}`);
    expect(idsIn(asked)).toEqual(expected);
    expect(shown(asked)).toContain(words);
    const plain = await answerTo(`/posture findings sort=${sort === "age" ? "account" : "age"}`);
    await team.slack.click({ user: "Ana", message: plain.ts, label: "Sort", value: sort });
    const sorted = await changed(plain.ts, (it) => idsIn(it).join() === expected.join());
    await team.slack.click({ user: "Ana", message: plain.ts, label: "Next" });
    const next = await changed(plain.ts, ({ text }) => text.includes("11–20 of"));
    expect(idsIn(next).filter((id) => idsIn(sorted).includes(id))).toEqual([]);
    if (sort !== "severity") expect(shown(next)).toContain(words);
  });

  test("keeps its filter when it is sorted otherwise", async () => {
    const critical = await answerTo("/posture findings critical or high");
    await team.slack.click({ user: "Ana", message: critical.ts, label: "Sort", value: "age" });
    const sorted = await changed(critical.ts, (it) => shown(it).includes("the oldest first"));
    expect(sorted.text).toContain("(open · critical or high)");
    expect(idsIn(sorted)).toEqual(await inStore({ severities: ["critical", "high"] }, "oldest"));
  });

  test("is a table, and the same as a list where the workspace takes none, which is not tried in vain again", async () => {
    expect(typesOf(await answerTo("/posture findings"))).toContain("table");
    team.slack.knowsNot("table");
    const whispers = (): number => team.slack.ledger().filter(({ method }) => method === "chat.postEphemeral").length;
    const before = whispers();
    const list = await answerTo("/posture findings");
    expect(typesOf(list)).not.toContain("table");
    expect(idsIn(list).slice(0, 10)).toEqual(await inStore({}, "gravest"));
    team.slack.knowsNot();
    expect(typesOf(await answerTo("/posture findings"))).not.toContain("table");
    expect(whispers()).toBe(before);
    await team.slack.click({ user: "Ana", message: list.ts, label: "Next" });
    await changed(list.ts, ({ text }) => text.includes("11–20 of"));
  });

  test("names the nearest of a filter, of its value and of an order", async () => {
    for (const [typed, near] of [
      ["severity=critcal", "critical"],
      ["serverity=critical", "severity"],
      ["critcal", "critical"],
      ["sort=acount", "sort=account"],
      ["srot=age", "sort"],
      ["acount=111122223333", "account"],
    ])
      expect((await answerTo(`/posture findings ${typed}`)).text).toContain(`did you mean ${near}?`);
  });
});

describe("an answer that is shared", () => {
  test("is posted once, with who asked, without what could be pressed in it, and calls nobody", async () => {
    const answer = await answerTo("/posture findings critical sort=age", "Ben");
    await Promise.all([1, 2].map(() => team.slack.click({ user: "Ben", message: answer.ts, label: "Share to channel" })));
    const message = await posted("Asked by @ben.");
    expect(message.text).toContain("(open · critical)");
    expect(idsIn(message)).toEqual(idsIn(answer));
    expect(shown(message)).toContain("/posture findings critical sort=age");
    expect(typesOf(message)).not.toContain("actions");
    expect(shown(message)).not.toMatch(/"type":"user"|<@/);
    await team.slack.click({ user: "Ben", message: answer.ts, label: "Share to channel" });
    await vi.waitFor(() => expect(team.slack.messages().some(({ text }) => text === "This answer is shared already.")).toBe(true), soon);
    await posted("Asked by @ben.");
  });

  test.each([
    ["summary", () => "/posture summary", "Posture summary: "],
    ["summary of some", () => "/posture summary critical s3", "(critical · s3)"],
    ["finding", (id: string) => `/posture show ${id}`, "Critical"],
    ["resource", (id: string) => `/posture why ${id}`, "arn:aws"],
  ] as const)("can be a %s", async (_, command, words) => {
    const [id = ""] = await inStore({}, "gravest");
    const before = new Set(team.slack.messages().map(({ ts }) => ts));
    const answer = await answerTo(command(id), "Cem");
    await team.slack.click({ user: "Cem", message: answer.ts, label: "Share to channel" });
    await vi.waitFor(() => {
      const fresh = team.slack.messages().filter(({ ts, ephemeralFor }) => !before.has(ts) && ephemeralFor === undefined);
      expect(fresh.map(({ text }) => text)).toEqual([expect.stringMatching(/Asked by @cem\.$/)]);
      expect(fresh[0]?.text).toContain(words);
    }, soon);
  });

  test("is posted once also where Slack does not say whether it arrived, and after it refused it once", async () => {
    const answer = await answerTo("/posture findings medium", "Dee");
    team.slack.fault({ method: "chat.postMessage", kind: "reset_after" });
    await team.slack.click({ user: "Dee", message: answer.ts, label: "Share to channel" });
    await posted("Asked by @dee.");
    const looked = (): boolean =>
      team.slack
        .ledger()
        .slice(team.slack.ledger().findLastIndex(({ fault }) => fault === "reset_after"))
        .some(({ method }) => method === "conversations.history");
    await vi.waitFor(() => expect(looked()).toBe(true), soon);
    await posted("Asked by @dee.");
    const low = await answerTo("/posture findings low", "Eva");
    team.slack.fault({ method: "chat.postMessage", kind: "error", error: "is_archived" });
    await team.slack.click({ user: "Eva", message: low.ts, label: "Share to channel" });
    await vi.waitFor(() => expect(team.slack.ledger().some(({ answer: it }) => it?.error === "is_archived")).toBe(true), soon);
    await team.whispered("Eva", "Slack did not take the answer that you shared (is_archived)");
    await vi.waitFor(async () => {
      await team.slack.click({ user: "Eva", message: low.ts, label: "Share to channel" });
      await posted("Asked by @eva.");
    }, soon);
  });

  test("comes where it was asked for, and nowhere else where Posture may not post there", async () => {
    const headers = { authorization: "Bearer xoxp-ana", "content-type": "application/json" };
    const create = async (name: string): Promise<{ readonly id: string; readonly name: string }> => {
      const response = await fetch(`${team.slack.apiUrl}conversations.create`, { method: "POST", headers, body: JSON.stringify({ name }) });
      return z.object({ channel: z.object({ id: z.string(), name: z.string() }) }).parse(await response.json()).channel;
    };
    const infra = await create("infra");
    const count = team.slack.messages().filter(({ ephemeralFor }) => ephemeralFor === undefined).length;
    const answer = await answerTo("/posture findings high", "Ana", infra);
    await team.slack.click({ user: "Ana", message: answer.ts, label: "Share to channel" });
    await vi.waitFor(() => expect(team.slack.messages(infra.id).some(({ text }) => text.includes("/invite @posture"))).toBe(true), soon);
    await fetch(`${team.slack.apiUrl}conversations.join`, {
      method: "POST",
      headers: { ...headers, authorization: `Bearer ${team.slack.botToken}` },
      body: JSON.stringify({ channel: infra.id }),
    });
    await team.slack.click({ user: "Ana", message: answer.ts, label: "Share to channel" });
    await posted("Asked by @ana.", infra.id);
    expect(team.slack.messages().filter(({ ephemeralFor }) => ephemeralFor === undefined)).toHaveLength(count);
  });

  test("is offered to nobody who may not, nor where there is no channel", async () => {
    expect(shown(await answerTo("/posture findings", "Gus"))).not.toContain("Share to channel");
    await team.slack.command("/posture findings", "Ana", "direct");
    const direct = await vi.waitFor(() => {
      const [message] = team.slack.directMessages("Ana");
      if (!message) throw new Error("no answer");
      return message;
    }, soon);
    expect(shown(direct)).toContain('"Next"');
    expect(shown(direct)).not.toContain("Share to channel");
  });
});

describe("a summary of some", () => {
  test.each([
    ["severity=critical", { severities: ["critical"] as const }],
    ["account=111122223333", { accounts: ["111122223333"] }],
    ["region=eu-west-1", { regions: ["eu-west-1"] }],
    ['text="bucket"', { text: "bucket" }],
    ["check=s3/bucket-acl-public", { checks: ["s3/bucket-acl-public"] }],
  ])("counts for %s what the store holds of it", async (typed, filter) => {
    const now = new Date().toISOString();
    const store = await openStore(team.store, { now: () => now, readOnly: true });
    const { critical, high, medium, low } = (await store.counts(filter, now)).open;
    await store.close();
    const { text } = await answerTo(`/posture summary ${typed}`);
    expect(text).toMatch(new RegExp(`: ${critical} critical, ${high} high, ${medium} medium, ${low} low\\.$`));
  });
  test("takes a framework and a service, and says that the trend is of all", async () => {
    const answer = await answerTo("/posture summary framework=cis-3.0 service=s3");
    expect(answer.text).toContain("(s3 · cis-aws-foundations-3.0)");
    expect(shown(answer)).toContain("How it was on earlier days is known of all findings together");
  });
  test("is not given where a word is not known, or says which status", async () => {
    expect((await answerTo("/posture summary critcal")).text).toContain("did you mean critical?");
    expect((await answerTo("/posture summary suppressed")).text).toContain("counts findings of every status");
  });
});

test("the words of every message that is posted are plain", () => {
  const posts = team.slack.ledger().filter(({ method }) => method === "chat.postMessage");
  expect(posts.length).toBeGreaterThan(3);
  for (const { arguments: given } of posts) expect(String(given["mrkdwn"])).toBe("false");
});
