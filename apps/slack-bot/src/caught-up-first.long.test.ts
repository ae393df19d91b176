import { statusOf } from "@posture/core";
import { expect, test, vi } from "vitest";
import { now, says, shown, soon, Team } from "./bot.test.fixture.ts";

/* A command line has swept into the store before there was any bot. */

const team = Team.forFile({ swept: true });

test("what it found is told in the first digest of the bot, with all that is open, once", async () => {
  const digest = await team.digest();
  const open = await team.stored((store) =>
    store.read({ findings: "all" }, (view) => view.findings.filter((it) => statusOf(it, view, now()) === "open")),
  );
  expect(open.length).toBeGreaterThan(10);
  expect(digest.text).toContain(`${open.length} open findings`);
  expect(says(digest, "Post the criticals")).toBe(true);
  await team.restart();
  await team.slack.command("/posture scan");
  await vi.waitFor(() => expect(team.slack.messages().some(({ text }) => text.startsWith("Swept: "))).toBe(true), soon);
  const posted = team.slack.messages().filter(({ threadTs, ephemeralFor }) => threadTs === undefined && ephemeralFor === undefined);
  expect(posted.map(({ text }) => text)).toEqual([digest.text]);
  expect(shown(posted[0])).toBe(shown(digest));
});
