import type { LocalSlack } from "@posture/sandbox/slack";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { type Message, says, shown, soon, Team } from "./bot.test.fixture.ts";

/* What changes in AWS is in the channel without a sweep; how soon is measured by a benchmark. */

const members = z.object({ members: z.array(z.object({ id: z.string(), name: z.string() })) });
let ben = "";
async function namingBen({ apiUrl, botToken }: LocalSlack): Promise<object> {
  const answer = await fetch(new URL("users.list", apiUrl), { method: "POST", headers: { authorization: `Bearer ${botToken}` } });
  ben = members.parse(await answer.json()).members.find(({ name }) => name === "ben")?.id ?? "";
  return { slack: { owners: { principal: true, people: { "bo@example.com": ben } } } };
}

const team = Team.forFile({ events: true, config: namingBen });
const OPEN = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
const BO = "arn:aws:sts::111122223333:assumed-role/admin/bo@example.com";

/** A group that nobody has opened. */
function shutGroup(): string {
  const group = team.aws
    .world()
    .accounts[0]?.securityGroups.find(
      ({ IpPermissions, Region, GroupName }) => Region === "us-east-1" && GroupName !== "default" && IpPermissions.length === 0,
    );
  if (!group) throw new Error("every group of the demo is open");
  return group.GroupId;
}
const setRules = (GroupId: string, IpPermissions: readonly object[]): void =>
  team.aws.patchWorld({ accounts: [{ id: team.accountId, securityGroups: [{ GroupId, IpPermissions }] }] }, BO);

/** How often a message calls people by this id. */
const calls = (of: Message | undefined, id: string): number => shown(of).split(`"user_id":"${id}"`).length - 1;

test("a port that somebody opens is in the channel without a sweep, and the same message says when it is closed", async () => {
  const GroupId = shutGroup();
  setRules(GroupId, [OPEN]);
  const message = await team.shown((it) => says(it, GroupId) && it.threadTs === undefined);
  expect(message.text).toMatch(/\(after AuthorizeSecurityGroupIngress by bo@example\.com\)$/);
  expect(says(message, " by bo@example.com")).toBe(true);
  expect(calls(message, ben)).toBe(1);
  setRules(GroupId, []);
  await vi.waitFor(() => expect(team.current(message.ts)?.text).toMatch(/resolved/i), soon);
  const line = await team.shown(
    (it) => it.threadTs === message.ts && it.text.startsWith("After RevokeSecurityGroupIngress by ben: resolved."),
  );
  expect([calls(line, ben), says(team.current(message.ts), "Resolved after ")]).toEqual([0, true]);
  const [opened, resolved] = (await team.events()).filter(({ change }) => change !== undefined);
  expect([opened?.type, opened?.source, opened?.change?.name, opened?.change?.by]).toEqual([
    "opened",
    "event",
    "AuthorizeSecurityGroupIngress",
    BO,
  ]);
  expect([resolved?.type, resolved?.change?.name]).toEqual(["resolved", "RevokeSecurityGroupIngress"]);
  expect(shown(team.current(message.ts))).not.toContain("undefined");
});
