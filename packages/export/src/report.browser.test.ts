import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { SEVERITIES, type Severity } from "@posture/core";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Folder, openBrowser, SCREENSHOTS, visit } from "./browser.test.fixture.ts";
import { exported } from "./exported.ts";
import type { ExportContext, ExportRow } from "./row.ts";
import { CONTEXT, EVERY_KIND, HOSTILE, HOSTILE_CONTEXT, HOSTILE_ROWS, LARGE_ROW, row, streamOf, textOf } from "./rows.test.fixture.ts";
import { visible } from "./text.ts";

/* The HTML report in a real browser. What it looks like is in `.screenshots/`. */

const folder = new Folder();
let browser: Browser;
beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  folder[Symbol.dispose]();
});

async function reportOf(rows: Iterable<ExportRow>, context: ExportContext = CONTEXT): Promise<string> {
  return folder.write(`${crypto.randomUUID()}.html`, await textOf(exported("html", streamOf(rows), context)));
}

const OPEN_ALL = 'for (const it of document.querySelectorAll("details")) it.open = true';
const shown = (page: Page): Promise<number> => page.locator(".item:visible").count();
const status = (page: Page): Promise<string> => page.getByRole("status").innerText();

describe("hostile values", () => {
  it("are shown as the text that they are: nothing runs, nothing is asked for, nothing is opened", async () => {
    const { page, complaints } = await visit(browser, await reportOf([...HOSTILE_ROWS, LARGE_ROW], HOSTILE_CONTEXT));
    await page.evaluate(OPEN_ALL);
    const messages = await page.locator(".item .message").evaluateAll((all) => all.map((it) => it.textContent));
    expect(messages).toEqual([...HOSTILE.map(visible), "Large."]);
    expect(
      await page.locator("script, style, link, img, iframe, object, embed, base").evaluateAll((all) => all.map((it) => it.localName)),
    ).toEqual(["link", "style", "script"]);
    await page.getByRole("searchbox").fill("alert(1)");
    await expect.poll(() => shown(page)).toBe(HOSTILE.filter((text) => text.includes("alert(1)")).length);
    expect(complaints).toEqual([]);
  });
  it("would be noticed if they ran", async () => {
    const bare = folder.write("bare.html", `<!doctype html><img src="x.png" onerror="alert(1)">`);
    const { complaints } = await visit(browser, bare);
    await expect.poll(() => complaints).toContain("dialog: 1");
  });
  it("could not run if they were markup: the policy holds", async () => {
    const report = await textOf(exported("html", streamOf(EVERY_KIND), CONTEXT));
    const broken = report.replace(
      "<main>",
      '<main><script>alert(1)</script><img src="https://example.com/x.png" onerror="alert(2)"><p id="styled" style="color: red">',
    );
    const { page, complaints } = await visit(browser, folder.write("broken.html", broken));
    await expect.poll(() => complaints).toContain("blocked: https://example.com/x.png");
    expect(complaints.filter((it) => it.startsWith("dialog") || it.startsWith("request"))).toEqual([]);
    expect(await page.locator("#styled").evaluate("it => getComputedStyle(it).color")).not.toBe("rgb(255, 0, 0)");
  });
});

describe("filters", () => {
  it("leave what fits, say how much that is, and can be taken back", async () => {
    const { page, complaints } = await visit(browser, await reportOf(EVERY_KIND));
    expect(await status(page)).toBe("All 8 are shown.");
    await page.getByRole("checkbox", { name: "critical" }).uncheck();
    await expect.poll(() => status(page)).toBe("3 of 8 are shown.");
    await page.getByRole("combobox", { name: "status" }).selectOption("suppressed");
    await expect.poll(() => status(page)).toBe("1 of 8 are shown.");
    expect(await page.locator(".item:visible .where").innerText()).toContain("hidden");
    await page.getByRole("button", { name: "Show all" }).click();
    await expect.poll(() => status(page)).toBe("All 8 are shown.");
    await page.getByRole("searchbox", { name: "text" }).fill("u024be7lh WEBSITE");
    await expect.poll(() => status(page)).toBe("1 of 8 are shown.");
    await page.getByRole("searchbox", { name: "text" }).press("Enter");
    await page.getByRole("combobox", { name: "region" }).selectOption("global");
    await expect.poll(() => status(page)).toBe("0 of 8 are shown.");
    expect(complaints).toEqual([]);
  });
  it("are worked by the keyboard alone, and so are findings", async () => {
    const { page } = await visit(browser, await reportOf(EVERY_KIND));
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").innerText()).toBe("To the findings");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await expect.poll(() => status(page)).toBe("3 of 8 are shown.");
    const summary = page.locator(".item:visible summary").first();
    await summary.focus();
    await page.keyboard.press("Enter");
    expect(await page.locator(".item:visible").first().getByRole("heading", { name: "Remediation" }).isVisible()).toBe(true);
  });
});

describe("the report", () => {
  it("is readable without its script", async () => {
    const { page } = await visit(browser, await reportOf(EVERY_KIND), { javaScriptEnabled: false });
    expect(await page.getByRole("search").count()).toBe(0);
    await page.locator(".item summary").first().click();
    expect(await page.getByText("The ACL of bucket example-data grants READ to everyone.").first().isVisible()).toBe(true);
    expect(await page.getByText("8 findings in this report.").count()).toBe(1);
  });
  it("opens the finding that its address names", async () => {
    const file = await reportOf(EVERY_KIND);
    const { page } = await visit(browser, file);
    await page.evaluate(`location.hash = "f-${EVERY_KIND[1]?.id}"`);
    await expect.poll(() => page.locator("details[open] .where").innerText()).toContain("stale");
  });
  it.each(["light", "dark"] as const)("has nothing that axe-core would mend, in %s", async (colorScheme) => {
    const { page } = await visit(browser, await reportOf(EVERY_KIND), { colorScheme });
    await page.evaluate(OPEN_ALL);
    await page.evaluate(axe.source);
    const found = await page.evaluate("axe.run().then((it) => it.violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))");
    expect(found).toEqual([]);
  });
  it("prints with every finding open", async () => {
    const { page } = await visit(browser, await reportOf(EVERY_KIND));
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".item .message:visible").count()).toBe(EVERY_KIND.length);
    expect(await page.getByRole("search").isVisible()).toBe(false);
  });
  it.each([
    ["light", { colorScheme: "light", viewport: { width: 1280, height: 2200 } }],
    ["dark", { colorScheme: "dark", viewport: { width: 1280, height: 2200 } }],
    ["narrow", { colorScheme: "light", viewport: { width: 390, height: 2000 } }],
  ] as const)("fits its window: %s", async (name, look) => {
    const { page } = await visit(browser, await reportOf(ordinary(40), { ...CONTEXT, trend: month() }), look);
    await page.locator(".item summary").first().click();
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    await page.screenshot({ path: join(SCREENSHOTS, `report-${name}.png`) });
  });
  it("is filtered while somebody types, with 10,000 findings", async () => {
    const { page } = await visit(browser, await reportOf(ordinary(10_000)));
    await expect.poll(() => status(page), { timeout: 20_000 }).toBe("All 10,000 are shown.");
    await page.getByRole("searchbox").fill("example-9999");
    await expect.poll(() => status(page), { timeout: 10_000 }).toBe("1 of 10,000 are shown.");
  });
});

function* ordinary(count: number): Generator<ExportRow> {
  for (let i = 0; i < count; i += 1) {
    const severity: Severity = SEVERITIES[Math.floor((i / count) * SEVERITIES.length)] ?? "low";
    yield row({ severity, ref: { name: `example-${i}`, arn: `arn:aws:s3:::example-${i}` } });
  }
}

function month(): ExportContext["trend"] {
  return Array.from({ length: 30 }, (_, i) => ({
    day: new Date(Date.UTC(2026, 9, 26 + i)).toISOString().slice(0, 10),
    critical: i > 20 ? 2 : 4 + (i % 3),
    high: 9 + ((i * 5) % 7),
    medium: 14 - (i % 5),
    low: Math.floor(i / 3),
  }));
}
