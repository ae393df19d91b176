import type { AuditEvent, Suppression } from "@posture/core";
import type { PersonName } from "@posture/sandbox/slack";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type Message, shown, soon, Team } from "./bot.test.fixture.ts";
import { openedGroup } from "./story.test.fixture.ts";

/* What people do with a finding's message, each part real: signed requests, Bolt, the store on the disk, a simulated AWS. */

const REASON = "Reviewed with the network team.";

const team = Team.forFile({ config: { suppressions: { maxDays: { low: 90 }, approval: { low: true } } } });
beforeAll(async () => {
  await team.slack.click({ message: (await team.digest()).ts, label: "Post the criticals" });
});
const openCritical = (words: string): Promise<Message> =>
  team.shown((it) => it.ephemeralFor === undefined && it.text.startsWith("🔴 Critical") && shown(it).includes(words));
/** What the window says by now. */
const window = (...words: string[]): Promise<string> =>
  vi.waitFor(() => {
    const text = JSON.stringify(team.slack.openModal());
    for (const word of words) expect(text).toContain(word);
    return text;
  }, soon);
const whispered = (words: string, person: PersonName = "Ana"): Promise<Message> => team.whispered(person, words);

async function stored(): Promise<{ readonly suppressions: readonly Suppression[]; readonly events: readonly AuditEvent[] }> {
  return { suppressions: await team.stored((store) => store.history()), events: await team.events() };
}

describe("the window that suppresses", () => {
  test("says what would be hidden, and says it anew for another scope, keeping what was typed", async () => {
    const message = await openCritical("arn:aws:s3");
    await team.slack.click({ message: message.ts, label: "Suppress" });
    await window("It would hide 1 finding now: 1 critical.");
    await team.slack.choose({ label: "Justification", value: REASON });
    await team.slack.choose({ label: "Scope", value: "Every check on this resource" });
    // What it may ever hide may be low, and a suppression of that has to be approved here.
    const text = await window("Ask for approval", "findings to come too", "now: ");
    expect(text).not.toContain("Counting");
    await team.slack.choose({ label: "Scope", value: "This finding only" });
    await window('"Suppress"', "The finding is watched on");
  });

  test("says everything that is wrong at once, each at its field, and does nothing", async () => {
    const wrong = await team.slack.submit({ values: { Basis: "By design", Justification: "because", Ticket: "http://example.com/7" } });
    expect(wrong.errors).toEqual({
      justification: "Please say why, in at least 10 characters.",
      ticket: "This is not an https address. Leave it empty, or paste the whole address.",
    });
    const short = await team.slack.submit({ values: { Ticket: "" } });
    expect(short.errors).toEqual({ justification: "Please say why, in at least 10 characters." });
    expect((await stored()).suppressions).toEqual([]);
  });

  test("suppresses one finding with its basis and its ticket, which its message shows", async () => {
    await team.slack.submit({ values: { Justification: REASON, Until: "7 days", Ticket: "https://example.com/SEC-7" } });
    const message = await team.shown(({ text }) => text.startsWith("🔕 Suppressed"));
    expect(shown(message)).toContain("By design: ");
    expect(shown(message)).toContain('"url":"https://example.com/SEC-7"');
    const [suppression] = (await stored()).suppressions;
    expect(suppression).toMatchObject({ basis: "by-design", justification: REASON, ticket: "https://example.com/SEC-7" });
    await team.slack.click({ message: message.ts, label: "Lift suppression" });
    await team.shown(({ ts, text }) => ts === message.ts && text.startsWith("🔴 Critical"));
  });

  test("suppresses a check in an account by rule: what the preview said is hidden, and whoever did it is told how much", async () => {
    team.aws.patchWorld(openedGroup(team.accountId));
    const message = await openCritical("security-group");
    await team.slack.click({ message: message.ts, label: "Suppress" });
    await team.slack.choose({ label: "Scope", value: `This check in the whole account ${team.accountId}` });
    const [, count] = /It would hide (\d+) findings? now/.exec(await window("Suppress by rule", "now: ")) ?? [];
    await team.slack.submit({ values: { Basis: "Fix planned", Justification: REASON } });
    const told = await whispered("Suppressed by rule.");
    expect(told.text).toContain(`It hides ${count} finding`);
    const hidden = await team.shown(({ ts, text }) => ts === message.ts && text.startsWith("🔕 Suppressed"));
    expect(shown(hidden)).toContain(", by the rule ");
    await team.slack.click({ message: message.ts, label: "Lift the rule" });
    await team.shown(({ ts, text }) => ts === message.ts && text.startsWith("🔴 Critical"));
  });

  test("that is late is told what has happened meanwhile, with who did it", async () => {
    const message = await openCritical("arn:aws:s3");
    await team.slack.click({ user: "Ben", message: message.ts, label: "Suppress" });
    await team.slack.click({ user: "Ana", message: message.ts, label: "Suppress" });
    await team.slack.submit({ user: "Ana", values: { Basis: "Accepted risk", Justification: REASON } });
    await team.shown(({ ts, text }) => ts === message.ts && text.startsWith("🔕 Suppressed"));
    const late = await team.slack.submit({ user: "Ben", values: { Basis: "Accepted risk", Justification: REASON } });
    expect(late.errors).toEqual({ scope: "This finding is suppressed already. Close this window." });
    await team.slack.choose({ user: "Ben", label: "Until", value: "7 days" });
    await vi.waitFor(() => expect(JSON.stringify(team.slack.openModal("Ben"))).toContain("This finding is suppressed already"), soon);
  });
});

describe("/posture scan", () => {
  test("sweeps now, says so at once, and then what came of it; who asks meanwhile joins", async () => {
    team.aws.patchWorld(openedGroup(team.accountId, { id: "sg-0aaa00000000000a1", name: "scan-me" }));
    await Promise.all([team.slack.command("/posture scan", "Ana"), team.slack.command("/posture scan", "Ben")]);
    await whispered("Swept: ", "Ana");
    await whispered("Swept: ", "Ben");
    const begun = team.slack.messages().flatMap(({ text }) => (text.includes("You will be told what comes of it") ? [text] : []));
    expect(begun.toSorted().map((text) => text.split(".")[0])).toEqual(["A sweep is running already", "Sweeping"]);
    const told = team.slack.messages().filter(({ text }) => text.startsWith("Swept: "));
    expect(new Set(told.map(({ text }) => text)).size).toBe(1);
    expect(told[0]?.text).toMatch(/^Swept: [1-9]\d* new/);
    expect(shown(told[0])).toMatch(/It took \d+ s and \d+ calls; \d+ of \d+ listings complete/);
    await team.shown(({ text }) => text.includes("scan-me"));
  });

  test("takes nothing more, and is not for guests", async () => {
    const before = (await stored()).events.filter(({ type }) => type === "sweep-finished").length;
    await team.slack.command("/posture scan s3");
    await whispered("takes nothing more");
    await team.slack.command("/posture scan", "Gus");
    await whispered("Only full members", "Gus");
    expect((await stored()).events.filter(({ type }) => type === "sweep-finished")).toHaveLength(before);
  });
});

describe("what stands behind More…", () => {
  let message: Message;
  let arn: string;
  beforeAll(async () => {
    message = await openCritical("arn:aws:ec2");
    arn = /(arn:aws:ec2:[^"]+)"/.exec(shown(message))?.[1] ?? "";
  });
  /** Chooses by what the menu shows, as a person does. */
  async function choose(label: string): Promise<void> {
    const menus = message.blocks.flatMap((block) => (block.type === "actions" ? block.elements : []));
    const menu = menus.find((it) => it.type === "static_select");
    const option = menu?.options?.find(({ text }) => text.text === label);
    if (option?.value === undefined) throw new Error(`there is no ${label}`);
    await team.slack.click({ message: message.ts, label: "More…", value: option.value });
  }

  test("the steps, the ARN and the way to AWS's console are shown to who asks alone", async () => {
    await choose("Remediation steps");
    expect(shown(await whispered("To fix "))).toContain("AWS documentation");
    await choose("Copy the ARN");
    await vi.waitFor(() => {
      const copies = team.slack.messages().filter((it) => it.ephemeralFor === "Ana" && shown(it).includes("rich_text_preformatted"));
      expect(copies.map(shown).join()).toContain(arn);
    }, soon);
    await choose("Open in the AWS console");
    expect(shown(await whispered("in the AWS console"))).toContain("console.aws.amazon.com");
  });

  test("the history says what happened and who did it, and is what the command says", async () => {
    await team.slack.click({ user: "Ben", message: message.ts, label: "Re-check" });
    await team.shown((it) => it.ts === message.ts && shown(it).includes("still failing"));
    await choose("History");
    const told = await whispered("History of ");
    for (const words of ["Opened", "a sweep", "Re-checked"]) expect(shown(told)).toContain(words);
    expect(shown(told)).toMatch(/"user_id":"U\w+"/);
  });

  test("other open findings of the resource are suppressed for one reason, each for itself", async () => {
    const before = (await stored()).suppressions.length;
    await choose("Suppress related…");
    await window("Suppress related", "checkboxes");
    const boxes = team.slack
      .openModal()
      ?.blocks.flatMap((block) => (block.type === "input" && block.element.type === "checkboxes" ? block.element.options : []));
    const values = { Basis: "Fix planned", Justification: REASON };
    const none = await team.slack.submit({ values });
    expect(none.errors).toEqual({ findings: "This field is required" });
    const chosen = (boxes ?? []).flatMap(({ value }) => value ?? []);
    await team.slack.submit({ values: { ...values, "Which of its other open findings?": chosen } });
    await whispered("1 suppression waits for another person, and hides nothing until then.");
    const made = (await stored()).suppressions;
    expect(made).toHaveLength(before + chosen.length);
    const own = made.filter(({ scope }) => "fingerprint" in scope && chosen.includes(scope.fingerprint));
    expect(own).toMatchObject([{ basis: "fix-planned", justification: REASON, approval: "waiting" }]);
    await choose("Suppress related…");
    await whispered("This resource has no other open finding");
  });

  test("a finding is assigned: its message says to whom, and who it was given to is told, with the way to it", async () => {
    await choose("Assign…");
    await window("Assign to", "Nobody in particular");
    const guest = await team.slack.submit({ values: { "Assign to": "Gus" } });
    expect(guest.errors).toEqual({ assignee: "Only a full member of this workspace can be assigned." });
    await team.slack.submit({ values: { "Assign to": "Ben" } });
    const assigned = await team.shown((it) => it.ts === message.ts && shown(it).includes("Assigned to "));
    const direct = await vi.waitFor(() => {
      const told = team.slack.directMessages("Ben").find((it) => it.text.startsWith("Assigned to you: "));
      if (!told) throw new Error("Ben was not told");
      return told;
    }, soon);
    expect(shown(direct)).toContain("Open its message");
    const event = (await stored()).events.findLast(({ type }) => type === "assigned");
    expect(shown(assigned)).toContain(`"text":"Assigned to "},{"type":"user","user_id":"${event?.after}"}`);
    expect(event).toMatchObject({ source: "slack", actor: { kind: "user", via: "slack" } });
    await team.slack.command("/posture findings assignee=@Ben");
    expect((await whispered(`assigned to ${event?.after}`)).text).toMatch(/^Findings: .*1/);
    await team.slack.command("/posture findings mine", "Ben");
    expect((await whispered(`assigned to ${event?.after}`, "Ben")).text).toMatch(/^Findings: .*1/);
    await choose("Assign…");
    await team.slack.submit({ values: { "Or to nobody": ["nobody"] } });
    await team.shown((it) => it.ts === message.ts && !shown(it).includes("Assigned to "));
    expect((await stored()).events.findLast(({ type }) => type === "unassigned")).toMatchObject({ before: event?.after });
  });

  test("a finding is assigned by its id and a name, and not to a guest", async () => {
    const [id] = /v1-[0-9a-f]{32}/.exec(shown(message)) ?? [];
    const deeds = async (): Promise<readonly string[]> =>
      (await stored()).events.flatMap(({ type }) => (type === "assigned" || type === "unassigned" ? [type] : []));
    const before = await deeds();
    await team.slack.command(`/posture assign ${id} @gus`);
    await whispered("Only a full member of this workspace can be assigned.");
    expect(await deeds()).toEqual(before);
    await team.slack.command(`/posture assign ${id} @ben`);
    await whispered("is assigned to");
    await team.slack.command(`/posture assign ${id} nobody`);
    await whispered("is assigned to nobody in particular");
    expect(await deeds()).toEqual([...before, "assigned", "unassigned"]);
  });

  test("tells guests what it tells everybody in the channel, and lets them do nothing", async () => {
    const guests = (): readonly Message[] => team.slack.messages().filter((it) => it.ephemeralFor === "Gus");
    const choice = async (verb: string): Promise<Message | undefined> => {
      const before = guests().length;
      await team.slack.click({ user: "Gus", message: message.ts, label: "More…", value: valueIn(message, verb) });
      await vi.waitFor(() => expect(guests()).toHaveLength(before + 1), soon);
      return guests().at(-1);
    };
    expect((await choice("steps"))?.text).toMatch(/^To fix /);
    expect((await choice("assign"))?.text).toMatch(/^Only full members of this workspace may assign a finding/);
    expect((await stored()).events.at(-1)).toMatchObject({ type: "refused" });
  });
});

/** What the menu has for a verb. */
function valueIn({ blocks }: Message, verb: string): string {
  const menu = blocks.flatMap((block) => (block.type === "actions" ? block.elements : [])).find((it) => it.type === "static_select");
  return menu?.options?.find(({ value }) => value?.startsWith(`${verb}|`))?.value ?? "";
}
