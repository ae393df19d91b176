import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { beyond, type Visit } from "./browser.test.fixture.ts";
import { storiesOfChannels, storiesOfQuestions } from "./stories-asked.test.fixture.ts";
import { choose, groupOf, type Office, openOffice, sweep } from "./stories.test.fixture.ts";

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
  if (await dialogOf(ana).isVisible()) await ana.page.keyboard.press("Escape");
});

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
    await sweep(ana);
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
    expect(await news.innerText()).toMatch(/lets the whole internet reach SSH on tcp 22:\s+tcp 22 from 0\.0\.0\.0\/0/);
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
    expect(await news.innerText()).not.toContain("still failing");
    await ana.shoot("45-could-not-read");
  });

  it("Act: follow the remediation steps, which link to the AWS documentation", async () => {
    await choose(ana, news, "More…", "Remediation steps");
    const steps = ana.message("To fix SSH open to the internet").last();
    await steps.getByRole("link", { name: "AWS documentation" }).waitFor();
    await steps.scrollIntoViewIfNeeded();
    expect(await steps.getByRole("listitem").count()).toBe(6);
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
    expect(await dialog.getByText("findings to come too").count()).toBe(1);
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
    for (const words of ["Please say why, in at least 10 characters.", "not an https address"]) await dialog.getByText(words).waitFor();
    for (const field of ["Justification", "Ticket"]) expect(await dialog.getByLabel(field).getAttribute("aria-invalid")).toBe("true");
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
    expect(await dialogOf(ana).isVisible()).toBe(false);
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
    expect(await suppressed.innerText()).toContain("@Ana");
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
    expect(await finding.innerText(), "it is another that is hidden").toContain("🔴 Critical");
    await ana.shoot("59-related-done");
  });
});

describe("what becomes of a finding", () => {
  it("An Undo-type action replaces the buttons: a suppression is lifted, and the finding is open again", async () => {
    await news.getByRole("button", { name: "Lift suppression" }).click();
    await news.getByText("🔴 Critical · SSH open to the internet").waitFor();
    expect(await news.getByRole("button").allInnerTexts()).toEqual(["Re-check", "Suppress", "More…"]);
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
    await sweep(ana);
    await news.getByText("🔴 Reopened · Critical · SSH open to the internet").waitFor();
    expect(await news.innerText()).not.toContain("fixed");
    await news.scrollIntoViewIfNeeded();
    await ana.shoot("61-reopened");
  });

  it("Group by check and account: the group's message lists the first five, and opens each from its menu", async () => {
    office.ssh("open", ...Array.from({ length: 8 }, (_, i) => groupOf(`loadtest-${i}`, 10 + i)));
    await sweep(ana);
    const group = ana.message(/8 × SSH open to the internet/);
    await group.waitFor();
    expect(await group.getByRole("listitem").count()).toBe(6);
    await group.scrollIntoViewIfNeeded();
    await ana.shoot("62-group");
    await choose(ana, group, "Open a finding", /loadtest-7/);
    await group.locator("xpath=following-sibling::button[1]").click();
    const opened = ana.message("Critical · SSH open to the internet").filter({ hasText: "loadtest-7" });
    await opened.waitFor();
    await opened.scrollIntoViewIfNeeded();
    await ana.shoot("63-opened-from-group");
  });
});

const scene = (): { readonly office: Office; readonly ana: Visit; readonly bucket: string } => ({ office, ana, bucket: BUCKET });
describe("what people ask, and where it is told", () => {
  storiesOfQuestions(scene);
  storiesOfChannels(scene);
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
  await cem
    .message(/1–10 of \d+/)
    .last()
    .waitFor();
  await cem.shoot(`74-findings-${name}`);
  expect([await beyond(cem), cem.complaints]).toEqual([0, []]);
  await cem.page.close();
});

it("The browser complains of nothing", () => expect(ana.complaints).toEqual([]));
