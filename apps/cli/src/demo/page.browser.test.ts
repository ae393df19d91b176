import { createServer, type IncomingMessage, type Server } from "node:http";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Block, BUTTONS, everything, MENU, WINDOW } from "./blocks.test.fixture.ts";
import { openBrowser, type Visit, visit } from "./browser.test.fixture.ts";

const Answer = z.looseObject({ ok: z.boolean(), ts: z.string().optional(), permalink: z.string().optional() });
type Answer = z.infer<typeof Answer>;
const Payload = z.looseObject({ trigger_id: z.string(), user: z.object({ id: z.string() }) });
type Payload = z.infer<typeof Payload>;
type Behaviour = "answers" | "hangs" | "fails";

/** An app that does what it is told, at the other end of a local workspace. */
describe("the page of the local workspace", () => {
  let browser: Browser;
  let slack: LocalSlack;
  let app: Server;
  let ana: Visit;
  let behaviour: Behaviour;
  let heard: URLSearchParams[];

  beforeAll(async () => (browser = await openBrowser()));
  afterAll(() => browser?.close());
  beforeEach(async () => {
    behaviour = "answers";
    heard = [];
    app = createServer(async (request, response) => {
      heard.push(new URLSearchParams(await bodyOf(request)));
      if (behaviour !== "hangs") response.writeHead(behaviour === "fails" ? 500 : 200).end();
    });
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    const address = app.address();
    const port = typeof address === "object" ? address?.port : undefined;
    slack = await startSlack({ botUrl: `http://127.0.0.1:${port}/slack/events` });
    ana = await visit(browser, slack.url);
  });
  afterEach(async () => {
    // oxlint-disable-next-line vitest/no-standalone-expect -- it holds of every test
    expect(ana.complaints).toEqual([]);
    await ana.page.close();
    await slack.close();
    app.closeAllConnections();
    await new Promise((resolve) => app.close(resolve));
  });

  /** As the app asks Slack. */
  async function call(method: string, body: object): Promise<Answer> {
    const response = await fetch(`${slack.apiUrl}${method}`, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", authorization: `Bearer ${slack.botToken}` },
      body: JSON.stringify(body),
    });
    const answer = Answer.parse(await response.json());
    if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer)}`);
    return answer;
  }
  async function post(text: string, blocks: readonly Block[] = []): Promise<string> {
    const { ts = "" } = await call("chat.postMessage", { channel: slack.channelId, text, blocks });
    return ts;
  }
  const change = (ts: string, text: string, blocks: readonly Block[] = []): Promise<Answer> =>
    call("chat.update", { channel: slack.channelId, ts, text, blocks });
  /** What the app has been told last. */
  async function told(): Promise<Payload> {
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    return Payload.parse(JSON.parse(heard.at(-1)?.get("payload") ?? "null"));
  }
  async function openWindow(): Promise<void> {
    await call("views.open", { trigger_id: (await told()).trigger_id, view: WINDOW });
  }
  async function twenty(): Promise<string> {
    const all: string[] = [];
    for (let at = 1; at <= 20; at++) all.push(await post(`Message ${at}\n\n\n\nits end`));
    await ana.message("Message 20").waitFor();
    return all[0] ?? "";
  }
  const distanceToEnd = (): Promise<number> =>
    ana.page.locator("#messages").evaluate((it) => Math.round(it.scrollHeight - it.scrollTop - it.clientHeight));

  it("draws what Slack draws, and what a person typed as it was typed", async () => {
    const { user } = await (async () => {
      await post("Press it", [BUTTONS]);
      await ana.page.getByRole("button", { name: "Re-check" }).click();
      return told();
    })();
    await post("everything", everything(user.id, Math.floor(Date.now() / 1000)));
    await ana.say("a < b & <script>alert(1)</script>");
    const drawn = ana.message("A heading");
    for (const [selector, text] of [
      ["strong", "bold in mrkdwn"],
      ["em", "italic"],
      ["code", "code in mrkdwn"],
      [".slack_user", "@Ana"],
      [".slack_date", "Today at"],
      ["a", "a link"],
      ["li", "second of two"],
      ["blockquote", "quoted"],
      ["pre", "preformatted"],
      ["td", "cell of a table"],
      [".caption", "A table of data"],
      ["td", "cell of data"],
    ] as const) {
      await drawn.locator(selector).filter({ hasText: text }).first().waitFor();
    }
    expect(await drawn.innerText()).toContain("🎉");
    await ana.message("a < b & <script>alert(1)</script>").waitFor();
    await ana.shoot("20-everything");
    await ana.page.emulateMedia({ colorScheme: "dark" });
    await ana.shoot("21-everything-dark");
  });

  it.each([
    ["hangs", "the app did not answer within 3 seconds", "operation_timeout"],
    ["fails", "the app answered with HTTP 500", "http_service_error"],
  ] as const)("says as Slack does when the app %s", async (how, why, code) => {
    await post("Press it", [BUTTONS]);
    behaviour = how;
    await ana.page.getByRole("button", { name: "Re-check" }).click();
    await ana.page.getByRole("article").getByText(`That did not work: ${why}.`).waitFor();
    await ana.say("/posture summary");
    const slackbot = ana.message("Slackbot");
    await slackbot.getByText(`/posture failed with the error "${code}"`).waitFor();
    expect(await slackbot.innerText()).toContain("Only visible to you");
    await ana.shoot(`22-app-${how}`);
  });

  it("keeps a window open whose submission the app does not take, with what was typed", async () => {
    await post("Press it", [BUTTONS]);
    await ana.page.getByRole("button", { name: "Suppress" }).click();
    await openWindow();
    const dialog = ana.page.getByRole("dialog", { name: "A window" });
    await dialog.getByLabel("Why").fill("Because.");
    behaviour = "fails";
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("We had some trouble connecting: the app answered with HTTP 500. Try again?").waitFor();
    await ana.shoot("23-window-trouble");
    behaviour = "answers";
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(await told()).toMatchObject({ view: { state: { values: { why: { input: { value: "Because." } } } } } });
  });

  it("holds the focus in a window, and gives it back where it was", async () => {
    const { page } = ana;
    await post("Press it", [BUTTONS]);
    await page.getByRole("button", { name: "Suppress" }).focus();
    await page.keyboard.press("Enter");
    await openWindow();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why").waitFor();
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press("Tab");
      expect(
        await page.evaluate<boolean>(
          "document.activeElement === document.body || document.querySelector('dialog').contains(document.activeElement)",
        ),
      ).toBe(true);
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    expect(await focused(ana)).toBe("Suppress");
  });

  it("leaves the focus on a button whose message is drawn anew", async () => {
    const ts = await post("Press it", [BUTTONS]);
    await ana.page.getByRole("button", { name: "Re-check" }).focus();
    await ana.page.keyboard.press("Enter");
    await expect.poll(() => heard.length).toBe(1);
    await change(ts, "Checking");
    await ana.message("Checking").waitFor();
    await change(ts, "Press it again", [BUTTONS]);
    await ana.page.getByRole("button", { name: "Re-check" }).waitFor();
    expect(await focused(ana)).toBe("Re-check");
  });

  it("chooses from a menu only by Enter or a click, and not by passing over it", async () => {
    const { page } = ana;
    await post("Choose", [MENU]);
    await page.getByRole("button", { name: "Open a finding" }).press("Enter");
    const box = page.getByRole("combobox", { name: "Search" });
    await box.press("ArrowDown");
    await box.press("ArrowDown");
    await box.press("Escape");
    await box.waitFor({ state: "hidden" });
    expect(await focused(ana)).toBe("Open a finding");
    expect(heard).toEqual([]);
    await page.keyboard.press("Enter");
    await box.fill("no such thing");
    await page.getByText("Nothing is called so.").waitFor();
    await box.fill("second");
    await box.press("ArrowDown");
    await box.press("Enter");
    expect(await told()).toMatchObject({ actions: [{ selected_option: { value: "2" } }] });
  });

  it("stays at the end while messages come and change, unless the reader has scrolled up", async () => {
    const { page } = ana;
    const first = await twenty();
    await expect.poll(distanceToEnd).toBe(0);
    await page.setViewportSize({ width: 500, height: 500 });
    await expect.poll(distanceToEnd).toBe(0);
    await page.locator("#messages").evaluate((it) => (it.scrollTop = 300));
    const jump = page.getByRole("button", { name: /new messages?$/ });
    expect(await jump.count()).toBe(0);
    const seen = await topOf(ana, 4);
    await post("Message 21");
    await post("Message 22");
    await page.getByRole("button", { name: "↓ 2 new messages" }).waitFor();
    await change(first, "Message 1\n\n\n\nis longer now\n\n\n\n\n\n\nits end");
    await ana.message("is longer now").waitFor();
    expect(Math.abs((await topOf(ana, 4)) - seen)).toBeLessThan(2);
    expect(await page.title()).toMatch(/^\(2\) #security/);
    await ana.shoot("24-unread");
    await jump.click();
    await expect.poll(distanceToEnd).toBe(0);
    await page.getByRole("separator").filter({ hasText: "New" }).waitFor();
    await jump.waitFor({ state: "hidden" });
    await ana.shoot("25-jumped");
  });

  it("follows a link to a message without leaving the page", async () => {
    const first = await twenty();
    const { permalink = "" } = await call("chat.getPermalink", { channel: slack.channelId, message_ts: first });
    await post("link", [{ type: "section", text: { type: "mrkdwn", text: `Already here: <${permalink}|open it>` } }]);
    await ana.page.getByRole("link", { name: "open it" }).click();
    await expect.poll(() => topOf(ana, 1)).toBeLessThan(200);
    const other = await visit(browser, slack.url);
    await other.page.goto(permalink);
    await expect.poll(() => topOf(other, 1)).toBeLessThan(200);
    expect(other.complaints).toEqual([]);
    await other.page.close();
  });

  it("keeps what is said in a thread under its message, until somebody opens it or a link leads there", async () => {
    const reply = (thread_ts: string, more: object): Promise<Answer> =>
      call("chat.postMessage", { channel: slack.channelId, thread_ts, ...more });
    const ts = await post("What is wrong");
    await post("Another message");
    await reply(ts, { text: "How to fix it" });
    const bar = ana.page.getByRole("button", { name: /repl/ });
    await bar.filter({ hasText: "1 reply" }).waitFor();
    const { ts: second = "" } = await reply(ts, { text: "What happened" });
    await bar.filter({ hasText: "2 replies" }).waitFor();
    expect(await ana.message("How to fix it").count()).toBe(0);
    await reply(ts, { text: "What all should know", reply_broadcast: true });
    await ana.message("Also sent to the channel").waitFor();
    await bar.press("Enter");
    await ana.message("How to fix it").waitFor();
    expect(await ana.page.getByRole("article").allInnerTexts()).toMatchObject(
      ["What is wrong", "How to fix it", "What happened", "What all should know", "Another message"].map((it) =>
        expect.stringContaining(it),
      ),
    );
    expect(await bar.getAttribute("aria-expanded")).toBe("true");
    await bar.click();
    await ana.message("How to fix it").waitFor({ state: "detached" });
    const { permalink = "" } = await call("chat.getPermalink", { channel: slack.channelId, message_ts: second });
    const other = await visit(browser, slack.url);
    await other.page.goto(permalink);
    await other.message("What happened").waitFor();
    await other.page.close();
  });

  it("switches the person, and shows to each what is theirs", async () => {
    await post("For all", [BUTTONS]);
    await ana.page.getByRole("button", { name: "Re-check" }).click();
    await call("chat.postEphemeral", { channel: slack.channelId, user: (await told()).user.id, text: "For Ana alone" });
    await ana.message("For Ana alone").waitFor();
    await ana.page.getByRole("link", { name: "Ben" }).click();
    await ana.page.getByRole("button", { name: "Re-check" }).waitFor();
    expect(await ana.message("For Ana alone").count()).toBe(0);
    await ana.say("It is Ben who says this");
    expect(await ana.message("It is Ben who says this").locator("header strong").innerText()).toBe("Ben");
  });

  it("says where a day begins", async () => {
    await post("Of this day");
    await ana.message("Of this day").waitFor();
    expect(await ana.page.getByRole("separator").allInnerTexts()).toEqual(["Today"]);
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** What the control says that has the focus. */
function focused({ page }: Visit): Promise<string> {
  return page.evaluate<string>("document.activeElement.textContent");
}

/** How far a message is from the top of the window. */
async function topOf({ page }: Visit, number: number): Promise<number> {
  const box = await page.getByRole("article", { name: `Posture: Message ${number}`, exact: true }).boundingBox();
  return box?.y ?? Number.NaN;
}
