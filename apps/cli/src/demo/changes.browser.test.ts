import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { beyond, type Visit } from "./browser.test.fixture.ts";
import { choose, groupOf, type Office, openOffice } from "./stories.test.fixture.ts";

/* What a person sees of changes that AWS tells of: no sweep runs after the first. */

const GROUP = groupOf("debug-access", 1);
const TELEPHONE = { width: 390, height: 844 };

let office: Office;
let ana: Visit;
let finding: Locator;
beforeAll(async () => {
  office = await openOffice({ hears: true });
  ana = await office.as("Ana");
  finding = ana.message(GROUP.id).first();
  await ana.message("First sweep of account").waitFor();
});
afterAll(() => office?.close());

it("a port that somebody opens is in the channel, with the call and who made it", async () => {
  office.ssh("open", GROUP);
  await finding.getByRole("button", { name: "Re-check" }).waitFor();
  expect(await finding.innerText()).toMatch(/After AuthorizeSecurityGroupIngress by ben/);
  await finding.scrollIntoViewIfNeeded();
  await ana.shoot("80-change-opened");
});

it("its history has the caller's whole ARN", async () => {
  await choose(ana, finding, "More…", "History");
  const history = ana.message("assumed-role/developers/ben").last();
  await history.waitFor();
  expect(await history.innerText(), "in the reader's time").not.toMatch(/\d\d:\d\d:\d\d/);
  await history.scrollIntoViewIfNeeded();
  await ana.shoot("81-change-history");
});

it("the status says since when the bot listens, and the latest change", async () => {
  await ana.say("/posture status");
  const status = ana.message("Posture status").last();
  await status.getByText("Latest change").waitFor();
  expect(await status.innerText()).toMatch(/Change events Listening since [^]*Latest change AuthorizeSecurityGroupIngress by ben/);
  await status.scrollIntoViewIfNeeded();
  await ana.shoot("82-change-status");
});

it("the same message is resolved when somebody closes it, and the thread says after which call", async () => {
  office.ssh("closed", GROUP);
  await finding.getByText("✅ Resolved").waitFor();
  expect(await finding.innerText()).toMatch(/Resolved after RevokeSecurityGroupIngress by ben/);
  await finding.scrollIntoViewIfNeeded();
  await ana.shoot("83-change-resolved");
});

it.each([
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["phone", TELEPHONE],
] as const)("a queue that is denied is said in the Home tab and in the status, with what to do: %s", async (name, look) => {
  office.aws.addFault({ operation: "sqs:ReceiveMessage", kind: "denied" });
  const eva = await office.as("Eva", look);
  const status = eva.message("change events do not get through").last();
  await expect
    .poll(
      async () => {
        await eva.say("/posture status");
        return status.count();
      },
      { timeout: 40_000, interval: 1000 },
    )
    .toBeGreaterThan(0);
  expect(await status.innerText()).toMatch(/They have not got through since [^]*denied sqs:ReceiveMessage[^]*Allow sqs:ReceiveMessage/);
  await status.scrollIntoViewIfNeeded();
  await eva.shoot(`84-change-trouble-${name}`);
  expect(await beyond(eva)).toBe(0);
  await eva.page.close();
  const home = await office.as("Eva", { ...look, home: true });
  const foot = home.page.locator("#home").getByText("They have not got through");
  await foot.waitFor();
  await foot.scrollIntoViewIfNeeded();
  await home.shoot(`85-change-trouble-home-${name}`);
  expect([await beyond(home), home.complaints]).toEqual([0, []]);
  await home.page.close();
});

it("The browser complains of nothing", () => expect(ana.complaints).toEqual([]));
