import { beforeAll, describe, expect, test, vi } from "vitest";
import { type Message, says, shown, soon, Team } from "./bot.test.fixture.ts";
import { closedGroup } from "./story.test.fixture.ts";

/* Changes that come late, twice, in any order or from the future, while the queue, Slack or a sweep is in the way: each is told once, as it is. */

const team = Team.forFile({ events: true });
const SSH = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
const ALL = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
const HOUR = 3_600_000;
/** A queue that does not answer is asked again after half a minute. */
const PATIENCE = 90_000;

/** Groups that let nobody in. */
const shutGroups = Array.from({ length: 11 }, (_, i) => `sg-0${String(i).padStart(16, "f")}`);
beforeAll(async () => {
  for (const id of shutGroups) {
    team.aws.patchWorld(closedGroup(team.accountId, { id, name: id }));
    setRules(id);
  }
  await taken();
}, 60_000);
function another(): string {
  const id = shutGroups.pop();
  if (id === undefined) throw new Error("there are not enough groups");
  return id;
}
function setRules(GroupId: string, ...IpPermissions: readonly object[]): void {
  team.aws.patchWorld({ accounts: [{ id: team.accountId, securityGroups: [{ GroupId, IpPermissions }] }] });
}
/** So that no event tells of it. */
function silently(change: () => void): void {
  team.aws.tellChanges(null);
  change();
  team.aws.tellChanges({ queue: "posture-events", region: "us-east-1" });
}
let events = 0;
function eventOf(
  groupId: string,
  { ago = 0, name = "AuthorizeSecurityGroupIngress" }: { readonly ago?: number; readonly name?: string } = {},
): string {
  const eventTime = `${new Date(Date.now() - ago).toISOString().slice(0, 19)}Z`;
  const detail = {
    eventID: `told-${(events += 1)}`,
    eventName: name,
    eventSource: "ec2.amazonaws.com",
    eventTime,
    requestParameters: { groupId },
  };
  return JSON.stringify({ account: team.accountId, region: "eu-west-1", detail });
}
const taken = (timeout = soon.timeout): Promise<void> =>
  vi.waitFor(() => expect(team.aws.told()).toEqual({ waiting: 0, hidden: 0 }), { ...soon, timeout });
const about = (id: string): readonly Message[] =>
  team.slack.messages().filter((it) => it.ephemeralFor === undefined && it.threadTs === undefined && says(it, id));
const beginning = (id: string, words: string): Promise<void> =>
  vi.waitFor(() => expect(about(id).map(({ text }) => text)).toEqual([expect.stringContaining(words)]), soon);
const settled = (): Promise<void> =>
  vi.waitFor(
    async () =>
      expect(
        await team.stored((store) => store.read({ outbox: { states: ["due", "sending", "unknown"] } }, ({ outbox }) => outbox.length)),
      ).toBe(0),
    soon,
  );
async function transitionsOf(id: string): Promise<readonly string[]> {
  const names = await team.stored((store) =>
    store.read({ findings: "all" }, ({ findings }) => findings.filter(({ ref }) => ref.arn.endsWith(`/${id}`)).map((it) => it.fingerprint)),
  );
  const its = (await team.events()).filter(({ subject, type }) => names.includes(subject) && /^(opened|resolved|reopened)$/.test(type));
  return its.map(({ type }) => type);
}

describe("an event", () => {
  test("that comes a day late has the resource read as it is now", async () => {
    const id = another();
    silently(() => setRules(id, SSH));
    team.aws.tellRaw(eventOf(id, { ago: 24 * HOUR }));
    await beginning(id, "SSH open");
    await taken();
    expect(await transitionsOf(id)).toEqual(["opened"]);
  });
  test("from the future is read after like any other, and nobody is told of times that cannot be", async () => {
    const id = another();
    silently(() => setRules(id, SSH));
    team.aws.tellRaw(eventOf(id, { ago: -48 * HOUR }));
    await beginning(id, "SSH open");
    const known = team.slack.messages().length;
    await team.slack.command("/posture status");
    const status = await vi.waitFor(() => {
      const found = team.slack
        .messages()
        .slice(known)
        .find(({ text }) => text.startsWith("Posture status"));
      if (!found) throw new Error("no status yet");
      return found;
    }, soon);
    expect(`${shown(status)}${shown(about(id)[0])}`).not.toMatch(/-\d+ (s|m|h|d|day|hour|minute|second)|NaN|Invalid|undefined/);
  });
  test("that comes after a later one undoes nothing, and the later one stays the reason", async () => {
    const id = another();
    const early = eventOf(id, { ago: 60_000, name: "RevokeSecurityGroupIngress" });
    setRules(id, SSH);
    await beginning(id, "(after AuthorizeSecurityGroupIngress by ana)");
    for (const body of [early, early]) team.aws.tellRaw(body);
    await taken();
    await settled();
    expect([await transitionsOf(id), about(id).length]).toEqual([["opened"], 1]);
    expect(about(id)[0]?.text).toContain("(after AuthorizeSecurityGroupIngress by ana)");
  });
  test("that was known already, or is older than what was seen, is not said to be why a finding turned", async () => {
    const id = another();
    setRules(id, SSH);
    await beginning(id, "SSH open");
    silently(() => setRules(id));
    team.aws.tellRaw(eventOf(id, { ago: 12 * HOUR }));
    await beginning(id, "Resolved");
    await settled();
    expect(shown(about(id)[0])).not.toContain("Resolved after ");
    expect((await team.events()).findLast(({ type }) => type === "resolved")).not.toHaveProperty("change");
  });
});

describe("while something is in the way", () => {
  test(
    "a queue that never answers is asked again, and what came meanwhile is told",
    async () => {
      const id = another();
      team.aws.clearCalls();
      team.aws.addFault({ operation: "sqs:ReceiveMessage", kind: "hang", times: 1 });
      setRules(id);
      team.aws.tellRaw(eventOf(id));
      await vi.waitFor(() => expect(team.aws.calls().some((it) => it.operation === "ReceiveMessage" && it.status === 0)).toBe(true), soon);
      setRules(id, SSH);
      await vi.waitFor(() => expect(about(id)).toHaveLength(1), { ...soon, timeout: 60_000 });
      // The second look after the first event may have found it before the queue is asked again.
      await taken(60_000);
      expect(await transitionsOf(id)).toEqual(["opened"]);
    },
    PATIENCE,
  );
  test(
    "Slack, a change is told once, when it is back",
    async () => {
      const id = another();
      for (const kind of ["reset_before", "reset_after"] as const) team.slack.fault({ method: "chat.postMessage", kind });
      setRules(id, SSH);
      await vi.waitFor(() => expect(about(id)).toHaveLength(1), { ...soon, timeout: 80_000 });
      await settled();
      team.slack.clearFaults();
      expect([await transitionsOf(id), about(id).length]).toEqual([["opened"], 1]);
    },
    PATIENCE,
  );
  test("a sweep that read the resource before undoes nothing that a change event found, either way", async () => {
    const [opened, shut] = [another(), another()];
    silently(() => setRules(shut, SSH));
    team.aws.clearCalls();
    team.aws.addFault({ operation: "iam:*", kind: "slow", delayMs: 5000, times: 3 });
    const isSwept = (): boolean => team.slack.messages().some(({ text }) => text.startsWith("Swept: "));
    await team.slack.command("/posture scan");
    const isListed = (): boolean =>
      team.aws.calls().some((it) => it.operation === "DescribeSecurityGroups" && it.region === "eu-west-1" && it.resource === undefined);
    await vi.waitFor(() => expect(isListed()).toBe(true), soon);
    setRules(opened, SSH);
    setRules(shut);
    await beginning(opened, "(after AuthorizeSecurityGroupIngress by ana)");
    expect(isSwept()).toBe(false);
    await vi.waitFor(() => expect(isSwept()).toBe(true), soon);
    await settled();
    expect([await transitionsOf(opened), await transitionsOf(shut)]).toEqual([["opened"], []]);
    expect([about(opened).length, about(shut).length]).toEqual([1, 0]);
  });
});

describe("a finding", () => {
  test("that is suppressed stays so, whatever changes within the hour, and its message says what is true", async () => {
    const id = another();
    setRules(id, SSH);
    await beginning(id, "SSH open");
    await team.slack.click({ user: "Ana", message: about(id)[0]?.ts ?? "", label: "Suppress" });
    await vi.waitFor(() => expect(team.slack.openModal("Ana")).toBeDefined(), soon);
    await team.slack.submit({ user: "Ana", values: { Basis: "Accepted risk", Justification: "Only for the migration of the shop." } });
    await beginning(id, "Suppressed");
    setRules(id);
    await beginning(id, "Resolved");
    setRules(id, SSH);
    await beginning(id, "Suppressed");
    expect(await transitionsOf(id)).toEqual(["opened", "resolved", "reopened"]);
  });
  test("that is assigned stays so, and is told of the change in its thread", async () => {
    const id = another();
    setRules(id, SSH);
    await beginning(id, "SSH open");
    const [row] = await team.stored((store) =>
      store.read({ findings: "all" }, ({ findings }) => findings.filter(({ ref }) => ref.arn.endsWith(`/${id}`))),
    );
    await team.slack.command(`/posture assign ${row?.fingerprint} me`);
    await vi.waitFor(
      async () => expect((await team.events()).some((it) => it.type === "assigned" && it.subject === row?.fingerprint)).toBe(true),
      soon,
    );
    setRules(id);
    await beginning(id, "Resolved");
    const ts = about(id)[0]?.ts;
    await team.shown((it) => it.threadTs === ts && it.text.startsWith("After RevokeSecurityGroupIngress"));
    const after = await team.stored((store) =>
      store.read({ findings: "all" }, ({ findings }) => findings.find((it) => it.fingerprint === row?.fingerprint)),
    );
    expect(after?.assignee ?? null).not.toBeNull();
  });
  test("that another one covers is not told by itself, and is open again when that one is gone", async () => {
    const id = another();
    setRules(id, ALL);
    await vi.waitFor(() => expect(about(id)).toHaveLength(1), soon);
    const first = about(id)[0]?.ts;
    setRules(id, SSH);
    await team.shown((it) => says(it, id) && it.text.includes("SSH open") && it.threadTs === undefined);
    await vi.waitFor(() => expect(team.current(first ?? "")?.text).toContain("Resolved"), soon);
    await settled();
    expect(about(id)).toHaveLength(2);
  });
});
