import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bot, startBot } from "./bot.ts";
import { openBrowser, settingsBetween, type Visit, visit } from "./browser.test.fixture.ts";
import { remembered } from "./remembered.test.fixture.ts";

/** Of a picture that was loaded, in its own pixels. */
function widthOf(picture: Locator): Promise<number> {
  return picture.evaluate((it) => ("naturalWidth" in it ? Number(it.naturalWidth) : 0));
}

describe("files in Slack, as a person sees them", () => {
  let browser: Browser;
  let folder: string;
  let aws: SimulatedAws;
  let slack: LocalSlack;
  let bot: Bot;
  let ana: Visit;
  beforeAll(async () => {
    browser = await openBrowser();
    folder = await mkdtemp(join(tmpdir(), "posture-files-"));
    await remembered(join(folder, "store"));
    aws = await startAws({ world: "demo" });
    slack = await startSlack();
    bot = await startBot(await settingsBetween(aws, slack, folder), () => {});
    ana = await visit(browser, slack.url);
    await ana.message("First sweep of account").waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await bot?.stop();
    await slack?.close();
    await aws?.close();
    await rm(folder, { recursive: true });
  });

  it("The export arrives as a file to who asked, who is told at once that it is on its way, and can be saved", async () => {
    const { page } = ana;
    await ana.say("/posture export csv critical or high s3");
    await ana.message("Your export is on its way to your direct messages with Posture, as CSV: open · critical or high · s3.").waitFor();
    const arrived = ana.message("Your export has arrived");
    await arrived.waitFor();
    await page.getByRole("link", { name: /Messages\s*1$/ }).waitFor();
    await ana.shoot("30-export-on-its-way");
    await page.getByRole("link", { name: /Messages\s*1$/ }).click();
    const file = ana.message("findings as CSV");
    await file.waitFor();
    await ana.shoot("31-export-direct");
    const saving = page.waitForEvent("download");
    await file.getByRole("link", { name: /^Download posture-findings-.*\.csv/ }).click();
    const saved = await (await saving).path();
    const [, ...rows] = (await readFile(saved, "utf8")).trimEnd().split("\r\n");
    const count = Number(/(\d+) findings as CSV/.exec(await file.innerText())?.[1]);
    expect(rows.filter((row) => /^"(critical|high)",/.test(row))).toHaveLength(count);
    expect(count).toBeGreaterThan(3);
    const gus = await visit(browser, slack.url, { as: "Gus", direct: true });
    await gus.page.getByRole("heading", { name: "This is the very beginning" }).waitFor();
    expect(await gus.page.getByRole("article").count()).toBe(0);
    await gus.page.close();
  });

  it("With “here” the export arrives in the channel, where everybody sees who asked for it", async () => {
    const ben = await visit(browser, slack.url, { as: "Ben" });
    await ben.say("/posture export html all here");
    const file = ben.message("findings as an HTML page");
    await file.waitFor();
    expect(await file.innerText()).toContain("asked for by @Ben");
    await ben.shoot("32-export-channel");
    expect(ben.complaints).toEqual([]);
    await ben.page.close();
  });

  it("The summary has the trend as a picture, with what it shows in words", async () => {
    await ana.page.goto(`${slack.url}/?as=Ana`);
    await ana.say("/posture summary");
    // A daily digest that is due at this time of the day has one as well.
    const picture = ana.message("Only visible to you").getByRole("img", { name: /^Today \d+ open: \d+ critical/ });
    await picture.waitFor();
    await ana.shoot("33-picture-follows");
    await ana.say("/posture summary");
    await expect.poll(() => picture.count()).toBe(2);
    const summary = ana.message("Posture summary:").last();
    expect(await summary.getByRole("img").count()).toBe(1);
    await summary.scrollIntoViewIfNeeded();
    await expect.poll(() => widthOf(summary.getByRole("img"))).toBe(1600);
    await ana.shoot("34-summary");
  });

  it.each([
    ["dark", { colorScheme: "dark" }],
    ["narrow", { width: 390, height: 844 }],
    ["narrow-dark", { width: 390, height: 844, colorScheme: "dark" }],
  ] as const)("Files can be seen in full: %s", async (name, look) => {
    const direct = await visit(browser, slack.url, { direct: true, ...look });
    await direct
      .message("findings as CSV")
      .getByRole("link", { name: /^Download/ })
      .waitFor();
    await direct.shoot(`35-direct-${name}`);
    expect(await direct.page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")).toBe(0);
    await direct.page.getByRole("link", { name: "security" }).click();
    const picture = direct.page.getByRole("img", { name: /^Today \d+ open/ }).last();
    await picture.scrollIntoViewIfNeeded();
    await expect.poll(() => widthOf(picture)).toBe(1600);
    await direct.shoot(`36-channel-${name}`);
    expect(await direct.page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")).toBe(0);
    expect(direct.complaints).toEqual([]);
    await direct.page.close();
  });

  it("The browser complains of nothing", () => expect(ana.complaints).toEqual([]));
});
