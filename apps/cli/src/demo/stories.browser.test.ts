import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Visit } from "./browser.test.fixture.ts";
import { choose, groupOf, type Office, openOffice } from "./stories.test.fixture.ts";

/* Each story is called by the sentence that it proves: of the product's description, or of what a person should see in Slack. */

const NEWS = groupOf("debug-access", 1);
const REASON = "Reviewed with the network team.";
const BUCKET = "example-press-kit";
const VOLUME = "vol-0a1b2c3d4e5f60714";

let office: Office;
let ana: Visit;
let news: Locator;
beforeAll(async () => {
  office = await openOffice();
  ana = await office.as("Ana");
  news = ana.message(NEWS.id).first();
  await ana.message("First sweep of account").waitFor();
});
afterAll(() => office?.close());
afterEach(async () => {
  // A story that fails leaves no window before the next.
  if (await dialogOf(ana).isVisible()) await ana.page.keyboard.press("Escape");
});

/** A sweep, by whoever may. */
async function sweep(): Promise<void> {
  const before = await ana.message("Swept: ").count();
  await ana.say("/posture scan");
  await expect.poll(() => ana.message("Swept: ").count(), { timeout: 30_000 }).toBe(before + 1);
}
const dialogOf = ({ page }: Visit): Locator => page.getByRole("dialog");

describe("a finding", () => {
  it("First sweep: no single posts, one digest with totals by severity and the criticals", async () => {
    const digest = ana.message("First sweep of account");
    expect(await digest.innerText()).toMatch(/🔴 \d+ critical {3}🟠 \d+ high/);
    expect(await ana.message(/^🔴/).count()).toBe(0);
    await digest.scrollIntoViewIfNeeded();
    await ana.shoot("40-first-sweep");
  });

  it("Find: the finding appears with severity, resource ARN and affected region", async () => {
    office.ssh("open", NEWS);
    await sweep();
    await news.getByRole("button", { name: "Re-check" }).waitFor();
    const text = await news.innerText();
    for (const words of [
      "🔴 Critical · SSH open to the internet",
      `arn:aws:ec2:${NEWS.region}:${office.accountId}:security-group/${NEWS.id}`,
      NEWS.region,
    ])
      expect(text).toContain(words);
    await ana.shoot("41-open");
  });

  it("Understand: the full description, including the exact condition that triggered it", async () => {
    expect(await news.innerText()).toContain(`lets the whole internet reach SSH`);
    expect(await news.innerText()).toContain("0.0.0.0/0");
  });

  it("At most two visible buttons and one labelled menu, More…", async () => {
    expect(await news.getByRole("button").allInnerTexts()).toEqual(["Re-check", "Suppress", "More…"]);
    await news.getByRole("button", { name: "More…" }).click();
    expect(await ana.page.getByRole("option").allInnerTexts()).toEqual(
      expect.arrayContaining(["Remediation steps", "History", "Suppress related…", "Copy the ARN", "Open in the AWS console"]),
    );
    await ana.shoot("42-more");
    await ana.page.keyboard.press("Escape");
  });

  it("Re-check: the message says at once that it is being checked and by whom, buttons locked", async () => {
    office.aws.addFault({ operation: "ec2:*", kind: "slow", delayMs: 2500, times: 4 });
    const eva = await office.as("Eva");
    await eva.message(NEWS.id).getByRole("button", { name: "Re-check" }).click();
    await news.getByText("⏳ Checking").waitFor();
    expect(await news.innerText()).toContain("@Eva");
    expect(await news.getByRole("button", { name: "Re-check" }).count()).toBe(0);
    await ana.shoot("43-checking");
    await news.getByText("re-checked: still failing").waitFor();
    office.aws.clearFaults();
    await ana.shoot("44-still-failing");
    await eva.page.close();
  });

  it("Re-check: what could not be read is told apart from what is still failing", async () => {
    office.aws.addFault({ operation: "ec2:*", kind: "denied" });
    await news.getByRole("button", { name: "Re-check" }).click();
    await news.getByText("re-checked, but it could not be read: missing ec2:DescribeSecurityGroups").waitFor();
    office.aws.clearFaults();
    await ana.shoot("45-could-not-read");
  });

  it("Act: follow the remediation steps, which link to the AWS documentation", async () => {
    await choose(ana, news, "More…", "Remediation steps");
    const steps = ana.message("To fix SSH open to the internet").last();
    await steps.getByRole("link", { name: "AWS documentation" }).waitFor();
    await steps.scrollIntoViewIfNeeded();
    await ana.shoot("46-steps");
  });

  it("One line per transition: time, actor, source, reason", async () => {
    await choose(ana, news, "More…", /^History/);
    const history = ana.message("History of");
    await history.waitFor();
    expect(await history.innerText()).toContain("@Eva");
    await history.scrollIntoViewIfNeeded();
    await ana.shoot("47-history");
  });
});

describe("a suppression", () => {
  it("Suppress: basis, justification, scope, expiry, and a live preview of what would be hidden", async () => {
    await news.getByRole("button", { name: "Suppress" }).click();
    const dialog = dialogOf(ana);
    await dialog.getByText("It would hide 1 finding now: 1 critical.").waitFor();
    await ana.shoot("48-suppress");
    await dialog.getByLabel("Scope").selectOption(`This check in the whole account ${office.accountId}`);
    await dialog.getByText(/It would hide [2-9]\d* findings now/).waitFor();
    await ana.shoot("49-suppress-scope");
    await ana.page.emulateMedia({ colorScheme: "dark" });
    await ana.shoot("49-suppress-scope-dark");
    await ana.page.emulateMedia({ colorScheme: "light" });
  });

  it("Errors stay in the window, at their field", async () => {
    await news.getByRole("button", { name: "Suppress" }).click();
    const dialog = dialogOf(ana);
    await dialog.getByText("comes back then").waitFor();
    await dialog.getByLabel("Basis").selectOption("By design");
    await dialog.getByLabel("Justification").fill("because");
    await dialog.getByLabel("Ticket").fill("http://example.com/7");
    await dialog.getByRole("button", { name: "Ask for approval" }).click();
    await dialog.getByText("Please say why, in at least 10 characters.").waitFor();
    expect(await dialog.getByLabel("Justification").getAttribute("aria-invalid")).toBe("true");
    await ana.shoot("50-field-errors");
    await dialog.getByLabel("Justification").fill(REASON);
    await dialog.getByRole("button", { name: "Ask for approval" }).click();
    await dialog.getByText("not an https address").waitFor();
    await ana.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  });

  it("Above a threshold the submit creates a request, and everybody sees that it is pending and who asked", async () => {
    const ben = await office.as("Ben");
    await ben.message(NEWS.id).first().getByRole("button", { name: "Suppress" }).click();
    const dialog = dialogOf(ben);
    await dialog.getByLabel("Basis").selectOption("Accepted risk");
    await dialog.getByLabel("Justification").fill(REASON);
    await ben.shoot("51-ask-for-approval");
    await dialog.getByRole("button", { name: "Ask for approval" }).click();
    await news.getByText("Suppression pending").waitFor();
    expect(await news.innerText()).toContain("@Ben");
    expect(await news.innerText()).toContain("🔴 Critical");
    await news.scrollIntoViewIfNeeded();
    await ana.shoot("52-pending");
    await ben.page.close();
  });

  it("An approver who is not the requester gets it through, and the message shows both", async () => {
    const cem = await office.as("Cem", { width: 390, height: 844 });
    const his = cem.message(NEWS.id).first();
    await his.getByRole("button", { name: "Approve" }).click();
    await news.getByText("🔕 Suppressed · SSH open to the internet").waitFor();
    for (const words of ["@Ben", "approved by", "@Cem", REASON]) expect(await news.innerText()).toContain(words);
    await news.scrollIntoViewIfNeeded();
    await ana.shoot("53-approved");
    await his.scrollIntoViewIfNeeded();
    await cem.shoot("53-approved-narrow");
    await cem.page.close();
  });

  it("An expiry has a maximum: what lasts that long is not extended", async () => {
    await news.getByRole("button", { name: "Extend" }).click();
    const refusal = ana.message("30 days from now are the most");
    await refusal.waitFor();
    await refusal.scrollIntoViewIfNeeded();
    await ana.shoot("54-extend-refused");
  });

  it("Suppress with a justification; Extend asks until when", async () => {
    const digest = ana.message("First sweep of account");
    await choose(ana, digest, "Open a finding", new RegExp(VOLUME));
    const finding = ana.message(VOLUME).filter({ has: ana.page.getByRole("button", { name: "Suppress" }) });
    await finding.getByRole("button", { name: "Suppress" }).click();
    const dialog = dialogOf(ana);
    await dialog.getByLabel("Basis").selectOption("Fix planned");
    await dialog.getByLabel("Justification").fill(REASON);
    await dialog.getByLabel("Until").selectOption("7 days");
    await dialog.getByRole("button", { name: "Suppress" }).click();
    const suppressed = ana.message("🔕 Suppressed").filter({ hasText: VOLUME });
    await suppressed.getByRole("button", { name: "Extend" }).click();
    await dialog.getByText("At most").waitFor();
    await ana.shoot("55-extend");
    await dialog.getByRole("button", { name: "Extend" }).click();
    await dialog.waitFor({ state: "hidden" });
    await suppressed.getByText("extended").waitFor();
    await suppressed.scrollIntoViewIfNeeded();
    await ana.shoot("56-extended");
  });

  it("Suppressed findings are excluded from the severity count but remain in the audit log", async () => {
    await ana.say("/posture suppressions");
    const list = ana.message(/Suppressions?:/).last();
    await list.waitFor();
    expect(await list.innerText()).toContain(REASON);
    await list.scrollIntoViewIfNeeded();
    await ana.shoot("57-suppressions");
  });

  it("Suppress related: other open findings of the resource, for one reason", async () => {
    await choose(ana, ana.message("First sweep of account"), "Open a finding", new RegExp(BUCKET));
    const finding = ana.message(`arn:aws:s3:::${BUCKET}`).last();
    await choose(ana, finding, "More…", "Suppress related…");
    const dialog = dialogOf(ana);
    const boxes = dialog.getByRole("checkbox");
    await boxes.first().check();
    await ana.shoot("58-related");
    await dialog.getByLabel("Basis").selectOption("By design");
    await dialog.getByLabel("Justification").fill(REASON);
    await dialog.getByRole("button", { name: /^Suppress/ }).click();
    await ana
      .message(/Suppressed 1 finding\.|1 suppression waits for another person/)
      .last()
      .waitFor();
    await ana.shoot("59-related-done");
  });
});

describe("what becomes of a finding", () => {
  it("An Undo-type action replaces the buttons: a suppression is lifted, and the finding is open again", async () => {
    await news.getByRole("button", { name: "Lift suppression" }).click();
    await news.getByText("🔴 Critical · SSH open to the internet").waitFor();
  });

  it("Resolved: the original message turns green with who fixed it and how long it was open", async () => {
    office.ssh("closed", NEWS);
    await news.getByRole("button", { name: "Re-check" }).click();
    await news.getByText("✅ Resolved · SSH open to the internet").waitFor();
    expect(await news.innerText()).toMatch(/Open for .*, resolved /);
    expect(await news.getByRole("button").count()).toBe(0);
    await news.scrollIntoViewIfNeeded();
    await ana.shoot("60-resolved");
  });

  it("Reopened: the old message says reopened", async () => {
    office.ssh("open", NEWS);
    await sweep();
    await news.getByText("🔴 Reopened · Critical · SSH open to the internet").waitFor();
    await news.scrollIntoViewIfNeeded();
    await ana.shoot("61-reopened");
  });

  it("Group by check and account: the group's message lists the first five, and opens each from its menu", async () => {
    office.ssh("open", ...Array.from({ length: 8 }, (_, i) => groupOf(`loadtest-${i}`, 10 + i)));
    await sweep();
    const group = ana.message(/8 × SSH open to the internet/);
    await group.waitFor();
    expect(await group.getByRole("listitem").count()).toBe(6);
    await group.scrollIntoViewIfNeeded();
    await ana.shoot("62-group");
    await choose(ana, group, "Open a finding", /loadtest-7/);
    await ana.page
      .getByRole("button", { name: /^1 reply/ })
      .last()
      .click();
    const opened = ana.message("loadtest-7").filter({ has: ana.page.getByRole("button", { name: "Re-check" }) });
    await opened.waitFor();
    await opened.scrollIntoViewIfNeeded();
    await ana.shoot("63-opened-from-group");
  });
});

describe("what people ask", () => {
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
    await ana.shoot("67-findings-next");
  });

  it("Why: what is known of a resource", async () => {
    await answer(`/posture why arn:aws:s3:::${BUCKET}`, BUCKET, "68-why");
  });

  it("Refusals are for one person alone, and name who can do it", async () => {
    for (const [who, words] of [
      ["Dee", /You may not suppress a finding: that takes the role analyst or one above it\. Who can: .*@Ben/],
      ["Gus", "Only full members of this workspace may suppress a finding."],
      ["Sam", "Only full members of this workspace may suppress a finding."],
    ] as const) {
      const them = await office.as(who, { width: 900, height: 700 });
      await them.message(BUCKET).getByRole("button", { name: "Suppress" }).last().click();
      await them.message("Only visible to you").filter({ hasText: words }).waitFor();
      await them.shoot(`69-refused-${who}`);
      expect(await ana.message(words).count()).toBe(0);
      expect(them.complaints).toEqual([]);
      await them.page.close();
    }
  });
});

describe("several channels", () => {
  const AMERICA = groupOf("us-debug", 40, "us-east-1");

  it("A finding goes to the channel of its route, and to no other", async () => {
    office.ssh("open", AMERICA);
    await sweep();
    await ana.page.getByRole("link", { name: "infra" }).click();
    await ana.page.getByRole("heading", { name: "#infra" }).waitFor();
    await ana.message(AMERICA.id).getByRole("button", { name: "Re-check" }).click();
    await ana.message(AMERICA.id).getByText("re-checked: still failing").waitFor();
    await ana.shoot("70-second-channel");
    await ana.page.getByRole("link", { name: "security" }).click();
    await news.waitFor();
    expect(await ana.message(AMERICA.id).count()).toBe(0);
  });

  it("An archived channel has its own plain sentence, an admin notice and an automatic fallback channel", async () => {
    await office.api("conversations.archive", { channel: office.infra });
    const lost = groupOf("us-lost", 41, "us-east-1");
    office.ssh("open", lost);
    await sweep();
    await ana.message(lost.id).first().waitFor();
    console.log(
      JSON.stringify(
        office.slack
          .ledger()
          .filter(({ method }) => method.startsWith("chat.post") || method.startsWith("conversations"))
          .slice(-8)
          .map(({ method, arguments: a, answer }) => [
            method,
            a["channel"],
            answer?.ok,
            answer?.["channel"],
            answer?.error,
            String(a["text"]).slice(0, 50),
          ]),
        null,
        1,
      ),
      office.infra,
      office.slack.channelId,
    );
    await ana.message("#infra is archived").first().waitFor();
    await ana.message("#infra is archived").first().scrollIntoViewIfNeeded();
    await ana.shoot("71-fallback");
    await ana.say("/posture status");
    const status = ana.message("Posture status: not everything can be said in Slack");
    await status.waitFor();
    await status.scrollIntoViewIfNeeded();
    await ana.shoot("72-status");
  });
});

it.each([
  ["dark", { colorScheme: "dark" }],
  ["narrow", { width: 390, height: 844 }],
  ["narrow-dark", { width: 390, height: 844, colorScheme: "dark" }],
] as const)("Everything can be read in full: %s", async (name, look) => {
  const cem = await office.as("Cem", look);
  await cem.message(NEWS.id).first().waitFor();
  await cem.message(/8 × SSH open to the internet/).scrollIntoViewIfNeeded();
  await cem.shoot(`73-group-${name}`);
  await cem.say("/posture findings");
  await cem.message(/1–10 of \d+/).waitFor();
  await cem.shoot(`74-findings-${name}`);
  expect(await cem.page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")).toBe(0);
  expect(cem.complaints).toEqual([]);
  await cem.page.close();
});

it("The browser complains of nothing", () => expect(ana.complaints).toEqual([]));
