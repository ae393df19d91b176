import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Bot, startBot } from "./bot.ts";
import { openBrowser, settingsBetween, type Visit, visit } from "./browser.test.fixture.ts";
import { remembered } from "./remembered.test.fixture.ts";

const CONFIG = { suppressions: { approval: { critical: true } } };
const REASON = "A public website, reviewed with its owners.";

const textOf = (it: Visit): Promise<string> => it.page.locator("#home").innerText();
const choose = async ({ page }: Visit, menu: RegExp, choice: string): Promise<void> => {
  await page.getByRole("button", { name: menu }).click();
  await page.getByRole("option", { name: choice }).click();
};

describe("the Home tab, as a person lives with it", () => {
  let browser: Browser;
  let folder: string;
  let aws: SimulatedAws;
  let slack: LocalSlack;
  let bot: Bot;
  let ana: Visit;
  let list: Locator;
  beforeAll(async () => {
    browser = await openBrowser();
    folder = await mkdtemp(join(tmpdir(), "posture-home-"));
    await remembered(join(folder, "store"));
    const config = join(folder, "posture.config.mjs");
    await writeFile(config, `export default ${JSON.stringify(CONFIG)};`);
    aws = await startAws({ world: "demo" });
    slack = await startSlack();
    bot = await startBot({ ...(await settingsBetween(aws, slack, folder)), config }, () => {});
    const channel = await visit(browser, slack.url);
    await channel.message("First sweep of account").waitFor();
    await channel.page.close();
    ana = await visit(browser, slack.url, { home: true });
    list = ana.page.locator("#home");
  });
  afterAll(async () => {
    await browser?.close();
    await bot?.stop();
    await slack?.close();
    await aws?.close();
    await rm(folder, { recursive: true });
  });

  it("shows who opens it what is open, the trend as a picture, the oldest criticals, and whether all could be read", async () => {
    await list.getByRole("heading", { name: /^Posture: \d+ open findings$/ }).waitFor();
    await list.getByRole("img").waitFor();
    expect(await textOf(ana)).toMatch(/🔴 Critical[^]*Oldest criticals[^]*Findings: 1–10 of \d+ \(open\)[^]*Last sweep/);
    expect(await textOf(ana)).not.toContain("all clear");
    await ana.shoot("home-01-light");
    const dark = await visit(browser, slack.url, { home: true, colorScheme: "dark", width: 1600, height: 1000 });
    await dark.page.locator("#home").getByRole("img").waitFor();
    await dark.shoot("home-02-dark");
    expect(dark.complaints).toEqual([]);
    await dark.page.close();
  });

  it("is narrowed by severity, service and region, and says how", async () => {
    await choose(ana, /^Severity: /, "🟠 High");
    await list.getByText("(open · high)").waitFor();
    await choose(ana, /^Service: /, "s3");
    await list.getByText("(open · high · s3)").waitFor();
    expect(await list.getByRole("button", { name: "Severity: 🟠 High" }).count()).toBe(1);
    await list.getByText("(open · high · s3)").scrollIntoViewIfNeeded();
    await ana.shoot("home-03-filtered");
  });

  it("brings what is shown as a file, and says so where it was asked for", async () => {
    await list.getByRole("button", { name: "Export CSV" }).click();
    await list.getByText(/Your export has arrived: \d+ findings?\./).waitFor();
    await list.getByRole("button", { name: "Clear filters" }).click();
    await list.getByText(/Findings: 1–10 of \d+/).waitFor();
    expect(slack.directMessages("Ana").flatMap(({ files = [] }) => files)).toHaveLength(1);
  });

  it("posts a finding that has no message, and then leads to it", async () => {
    await list.getByRole("button", { name: "Open" }).first().click();
    await list.getByText(/^Posting .*\.$| is on its way\.$/).waitFor();
    await ana.page.reload();
    const link = list.getByRole("link", { name: "Open" }).first();
    await link.waitFor();
    await ana.shoot("home-04-opened");
    expect(await link.getAttribute("href")).toMatch(/\/archives\/\w+\/p\d{16}$/);
  });

  it("has another person approve from there what waits for them, and what it hides is gone from the list", async () => {
    const asked = await visit(browser, slack.url);
    const critical = asked
      .message("🔴 Critical")
      .filter({ has: asked.page.getByRole("button", { name: "Suppress" }) })
      .first();
    await critical.getByRole("button", { name: "Suppress" }).click();
    const dialog = asked.page.getByRole("dialog");
    await dialog.getByLabel("Basis").selectOption("By design");
    await dialog.getByLabel("Justification").fill(REASON);
    await dialog.getByRole("button", { name: "Ask for approval" }).click();
    await asked.message("Suppression pending").first().waitFor();
    await asked.page.close();

    const ben = await visit(browser, slack.url, { as: "Ben", home: true });
    const home = ben.page.locator("#home");
    await home.getByText("My approvals: 1 waiting").waitFor();
    await home.getByText(REASON).scrollIntoViewIfNeeded();
    await ben.shoot("home-05-approval");
    await home.getByRole("button", { name: "Approve" }).click();
    await home.getByText("You approved it.").waitFor();
    await home.getByText("Nothing waits for you.").waitFor();
    await home.getByText("1 suppressed", { exact: false }).first().waitFor();
    expect(ben.complaints).toEqual([]);
    await ben.page.close();
  });

  it("tells a guest who can see it, and shows nothing else", async () => {
    const gus = await visit(browser, slack.url, { as: "Gus", home: true });
    await gus.page.getByText("Only full members of this workspace may open the Home tab.").waitFor();
    expect(await gus.page.locator("#home").getByRole("button").count()).toBe(0);
    await gus.shoot("home-06-guest");
    await gus.page.close();
  });

  it.each(["light", "dark"] as const)("fits a telephone, %s", async (colorScheme) => {
    const eva = await visit(browser, slack.url, { as: "Eva", home: true, width: 390, height: 844, colorScheme });
    await eva.page
      .locator("#home")
      .getByText(/Findings: 1–10 of/)
      .waitFor();
    await eva.shoot(`home-07-phone-${colorScheme}`);
    const over = await eva.page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    expect(over).toBeLessThanOrEqual(0);
    const list = eva.page.locator("#home").getByText(/Findings: 1–10 of/);
    // It may be published anew at this very moment.
    await vi.waitFor(() => list.scrollIntoViewIfNeeded(), { timeout: 10_000 });
    await eva.shoot(`home-08-phone-list-${colorScheme}`);
    expect(eva.complaints).toEqual([]);
    await eva.page.close();
  });

  it("has nothing to complain about in the browser's console", () => expect(ana.complaints).toEqual([]));
});
