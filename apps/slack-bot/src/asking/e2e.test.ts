// long: one bot is asked everything
import type { PersonName } from "@posture/sandbox/slack";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type Message, shown, soon, Team } from "../bot.test.fixture.ts";

/* Questions to the bot, each part real: SDK clients over HTTP, Bolt behind signed requests, the store on the disk. */

const team = Team.forFile();

const rowsOf = (message: Message): readonly string[] =>
  [...shown(message).matchAll(/"text":"([0-9a-f]{12})","style":\{"code":true\}/g)].map(([, id = ""]) => id);

/** What a person is told, and nobody else. */
async function answerTo(command: string, user: PersonName = "Ana"): Promise<Message> {
  const before = new Set(team.slack.messages().map(({ ts }) => ts));
  await team.slack.command(command, user);
  return vi.waitFor(() => {
    const answer = team.slack.messages().find(({ ts, ephemeralFor }) => !before.has(ts) && ephemeralFor === user);
    if (!answer) throw new Error(`no answer to ${command}`);
    return answer;
  }, soon);
}

function changed(ts: string, words: string): Promise<Message> {
  return vi.waitFor(() => {
    const message = team.slack.messages().find((it) => it.ts === ts);
    if (!message?.text.includes(words)) throw new Error(`it says ${message?.text}`);
    return message;
  }, soon);
}

describe("/posture findings", () => {
  test("lists what is open, the gravest first, ten a page, and turns its pages in place", async () => {
    const first = await answerTo("/posture findings");
    const total = Number(/1–10 of (\d+)/.exec(first.text)?.[1]);
    expect(total).toBeGreaterThan(20);
    expect(rowsOf(first)).toHaveLength(10);
    const count = team.slack.messages().length;
    await team.slack.click({ user: "Ana", message: first.ts, label: "Next" });
    const second = await changed(first.ts, `11–20 of ${total}`);
    expect(rowsOf(second).filter((id) => rowsOf(first).includes(id))).toEqual([]);
    await team.slack.click({ user: "Ana", message: first.ts, label: "Previous" });
    const again = await changed(first.ts, `1–10 of ${total}`);
    expect(rowsOf(again)).toEqual(rowsOf(first));
    expect(team.slack.messages()).toHaveLength(count);
  });

  test("shows each finding on one page only, through to the last", async () => {
    let page = await answerTo("/posture findings all");
    const total = Number(/of (\d+)/.exec(page.text)?.[1]);
    const ids = [...rowsOf(page)];
    for (let from = 11; from <= total; from += 10) {
      await team.slack.click({ user: "Ana", message: page.ts, label: "Next" });
      page = await changed(page.ts, from === total ? `${from} of` : `${from}–`);
      ids.push(...rowsOf(page));
    }
    expect(ids).toHaveLength(total);
    expect(new Set(ids).size).toBe(total);
    expect(shown(page)).not.toContain('"Next"');
  });

  test("takes plain words and keys for the same, and carries them to the next page", async () => {
    const words = await answerTo("/posture findings high s3 or iam");
    const keys = await answerTo("/posture findings severity=high service=s3,iam status=open");
    expect(words.text).toMatch(/^Findings: .* \(open · high · s3 or iam\)$/);
    expect(rowsOf(words)).toEqual(rowsOf(keys));
    const open = await answerTo("/posture findings critical or high");
    await team.slack.click({ user: "Ana", message: open.ts, label: "Next" });
    expect((await changed(open.ts, "Findings: 11–")).text).toContain("(open · critical or high)");
  });

  test("asks for nothing where a word is not known, and names the nearest", async () => {
    const answer = await answerTo("/posture findings crtical s3");
    expect(answer.text).toContain("does not know the word “crtical”; did you mean critical? Nothing was looked for.");
    const region = await answerTo("/posture findings region=us-east-11");
    expect(region.text).toContain("did you mean us-east-1?");
  });

  test("answers that nothing matches without saying that all is well", async () => {
    const answer = await answerTo('/posture findings text="no such name"');
    expect(answer.text).toBe("No finding matches: open · “no such name”.");
  });
});

test("/posture checks lists what is looked for with how much of it is open, and turns its pages", async () => {
  const all = await answerTo("/posture checks");
  expect(all.text).toMatch(/^Checks: 1–10 of \d+$/);
  await team.slack.click({ user: "Ana", message: all.ts, label: "Next" });
  await changed(all.ts, "Checks: 11–");
  const one = await answerTo("/posture checks s3/bucket-acl-public");
  expect(one.text).toBe("Checks: 1 of 1 (s3/bucket-acl-public)");
  expect(shown(one)).toContain("s3:GetBucketAcl");
  expect((await answerTo("/posture checks region=us-east-1")).text).toContain("Checks have no region");
});

describe("one resource", () => {
  let id: string;
  let arn: string;
  beforeAll(async () => {
    id = rowsOf(await answerTo("/posture findings critical s3"))[0] ?? "";
    arn = /(arn:aws:s3:::[^"]+)"/.exec(shown(await answerTo(`/posture show ${id}`)))?.[1] ?? "";
  });

  test("/posture why tells its findings, when it was first seen, and what the last sweep saw, by its ARN or a finding's id", async () => {
    const answer = await answerTo(`/posture why ${arn}`);
    expect(answer.text).toMatch(new RegExp(`: \\d+ findings?: ${arn}$`));
    expect(rowsOf(answer)).toContain(id);
    expect(shown(answer)).toContain("First seen ");
    expect(shown(answer)).toMatch(/AWS::S3::Bucket(?: in \S+)?, account \d{12}: .*all \d+ were listed in the last sweep/);
    expect((await answerTo(`/posture why ${id}`)).text).toBe(answer.text);
  });

  test("/posture why tells since when it knows a resource without findings, and concludes nothing more", async () => {
    const all: string[] = [];
    let page = await answerTo("/posture findings all s3");
    for (;;) {
      all.push(shown(page));
      if (!shown(page).includes('"Next"')) break;
      const { text } = page;
      await team.slack.click({ user: "Ana", message: page.ts, label: "Next" });
      page = await vi.waitFor(() => {
        const next = team.slack.messages().find(({ ts }) => ts === page.ts);
        if (!next || next.text === text) throw new Error("the page has not been turned");
        return next;
      }, soon);
    }
    const names = team.aws.world().accounts[0]?.buckets.map(({ Name }) => Name) ?? [];
    const quiet = names.find((name) => !all.join().includes(name));
    const answer = await answerTo(`/posture why arn:aws:s3:::${quiet}`);
    expect(answer.text).toBe(`Posture has no finding about this resource: arn:aws:s3:::${quiet}`);
    expect(shown(answer)).toContain("First seen ");
    expect(shown(answer)).toContain("AWS::S3::Bucket");
  });

  test("/posture why does not take a stranger for well", async () => {
    const answer = await answerTo("/posture why arn:aws:s3:::nobody-has-this");
    expect(answer.text).toBe("Posture has never seen this resource: arn:aws:s3:::nobody-has-this");
    expect((await answerTo("/posture why nothing-like-this")).text).toContain("no finding nothing-like-this");
    expect((await answerTo("/posture why")).text).toContain("Which resource?");
  });

  test("/posture recheck reads it once for all of its findings by its ARN", async () => {
    const open = Number(/: (\d+) finding/.exec((await answerTo(`/posture why ${arn}`)).text)?.[1]);
    const answer = await answerTo(`/posture recheck ${arn}`);
    expect(answer.text.split("\n").filter((line) => line.includes("re-checked: still failing")).length).toBeGreaterThan(0);
    expect(answer.text.split("\n").length).toBeLessThanOrEqual(open);
  });
});

test("/posture suppressions lists who hides what, why and until when", async () => {
  expect((await answerTo("/posture suppressions")).text).toBe("Nothing is suppressed.");
  const digest = team.slack.messages().find(({ text }) => text.startsWith("First sweep of account"));
  await team.slack.click({ user: "Ana", message: digest?.ts ?? "", label: "Post the criticals" });
  const critical = await vi.waitFor(() => {
    const found = team.slack.messages().find(({ text, ephemeralFor }) => ephemeralFor === undefined && text.startsWith("🔴 Critical"));
    if (!found) throw new Error("no critical finding has been posted");
    return found;
  }, soon);
  await team.slack.click({ user: "Ana", message: critical.ts, label: "Suppress" });
  await vi.waitFor(() => expect(team.slack.openModal("Ana")).toBeDefined(), soon);
  await team.slack.submit({ user: "Ana", values: { Basis: "By design", Justification: "A website that is meant to be read." } });
  await changed(critical.ts, "Suppressed");
  const answer = await answerTo("/posture suppressions");
  expect(answer.text).toBe("Suppressions: 1 of 1");
  expect(shown(answer)).toContain("A website that is meant to be read.");
  expect((await answerTo("/posture findings suppressed")).text).toBe("Findings: 1 of 1 (suppressed)");
  expect((await answerTo("/posture suppressions critical")).text).toContain("takes no filter");
});

test("/posture status tells of the last sweep, what it could not read, and the versions", async () => {
  const answer = await answerTo("/posture status");
  expect(answer.text).toMatch(/^Posture status: /);
  expect(shown(answer)).toMatch(/It took .* and \d+ calls?; \d+ of \d+ listings complete/);
  expect(shown(answer)).toContain(`Node.js ${process.versions.node}`);
});

test("/posture help teaches every word, with examples", async () => {
  const answer = await answerTo("/posture help");
  for (const word of ["findings", "show", "recheck", "why", "suppressions", "checks", "status", "summary"])
    expect(shown(answer)).toContain(`/posture ${word}`);
  expect(shown(answer)).toContain("/posture findings critical or high s3 in eu-west-1");
});

describe("the Home tab", () => {
  type Blocks = Message["blocks"];
  const home = (user: PersonName = "Ana"): Blocks => team.slack.home(user)?.blocks ?? [];
  const idsIn = (blocks: Blocks): readonly string[] => [...JSON.stringify(blocks).matchAll(/ · ([0-9a-f]{12})"/g)].map(([, id = ""]) => id);
  /** Of its list, behind what is shown of the gravest. */
  const listIn = (blocks: Blocks): readonly string[] => idsIn(blocks.slice(blocks.findIndex((block) => says([block], "Findings: "))));
  const says = (blocks: Blocks, words: string): boolean => JSON.stringify(blocks).includes(words);
  const showing = (words: string, user: PersonName = "Ana"): Promise<Blocks> =>
    vi.waitFor(() => {
      const blocks = home(user);
      if (!says(blocks, words)) throw new Error(`the Home tab of ${user} does not say "${words}":\n${JSON.stringify(blocks, null, 1)}`);
      return blocks;
    }, soon);

  test("shows who opens it what is open, what was asked in the channel, and when the next sweep begins", async () => {
    await team.slack.openHome();
    const blocks = await showing("Findings: 1–10 of");
    const first = await answerTo("/posture findings");
    const total = /of (\d+)/.exec(first.text)?.[1];
    expect(says(blocks, `Posture: ${total} open findings`)).toBe(true);
    expect(listIn(blocks)).toEqual(rowsOf(first));
    expect(says(blocks, "The next begins ")).toBe(true);
  });

  test("is narrowed by its menus, one after the other, and turns its pages", async () => {
    await team.slack.clickHome({ label: "Severity", value: "high" });
    await showing("(open · high)");
    await team.slack.clickHome({ label: "Service", value: "s3" });
    const blocks = await showing("(open · high · s3)");
    expect(listIn(blocks)).toEqual(rowsOf(await answerTo("/posture findings high s3")));
    await team.slack.clickHome({ label: "Clear filters" });
    await showing("(open)");
    await team.slack.clickHome({ label: "Next" });
    await showing("Findings: 11–20 of");
  });

  test("keeps its filter for the next time it is opened", async () => {
    await team.slack.clickHome({ label: "Severity", value: "critical" });
    await showing("(open · critical)");
    await team.slack.openHome();
    await vi.waitFor(() => expect(team.slack.ledger().filter(({ method }) => method === "views.publish").length).toBeGreaterThan(5), soon);
    expect(says(home(), "(open · critical)")).toBe(true);
  });

  test("brings exactly what its filter shows as a file to who asks for it, and to nobody else", async () => {
    await team.slack.clickHome({ label: "Export JSON" });
    await showing("Your export has arrived: ");
    const [file] = team.slack.directMessages("Ana").flatMap(({ files = [] }) => files);
    expect(file?.name).toMatch(/^posture-findings-.*\.json$/);
    expect(team.slack.directMessages("Ben")).toEqual([]);
  });
});

describe("a guest in the channel", () => {
  test("may ask, and turn pages", async () => {
    const answer = await answerTo("/posture findings", "Gus");
    await team.slack.click({ user: "Gus", message: answer.ts, label: "Next" });
    expect((await changed(answer.ts, "Findings: 11–20")).ephemeralFor).toBe("Gus");
  });
  test("may not have anything read in AWS, and the audit log keeps that", async () => {
    const [id] = rowsOf(await answerTo("/posture findings", "Gus"));
    expect((await answerTo(`/posture recheck ${id}`, "Gus")).text).toContain("Only full members");
    expect(await team.events()).toContainEqual(expect.objectContaining({ type: "refused", subject: `command:recheck ${id}` }));
  });
});
