import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SimulatedAws } from "@posture/sandbox/aws";
import type { LocalSlack } from "@posture/sandbox/slack";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { type BotSettings, freePort } from "./bot.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const SCREENSHOTS = join(ROOT, ".screenshots");
const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const PATIENCE = 30_000;

/** The machine's own Chromium. @throws {Error} where there is none */
export async function openBrowser(): Promise<Browser> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const executablePath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram);
  if (executablePath === undefined) {
    throw new Error(
      `No Chromium was found on PATH (${NAMES.join(", ")}). Install it, then try again; on Debian: apt-get install chromium fonts-noto-color-emoji`,
    );
  }
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"] });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Demo {
  /** The page. */
  readonly url: string;
  /** For its temporary files; whoever asked for the demo removes it. */
  readonly folder: string;
  /** What it has printed. */
  said(): string;
  type(line: string): void;
  /** Ends it as Ctrl-C does; its exit code. */
  stop(): Promise<number | null>;
}

/** The command as `pnpm demo` runs it, once it has told its address. */
export async function startDemo(): Promise<Demo> {
  const words = ["tools/run.mjs", "--conditions=@posture/source", "apps/cli/src/main.ts", "demo"];
  const folder = mkdtempSync(join(tmpdir(), "posture-browser-"));
  const child = spawn(process.execPath, words, { cwd: ROOT, env: { ...process.env, TMPDIR: folder, NO_COLOR: "1", FORCE_COLOR: "0" } });
  const ended = once(child, "exit");
  let text = "";
  const address = Promise.withResolvers<string>();
  child.stderr.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    const [, url] = /Open this in a browser\s+(http:\/\/127\.0\.0\.1:\d+)\s/.exec(text) ?? [];
    if (url !== undefined) address.resolve(url);
  });
  const timer = setTimeout(
    () => address.reject(new Error(`the demo told no address within ${PATIENCE / 1000} s, but:\n${text}`)),
    PATIENCE,
  );
  void ended.then(() => address.reject(new Error(`the demo ended before it told an address:\n${text}`)));
  const url = await address.promise.finally(() => clearTimeout(timer));
  return {
    url,
    folder,
    said: () => text,
    type: (line) => void child.stdin.write(`${line}\n`),
    async stop() {
      child.kill("SIGINT");
      await ended;
      return child.exitCode;
    },
  };
}

/** What a bot needs that sweeps once, between a simulated AWS and a local Slack, where Slack's requests come to it from now on. */
export async function settingsBetween(aws: SimulatedAws, slack: LocalSlack, folder: string): Promise<BotSettings> {
  const port = await freePort();
  slack.setBotUrl(`http://127.0.0.1:${port}/slack/events`);
  return {
    port,
    slackApiUrl: slack.apiUrl,
    slackToken: slack.botToken,
    signingSecret: slack.signingSecret,
    channel: slack.channelId,
    store: join(folder, "store"),
    schedule: "0 0 1 1 *",
    awsEndpoint: aws.url,
    accessKeyId: aws.world().accounts[0]?.accessKeyIds[0] ?? "",
  };
}

export interface Look {
  readonly as?: "Ana" | "Ben" | "Cem" | "Dee" | "Eva" | "Gus" | "Sam";
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  /** In their direct messages with the app instead of the channel. */
  readonly direct?: boolean;
  /** In the app's Home tab. */
  readonly home?: boolean;
}

/** One person's page, and what the browser complained about. */
export interface Visit {
  readonly page: Page;
  /** Errors of the console, of the script and of the network; must stay empty. */
  readonly complaints: readonly string[];
  message(words: string | RegExp): Locator;
  /** Says something in the box at the bottom. */
  say(words: string): Promise<void>;
  shoot(name: string): Promise<void>;
}

/** Opens the page as a person sees it. */
export async function visit(browser: Browser, url: string, look: Look = {}): Promise<Visit> {
  const { as = "Ana", width = 1280, height = 900, colorScheme = "light", direct = false, home = false } = look;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
  page.setDefaultTimeout(PATIENCE);
  const complaints: string[] = [];
  page.on("console", (it) => it.type() !== "log" && complaints.push(`console: ${it.text()}`));
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  page.on("response", (it) => it.status() >= 400 && complaints.push(`${it.status()} ${it.url()}`));
  await page.goto(`${url}/?as=${as}${direct ? "&in=direct" : home ? "&in=home" : ""}`);
  const box = page.getByRole("combobox", { name: "Message " });
  return {
    page,
    complaints,
    message: (words) => page.getByRole("article").filter({ hasText: words }),
    async say(words) {
      await box.fill(words);
      await box.press("Enter");
    },
    async shoot(name) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
    },
  };
}

/** How many pixels of the page, or of a table in it, are seen only by who moves it aside. */
export function beyond({ page }: Visit): Promise<number> {
  return page.evaluate<number>(
    "Math.max(document.documentElement.scrollWidth - innerWidth, ...[...document.querySelectorAll('.slack_blocks_to_jsx__table')].map((it) => it.scrollWidth - it.clientWidth))",
  );
}
