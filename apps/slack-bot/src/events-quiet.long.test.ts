import type { OutboxRow } from "@posture/core";
import { expect, test, vi } from "vitest";
import { Team, says, soon } from "./bot.test.fixture.ts";
import { openedGroup } from "./story.test.fixture.ts";

/* What changes in AWS in the night: a critical is told at once, anything else in the morning, if it is still there. */

const HOUR = 3_600_000;
const clockIn = (hours: number): string => new Date(Date.now() + hours * HOUR).toISOString().slice(11, 16);
const UNTIL = clockIn(11);
const quietHours = { from: clockIn(-11), to: UNTIL, timeZone: "UTC" };
const team = Team.forFile({ events: true, config: { slack: { quietHours } } });

const BLOCKED = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
/** A bucket of the demo that blocks public access. */
const Name = "example-build-artifacts";
function setBlock(PublicAccessBlockConfiguration: object | null): void {
  team.aws.patchWorld({ accounts: [{ id: team.accountId, buckets: [{ Name, PublicAccessBlockConfiguration }] }] });
}
/** Of the high finding that the bucket then has. */
async function row(): Promise<OutboxRow | undefined> {
  const [finding] = await team.stored((store) =>
    store.read({ findings: "all" }, ({ findings }) =>
      findings.filter(({ checkId, ref }) => checkId === "s3/bucket-public-access-block-off" && ref.name === Name),
    ),
  );
  if (!finding) return undefined;
  return team.stored((store) => store.read({ outbox: { subjects: [finding.fingerprint] } }, ({ outbox }) => outbox[0]));
}

/** Besides the first digest, whose menu has every finding. */
const told = (): readonly string[] =>
  team.slack.messages().flatMap((it) => (says(it, Name) && !it.text.startsWith("First sweep") ? [it.text] : []));

test("a critical that a change brings is told at once, and a high finding that is over by the morning never", async () => {
  setBlock(null);
  await vi.waitFor(async () => expect(await row()).toBeDefined(), soon);
  const waiting = await row();
  expect([waiting?.state, waiting?.dueAt?.slice(11, 16)]).toEqual(["due", UNTIL]);

  team.aws.patchWorld(openedGroup(team.accountId));
  await team.shown(({ text, threadTs }) => text.includes("debug-access") && threadTs === undefined);
  expect(told()).toEqual([]);

  setBlock(BLOCKED);
  await vi.waitFor(async () => expect((await row())?.state).toBe("sent"), soon);
  expect(told()).toEqual([]);
});
