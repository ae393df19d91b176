import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Visit } from "./browser.test.fixture.ts";
import { choose, groupOf, type Office, openOffice } from "./stories.test.fixture.ts";

/* Each story is called by the sentence that it proves: of the product's description, or of what a person should see in Slack. */

const NEWS = groupOf("debug-access", 1);
const REASON = "Reviewed with the network team.";
const BUCKET = "example-press-kit";

let office: Office;
let ana: Visit;
let news: Locator;
beforeAll(async () => {
  office = await openOffice();
  ana = await office.as("Ana");
  news = ana.message(NEWS.id).first();
  await ana.message("First sweep of account").first().waitFor();
});
afterAll(() => office?.close());

/** A sweep, by whoever may. */
async function sweep(): Promise<void> {
  const before = await ana.message("Swept: ").count();
  await ana.say("/posture scan");
  await expect.poll(() => ana.message("Swept: ").count(), { timeout: 30_000 }).toBe(before + 1);
}
const dialogOf = ({ page }: Visit): Locator => page.getByRole("dialog");

describe("a finding", () => {
  it("First sweep: no single posts, one digest with totals by severity and the criticals", async () => {
    const digest = ana.message("First sweep of account").first();
    expect(await digest.innerText()).toMatch(/🔴 \d+ critical {3}🟠 \d+ high/);
    expect(await ana.message(/^🔴/).count()).toBe(0);
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
    const ben = await office.as("Eva");
    await ben.message(NEWS.id).getByRole("button", { name: "Re-check" }).click();
    await news.getByText("⏳ Checking").waitFor();
    expect(await news.innerText()).toContain("@Eva");
    expect(await news.getByRole("button", { name: "Re-check" }).count()).toBe(0);
    await ana.shoot("43-checking");
    await news.getByText("re-checked: still failing").waitFor();
    office.aws.clearFaults();
    await ana.shoot("44-still-failing");
    await ben.page.close();
  });

  it("Re-check: what could not be read is told apart from what is still failing", async () => {
    office.aws.addFault({ operation: "ec2:*", kind: "denied" });
    await news.getByRole("button", { name: "Re-check" }).click();
    await news.getByText("could not be read").waitFor();
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
    const dialog = dialogOf(ana);
    await dialog.getByLabel("Basis").selectOption("By design");
    await dialog.getByLabel("Justification").fill("because");
    await dialog.getByLabel("Ticket").fill("http://example.com/7");
    await dialog
      .getByRole("button", { name: "Suppress", exact: true })
      .or(dialog.getByRole("button", { name: "Ask for approval" }))
      .click();
    await dialog.getByText("not an https address").waitFor();
    await ana.shoot("50-field-errors");
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

  it("Extend goes back through approval where it took one, and is no longer than the configuration allows", async () => {
    await news.getByRole("button", { name: "Extend" }).click();
    await ana.message("30 days from now are the most").waitFor();
    await ana.shoot("54-extend-refused");
  });

  it("Suppressed findings are excluded from the severity count but remain in the audit log", async () => {
    await choose(ana, news, "More…", /^History/);
    const history = ana.message("History of").last();
    await history.getByText("approved", { exact: false }).first().waitFor();
    await ana.shoot("55-history-suppressed");
  });
});
