import { USUAL } from "@posture/config";
import { HOUR, plus, type SuppressionScope } from "@posture/core";
import { createPosture, openStore } from "@posture/runtime";
import { expect, test, vi } from "vitest";
import { envOf, type Message, now, says, soon, Team } from "./bot.test.fixture.ts";
import { announcerOf } from "./outbox/announcer.ts";
import { openedGroup } from "./story.test.fixture.ts";

/* Suppressions that ended while the bot was away: what it tells when it is back. */

const team = Team.forFile({ sweeps: true });

/** What somebody suppressed two hours ago, until a minute ago. */
async function suppressedUntilNow(arn: RegExp, scopeOf: (fingerprint: string) => SuppressionScope, why: string): Promise<void> {
  const ago = (): string => plus(now(), -2 * HOUR);
  const store = await openStore(team.store, { now: ago });
  const posture = await createPosture({
    store,
    folder: team.folder,
    now: ago,
    announcer: announcerOf(() => [USUAL]),
    env: envOf(team.aws),
  });
  const [listed] = (await posture.list({ statuses: ["open"] })).filter(({ finding }) => arn.test(finding.ref.arn));
  const by = { kind: "user", id: "arn:aws:iam::111122223333:user/ana", via: "cli" } as const;
  const answer = await posture.suppress({
    ...scopeOf(listed?.finding.fingerprint ?? ""),
    justification: why,
    by,
    expiresAt: plus(now(), -60_000),
  });
  expect(answer.kind).not.toBe("refused");
  await posture.close();
  await store.close();
}

/** Not in a thread, and for everybody. */
const messages = (): readonly Message[] => team.slack.messages().filter(({ threadTs, ephemeralFor }) => !threadTs && !ephemeralFor);
const opened = (n: number): void =>
  team.aws.patchWorld(openedGroup(team.accountId, { id: `sg-0${String(n).padStart(16, "c")}`, name: `group-${n}` }));

test("a suppression that has ended by time: the finding is posted anew with its earlier reason, and each message links to the other", async () => {
  opened(1);
  const first = await team.shown(({ text }) => text.includes("group-1"));
  await team.bot.stop();
  await suppressedUntilNow(/sg-0c+1$/, (fingerprint) => ({ fingerprint }), "Only for the migration of the shop.");
  await team.start();
  const second = await team.shown(({ text, ts }) => text.includes("group-1") && ts !== first.ts);
  expect(second.text).toMatch(/^🔴 Critical/);
  expect(says(second, "It was suppressed by ")).toBe(true);
  expect(says(second, "Only for the migration of the shop.")).toBe(true);
  expect(says(second, "The earlier message")).toBe(true);
  const former = await team.shown((it) => it.ts === first.ts && says(it, "The new message goes on from here"));
  expect(former.text).toMatch(/^🔁 Open again · /);
  expect(says(former, '"actions"')).toBe(false);
  await vi.waitFor(
    () => expect(team.slack.messages().some((it) => it.threadTs === first.ts && it.text.includes("has expired"))).toBe(true),
    soon,
  );
});

test("a rule that has ended by time: what it hid shares a few messages, which say so", async () => {
  for (let n = 20; n < 32; n += 1) opened(n);
  await vi.waitFor(() => expect(team.slack.asText()).toContain("12 new findings in account"), soon);
  await team.bot.stop();
  const before = new Set(messages().map(({ ts }) => ts));
  await suppressedUntilNow(/sg-0/, () => ({ rule: { regions: ["eu-west-1"] } }), "The region is being taken down.");
  await team.start();
  const news = (): readonly Message[] => messages().filter(({ ts }) => !before.has(ts));
  await vi.waitFor(() => expect(news().some((it) => says(it, "suppressed before, and time has ended that"))).toBe(true), soon);
  const isShared = (): boolean => news().some((it) => /1[0-9] × |[2-9][0-9] × /.test(it.text));
  await vi.waitFor(() => expect(isShared()).toBe(true), soon);
  expect(news().length).toBeLessThanOrEqual(7);
});
