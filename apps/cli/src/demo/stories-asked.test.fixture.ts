import type { Locator } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import type { Visit } from "./browser.test.fixture.ts";
import { groupOf, type Office, sweep } from "./stories.test.fixture.ts";

/** What the stories before these have left behind. */
interface Scene {
  readonly office: Office;
  readonly ana: Visit;
  /** A bucket with a message of its own in the channel. */
  readonly bucket: string;
}

/** What people ask, and what they may not do. */
export function storiesOfQuestions(scene: () => Scene): void {
  let office: Office;
  let ana: Visit;
  let bucket: string;
  beforeAll(() => void ({ office, ana, bucket } = scene()));

  /** The answer to a command, which only who asks sees. */
  async function answer(line: string, words: string | RegExp, name: string, who: Visit = ana): Promise<Locator> {
    await who.say(line);
    const told = who.message("Only visible to you").filter({ hasText: words }).last();
    await told.waitFor();
    await told.scrollIntoViewIfNeeded();
    await who.shoot(name);
    return told;
  }

  it("Help says the commands, the filters, and what the reader may do", async () => {
    const help = await answer("/posture help", "watches your AWS accounts", "64-help");
    expect(await help.innerText()).toContain("/posture findings");
  });

  it("A mistyped word is answered with what was meant", async () => {
    const told = await answer("/posture findngs critical", "findings", "65-mistyped");
    expect(await told.innerText()).toContain("findings");
    await answer("/posture findings critcal", "critical", "65-mistyped-filter");
  });

  it("List: the open findings that match, ten at a time, the gravest first", async () => {
    const list = await answer("/posture findings", /1–10 of \d+/, "66-findings");
    await list.getByRole("button", { name: "Next" }).click();
    await ana.message(/11–20 of \d+/).waitFor();
    expect(await ana.message(/1–10 of \d+/).count(), "the page is turned in its place").toBe(0);
    await ana.shoot("67-findings-next");
  });

  it("Home: my findings, my approvals, posture counts, health of the last sweep", async () => {
    const cem = await office.as("Cem", { home: true });
    await cem.page.getByRole("article", { name: "Home" }).getByText("critical").first().waitFor();
    await cem.shoot("75-home");
    expect(cem.complaints).toEqual([]);
    await cem.page.close();
  });

  it("Daily digest: new, resolved, reopened, oldest criticals", async () => {
    const digest = await answer("/posture digest", /Reopened \(\d+\)|Oldest criticals/, "76-digest");
    expect(await digest.innerText()).toMatch(/resolved/);
  });

  it("Why: what is known of a resource", async () => {
    const why = await answer(`/posture why arn:aws:s3:::${bucket}`, `${bucket}: 3 findings`, "68-why");
    expect(await why.innerText()).toContain("suppressed");
  });

  it("Refusals are for one person alone, and name who can do it", async () => {
    for (const [who, words] of [
      ["Dee", /You may not suppress a finding: that takes the role analyst or one above it\. Who can: .*@Ben/],
      ["Gus", "Only full members of this workspace may suppress a finding."],
      ["Sam", "Only full members of this workspace may suppress a finding."],
    ] as const) {
      const them = await office.as(who, { width: 900, height: 700 });
      await them.message(bucket).getByRole("button", { name: "Suppress" }).last().click();
      await them.message("Only visible to you").filter({ hasText: words }).waitFor();
      await them.shoot(`69-refused-${who}`);
      expect(await ana.message(words).count()).toBe(0);
      expect(them.complaints).toEqual([]);
      await them.page.close();
    }
  });
}

/** Findings that go elsewhere, and a channel that takes nothing. */
export function storiesOfChannels(scene: () => Scene): void {
  let office: Office;
  let ana: Visit;
  beforeAll(() => void ({ office, ana } = scene()));

  const AMERICA = groupOf("us-debug", 40, "us-east-1");

  it("A finding goes to the channel of its route, and to no other", async () => {
    office.ssh("open", AMERICA);
    await sweep(ana);
    await ana.page.getByRole("link", { name: "infra" }).click();
    await ana.page.getByRole("heading", { level: 1, name: "infra" }).waitFor();
    await ana.message(AMERICA.id).getByRole("button", { name: "Re-check" }).click();
    await ana.message(AMERICA.id).getByText("re-checked: still failing").waitFor();
    await ana.shoot("70-second-channel");
    await ana.page.getByRole("link", { name: "security" }).click();
    await ana.message("First sweep of account").waitFor();
    expect(await ana.message(AMERICA.id).count()).toBe(0);
  });

  it("An archived channel has its own plain sentence, an admin notice and an automatic fallback channel", async () => {
    await office.api("conversations.archive", { channel: office.infra });
    const lost = groupOf("us-lost", 41, "us-east-1");
    office.ssh("open", lost);
    await sweep(ana);
    await ana.message(lost.id).waitFor();
    await ana.message("#infra is archived").first().waitFor();
    await ana.message("#infra is archived").first().scrollIntoViewIfNeeded();
    await ana.shoot("71-fallback");
    await ana.say("/posture status");
    const status = ana.message("Posture status: not everything can be said in Slack");
    await status.waitFor();
    await status.scrollIntoViewIfNeeded();
    expect(await status.innerText()).toContain("#infra is archived");
    await ana.shoot("72-status");
  });
}
