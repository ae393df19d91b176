import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

export const SCREENSHOTS: string = fileURLToPath(new URL("../../../.screenshots/", import.meta.url));
const PATIENCE = 30_000;

/** Where the machine has one of these programs. @throws {Error} with what to install, where it has none */
export function programOf(names: readonly string[], debian: string): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const path = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram);
  if (path === undefined) throw new Error(`None of ${names.join(", ")} is on PATH. Install one; on Debian: apt-get install ${debian}`);
  return path;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function openBrowser(): Promise<Browser> {
  const executablePath = programOf(
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
    "chromium fonts-noto-color-emoji",
  );
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"] });
}

export interface Visit {
  readonly page: Page;
  /** What the page asked the network for, told the console, or asked a person; must stay empty. */
  readonly complaints: readonly string[];
}

/** The report as a person opens it: a file. */
export async function visit(browser: Browser, file: string, look: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...look });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const complaints: string[] = [];
  const url = pathToFileURL(file).href;
  page.on("console", (it) => complaints.push(`console: ${it.text()}`));
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  page.on("requestfailed", (it) => complaints.push(`${it.failure()?.errorText === "csp" ? "blocked" : "request"}: ${it.url()}`));
  page.on("requestfinished", (it) => it.url() !== url && it.url() !== "data:," && complaints.push(`request: ${it.url()}`));
  page.on("popup", (it) => complaints.push(`window: ${it.url()}`));
  page.on("dialog", (it) => {
    complaints.push(`dialog: ${it.message()}`);
    void it.dismiss();
  });
  await page.goto(url);
  return { page, complaints };
}

/** A folder that ends with whoever asked for it. */
export class Folder implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), "posture-export-"));

  write(name: string, text: string): string {
    const path = join(this.path, name);
    writeFileSync(path, text);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}
