import { readdirSync, rmSync } from "node:fs";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Demo, openBrowser, startDemo, type Visit, visit } from "./browser.test.fixture.ts";
import { OPENED } from "./changes.ts";

const CLOSED = /After RevokeSecurityGroupIngress by ben: resolved\./;
const TRIED_AGAIN = "re-checked: still failing";

describe("the demo, as a person lives it", () => {
  let browser: Browser;
  let demo: Demo;
  let ana: Visit;
  beforeAll(async () => {
    browser = await openBrowser();
    demo = await startDemo();
    ana = await visit(browser, demo.url);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
    if (demo) rmSync(demo.folder, { recursive: true });
  });

  it("tells the first sweep in one digest, with a menu of its findings", async () => {
    const digest = ana.message("First sweep of account");
    await digest.getByRole("button", { name: "Post the criticals" }).waitFor();
    expect(await ana.page.getByRole("article").count()).toBe(1);
    expect(await digest.innerText()).toMatch(/🔴 \d+ critical {3}🟠 \d+ high/);
    await ana.shoot("01-digest");
  });

  it("opens a finding of the example plugin from the digest's menu, by the keyboard", async () => {
    const { page } = ana;
    await page.getByRole("button", { name: "Open a finding" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.type("old versions");
    await page.keyboard.press("ArrowDown");
    await ana.shoot("02-menu");
    await page.keyboard.press("Enter");
    const opened = ana.message("Low · Bucket does not keep old versions");
    await opened.getByRole("button", { name: "Re-check" }).waitFor();
    expect(await opened.innerText()).toContain("Turn on Bucket Versioning.");
    await ana.shoot("03-example-plugin");
  });

  it("posts the criticals, each as a message of its own", async () => {
    await ana.page.getByRole("button", { name: "Post the criticals" }).click();
    await ana.message("Critical · Bucket ACL grants public read: example-crm-exports").waitFor();
    await ana.message("Critical · All ports open to the internet").waitFor();
    await ana
      .message("Only visible to you")
      .filter({ hasText: /Posting \d+ critical findings/ })
      .waitFor();
    expect(await ana.page.getByRole("button", { name: "Post the criticals" }).count()).toBe(0);
    await ana.shoot("04-criticals");
  });

  it("gives a port that somebody opens meanwhile a message of its own", async () => {
    await ana.message(`Security group ${OPENED.name} (${OPENED.id}) lets the whole internet reach SSH`).waitFor();
    expect(await ana.message(OPENED.id).innerText()).toMatch(/After AuthorizeSecurityGroupIngress by ben, /);
    expect(demo.said()).toContain(`Somebody has opened SSH to the internet in the security group ${OPENED.name}.`);
    await ana.message(OPENED.id).scrollIntoViewIfNeeded();
    await ana.shoot("05-opened");
  });

  it("says within three seconds of Re-check that it is still failing, in the same message", async () => {
    const news = ana.message(OPENED.id);
    await news.getByRole("button", { name: "Re-check" }).click();
    const began = performance.now();
    await news.getByText(TRIED_AGAIN).waitFor();
    expect(performance.now() - began).toBeLessThan(3000);
    expect(await news.count()).toBe(1);
    expect(await news.innerText()).toContain("@Ana: re-checked");
    await ana.shoot("06-still-failing");
  });

  it("turns the same message to resolved by itself within seconds of the fix, and says who fixed it", async () => {
    demo.type("f");
    const news = ana.message(OPENED.id);
    await news.getByText("✅ Resolved · SSH open to the internet").waitFor();
    expect(await news.count()).toBe(1);
    expect(await news.getByRole("button").count()).toBe(0);
    expect(await news.innerText()).toMatch(/Resolved after RevokeSecurityGroupIngress by ben, /);
    expect(await news.innerText()).not.toContain(TRIED_AGAIN);
    await news.scrollIntoViewIfNeeded();
    await ana.shoot("07-resolved");
  });

  it("wants a justification, and with one changes the message and the summary's counts", async () => {
    const { page } = ana;
    await ana.say("/posture summary");
    const before = await countsIn(ana);
    const finding = ana.message("arn:aws:s3:::example-marketing-site");
    await finding.getByRole("button", { name: "Suppress" }).click();
    // Its name follows the scope.
    const dialog = page.getByRole("dialog");
    const why = dialog.getByLabel("Justification");
    await dialog.getByLabel("Basis").selectOption("By design");
    await dialog.getByRole("button", { name: "Suppress" }).click();
    await dialog.getByText("This field is required").waitFor();
    await why.fill("Half of a sentence");
    await dialog.getByLabel("Scope").selectOption("This check in the whole account 111122223333");
    await dialog.getByText("findings to come too").waitFor();
    expect(await why.inputValue()).toBe("Half of a sentence");
    await ana.shoot("08-scope");
    await dialog.getByLabel("Scope").selectOption("This finding only");
    await dialog.getByText("comes back then").waitFor();
    await why.fill("no");
    await why.press("Tab");
    await dialog.getByRole("button", { name: "Suppress" }).click();
    await dialog.getByText("Please say why, in at least 10 characters.").waitFor();
    expect(await why.getAttribute("aria-invalid")).toBe("true");
    await ana.shoot("08-no-justification");
    await why.fill("A public website, reviewed with its owners.");
    await dialog.getByRole("button", { name: "Suppress" }).click();
    await dialog.waitFor({ state: "hidden" });
    await finding.getByText("🔕 Suppressed · Bucket policy allows Principal: *").waitFor();
    await finding.scrollIntoViewIfNeeded();
    await ana.shoot("09-suppressed");
    await ana.say("/posture summary");
    await expect.poll(() => countsIn(ana)).toEqual({ critical: before.critical - 1, suppressed: before.suppressed + 1 });
    await ana.shoot("10-summary");
  });

  it("has in the thread of a message how to fix it, and then what happened and who did it, in light and dark", async () => {
    const { page } = ana;
    const threadOf = (words: string): Locator =>
      page.locator("article", { hasText: words }).first().locator("xpath=following-sibling::button[1]");
    await threadOf(OPENED.id).click();
    await page.getByRole("article", { name: "How to fix it, and the evidence: SSH open to the internet" }).waitFor();
    await ana.message(CLOSED).waitFor();
    await ana.message(CLOSED).scrollIntoViewIfNeeded();
    await ana.shoot("12-thread");
    await page.emulateMedia({ colorScheme: "dark" });
    await ana.shoot("12-thread-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await threadOf(OPENED.id).click();
    expect(await ana.message(CLOSED).count()).toBe(0);
  });

  it("refuses a guest, who alone is told", async () => {
    const gus = await visit(browser, demo.url, { as: "Gus" });
    await gus.message("example-press-kit").getByRole("button", { name: "Re-check" }).click();
    const refusal = "Only full members of this workspace may re-check a finding.";
    await gus.message("Only visible to you").filter({ hasText: refusal }).waitFor();
    expect(await gus.message(TRIED_AGAIN).count()).toBe(0);
    expect(await ana.message(refusal).count()).toBe(0);
    await gus.shoot("11-guest");
    expect(gus.complaints).toEqual([]);
    await gus.page.close();
  });

  it("suggests only commands that the bot knows", async () => {
    const { page } = ana;
    const box = page.getByRole("combobox", { name: "Message #security" });
    await box.fill("/posture");
    const suggested = await page
      .getByRole("listbox", { name: "Commands of Posture" })
      .getByRole("option")
      .locator("strong")
      .allInnerTexts();
    await ana.shoot("12-commands");
    await box.fill("/posture help");
    await box.press("Enter");
    const help = ana.message("watches your AWS accounts");
    await help.waitFor();
    const known = await help.innerText();
    expect(suggested.length).toBeGreaterThan(3);
    for (const command of suggested) expect(known).toContain(command);
  });

  it.each([
    ["dark", { colorScheme: "dark" }],
    ["narrow", { width: 390, height: 844 }],
    ["narrow-dark", { width: 390, height: 844, colorScheme: "dark" }],
    ["wide", { width: 1600, height: 1000 }],
  ] as const)("can be read in full: %s", async (name, look) => {
    const ben = await visit(browser, demo.url, { as: "Ben", ...look });
    await ben.message(OPENED.id).getByText("✅ Resolved").waitFor();
    await ben.shoot(`13-${name}`);
    expect(await ben.page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")).toBe(0);
    await ben.message("example-press-kit").getByRole("button", { name: "Suppress" }).click();
    await ben.page.getByRole("dialog").getByLabel("Justification").waitFor();
    await ben.shoot(`14-window-${name}`);
    await ben.page.keyboard.press("Escape");
    await ben.page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(ben.complaints).toEqual([]);
    await ben.page.close();
  });

  it("ends with everything it started, and the page says so", async () => {
    expect(ana.complaints).toEqual([]);
    const began = performance.now();
    expect(await demo.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(2000);
    await ana.page.getByText("The local workspace has ended").waitFor();
    expect(readdirSync(demo.folder), "nothing is left behind").toEqual([]);
  });
});

/** What the latest summary says. */
async function countsIn(visit: Visit): Promise<{ readonly critical: number; readonly suppressed: number }> {
  const text = await visit.message("Posture summary:").last().innerText();
  const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? Number.NaN);
  return { critical: number(/🔴 Critical\s+(\d+)/), suppressed: number(/(\d+) suppressed/) };
}
