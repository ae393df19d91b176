import { demoWorld, type World, worldSchema } from "@posture/sandbox/aws";
import { expect, test, vi } from "vitest";
import { type Message, says, shown, soon, Team } from "./bot.test.fixture.ts";

/* Three accounts tell of their changes in one queue, and each is read with its own role; a fourth one tells of its, too, and is not watched. */

const [SHOP, BANK, STRANGER] = ["222233334444", "333344445555", "444455556666"] as const;
const roleOf = (id: string): string => `arn:aws:iam::${id}:role/posture-read`;
const OPEN = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
const groupOf = { [SHOP]: "sg-0000aaaa", [BANK]: "sg-0000bbbb", [STRANGER]: "sg-0000cccc" };
const member = (id: string, GroupId: string): object => ({
  id,
  accessKeyIds: [`AKIA${id}`],
  regions: ["eu-central-1", "us-east-1"],
  securityGroups: [{ Region: "eu-central-1", GroupId, GroupName: GroupId }],
});
const { accounts: demo } = demoWorld();
const WORLD: World = worldSchema.parse({ accounts: [...demo, ...Object.entries(groupOf).map(([id, group]) => member(id, group))] });

const team = Team.forFile({
  events: true,
  world: WORLD,
  config: { accounts: [SHOP, BANK].map((id) => ({ role: roleOf(id) })) },
});
const BO = `arn:aws:sts::${SHOP}:assumed-role/admin/bo@example.com`;
/** Messages about the group of an account that somebody opened. */
const isAbout = (id: keyof typeof groupOf, it: Message): boolean =>
  says(it, groupOf[id]) && it.threadTs === undefined && it.text.includes("after AuthorizeSecurityGroupIngress");
const setRules = (id: keyof typeof groupOf, IpPermissions: readonly object[], by: string): void =>
  team.aws.patchWorld({ accounts: [{ id, securityGroups: [{ GroupId: groupOf[id], IpPermissions }] }] }, by);
const stale = { timeout: 20_000, interval: 50 };

test("a port opened in a member account is told with account, region and who, and resolved by itself when it is closed", async () => {
  setRules(SHOP, [OPEN], BO);
  const message = await team.shown((it) => isAbout(SHOP, it));
  expect([says(message, SHOP), says(message, "eu-central-1"), says(message, "bo@example.com")]).toEqual([true, true, true]);
  expect(message.text).toMatch(/\(after AuthorizeSecurityGroupIngress by bo@example\.com\)$/);
  setRules(SHOP, [], BO);
  await vi.waitFor(() => expect(team.current(message.ts)?.text).toMatch(/resolved/i), soon);
  const read = team.aws.calls().filter(({ operation, accountId }) => operation === "DescribeSecurityGroups" && accountId === SHOP);
  expect(read.some(({ region }) => region === "eu-central-1")).toBe(true);
});

test("the first digest of each account says what of that account could be listed, and nothing of the others", async () => {
  const listings = async (id: string): Promise<number> => {
    const digest = await team.shown(({ text }) => text.startsWith(`First sweep of account ${id}`));
    const [, complete, total] = /(\d+) of (\d+) listings complete/.exec(shown(digest)) ?? [];
    expect(complete).toBe(total);
    return Number(total);
  };
  const known = await team.stored((store) => store.read({}, ({ sweeps }) => sweeps.flatMap(({ coverage }) => coverage)));
  for (const id of [team.accountId, SHOP, BANK]) expect(await listings(id)).toBe(known.filter(({ accountId }) => accountId === id).length);
});

test("what changes in an account that is not watched leaves the queue, and nothing is read for it", async () => {
  setRules(STRANGER, [OPEN], `arn:aws:iam::${STRANGER}:user/eve`);
  await vi.waitFor(() => expect(team.aws.told()).toEqual({ waiting: 0, hidden: 0 }), soon);
  expect(team.aws.calls().filter(({ accountId }) => accountId === STRANGER)).toEqual([]);
  expect(team.slack.messages().some((it) => says(it, groupOf[STRANGER]))).toBe(false);
});

test("a role that is denied holds up no other account", async () => {
  // The keys that the bot has would be good for another hour.
  await team.bot.stop();
  team.aws.addFault({ operation: "sts:AssumeRole", kind: "denied", resource: roleOf(BANK) });
  await team.start();
  for (let i = 0; i < 50; i += 1) setRules(BANK, i % 2 === 0 ? [OPEN] : [], `arn:aws:iam::${BANK}:user/ann`);
  setRules(SHOP, [OPEN], BO);
  await team.shown((it) => isAbout(SHOP, it) && !/resolved/i.test(it.text));
  await vi.waitFor(() => expect(team.aws.told()).toEqual({ waiting: 0, hidden: 0 }), stale);
  expect(team.slack.messages().some((it) => isAbout(BANK, it))).toBe(false);
  expect(team.aws.calls().filter(({ operation, resource }) => operation === "AssumeRole" && resource === roleOf(BANK)).length).toBeLessThan(
    10,
  );
});
