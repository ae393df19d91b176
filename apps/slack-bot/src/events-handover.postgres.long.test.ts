import type { AuditEvent } from "@posture/core";
import type { LocalSlack } from "@posture/sandbox/slack";
import { beforeAll, expect, test } from "vitest";
import { EVENTS } from "./bot.test.fixture.ts";
import { Fleet, type OneBot, until } from "./bots.test.fixture.ts";
import { closedGroup } from "./story.test.fixture.ts";

/* Two bots on one database and one queue: only the one that leads listens, and the other takes over what it had not finished. */

const fleet = Fleet.forFile("handover", { latencyMs: 3, events: EVENTS.queue });
beforeAll(() => {
  fleet.aws.tellChanges(null);
  for (const n of [1, 2, 3, 4]) {
    fleet.aws.patchWorld(closedGroup(fleet.accountId, { id: idOf(n), name: `handed-${n}` }));
    setRules(n, []);
  }
  fleet.aws.tellChanges(EVENTS);
});

const LISTENS = '"Listening"';
const STANDS_BY = "This bot stands by: the one that leads listens.";
const idOf = (n: number): string => `sg-0${String(n).padStart(16, "d")}`;
const OPEN = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
function setRules(n: number, IpPermissions: readonly object[]): void {
  fleet.aws.patchWorld({ accounts: [{ id: fleet.accountId, securityGroups: [{ GroupId: idOf(n), IpPermissions }] }] });
}
const live = (): ReturnType<LocalSlack["messages"]> =>
  fleet.slack.messages().filter(({ ephemeralFor, threadTs }) => ephemeralFor === undefined && threadTs === undefined);
const about = (n: number): ReturnType<LocalSlack["messages"]> =>
  live().filter((it) => !it.text.startsWith("First sweep") && JSON.stringify(it.blocks).includes(idOf(n)));
const isTaken = (): boolean => fleet.aws.told().waiting + fleet.aws.told().hidden === 0;
const isSent = (): Promise<boolean> =>
  fleet.store.read({ outbox: { states: ["due", "sending", "unknown"] } }, ({ outbox }) => outbox.length === 0);
/** What a bot answers to `/posture status`, when it says this. */
async function says(bot: OneBot, words: string): Promise<void> {
  await until(`a bot to say "${words}"`, async () => {
    const known = fleet.slack.messages().length;
    fleet.hear(bot);
    await fleet.slack.command("/posture status");
    await until("a status", () =>
      fleet.slack
        .messages()
        .slice(known)
        .some(({ text }) => text.startsWith("Posture status")),
    );
    return fleet.slack
      .messages()
      .slice(known)
      .some((it) => JSON.stringify(it.blocks).includes(words));
  });
}
async function transitionsOf(n: number): Promise<readonly AuditEvent[]> {
  const names = await fleet.store.read({ findings: "all" }, ({ findings }) =>
    findings.flatMap(({ ref, checkId, fingerprint }) =>
      checkId === "security-group/ssh-open-to-internet" && ref.arn.endsWith(`/${idOf(n)}`) ? [fingerprint] : [],
    ),
  );
  const events: AuditEvent[] = [];
  for await (const record of fleet.store.records())
    events.push(
      ...record.events.filter(({ subject, type }) => names.some((it) => it === subject) && /^(opened|resolved|reopened)$/.test(type)),
    );
  return events;
}
async function expectTold(n: number, ...expected: readonly string[]): Promise<void> {
  const events = await transitionsOf(n);
  expect(events.map(({ type }) => type)).toEqual(expected);
  expect(new Set(events.map(({ change }) => change?.eventId)).size).toBe(expected.length);
  expect(about(n).map(({ text }) => text)).toEqual([expect.stringContaining("SSH open")]);
}

test("only the bot that leads listens; when it is killed or asleep another one does within its lease, and works on what was left, once", async () => {
  const first = await fleet.another();
  await until("the first sweep to be told", () => live().length > 0);
  const second = await fleet.another();
  expect([first.leads, second.leads]).toEqual([true, false]);
  await says(first, LISTENS);
  await says(second, STANDS_BY);

  // Both a change that is written down and not removed, and one that is not read yet, are left by the dead.
  fleet.aws.addFault({ operation: "sqs:DeleteMessageBatch", kind: "hang" });
  setRules(1, [OPEN]);
  await until("the first change to be written down", async () => (await transitionsOf(1)).length === 1);
  fleet.aws.addFault({ operation: "ec2:DescribeSecurityGroups", kind: "hang", resource: idOf(2) });
  setRules(2, [OPEN]);
  await until("the second change to be read", () => fleet.aws.calls().some((it) => it.resource === idOf(2) && it.status === 0));
  await first.end("SIGKILL");
  fleet.aws.clearFaults();
  const died = performance.now();
  await says(second, LISTENS);
  // Its lease of 20 s, and what a bot takes to see that it leads and listens.
  expect(performance.now() - died).toBeLessThan(30_000);
  fleet.aws.tellAgain();
  await until("everything that was left to be worked on and told", async () => isTaken() && (await isSent()));
  await expectTold(1, "opened");
  await expectTold(2, "opened");

  // Asleep in the middle of a read: when it wakes, what it had begun says nothing that is over by then.
  const third = await fleet.another();
  fleet.aws.addFault({ operation: "ec2:DescribeSecurityGroups", kind: "hang", resource: idOf(3), times: 1 });
  setRules(3, [OPEN]);
  await until("the third change to be read", () => fleet.aws.calls().some((it) => it.resource === idOf(3) && it.status === 0));
  second.signal("SIGSTOP");
  await says(third, LISTENS);
  fleet.aws.tellAgain();
  await until("the third change to be worked on", async () => (await transitionsOf(3)).length === 1 && (await isSent()));
  setRules(3, []);
  await until("and its end", async () => (await transitionsOf(3)).length === 2 && (await isSent()));
  second.signal("SIGCONT");
  await until("the second one to know that it does not lead", () => !second.leads, 30_000);
  await says(second, STANDS_BY);
  // What came to it while it slept, since it had asked, or between waking and knowing, is hidden from others until its time is over.
  fleet.aws.tellAgain();
  setRules(4, [OPEN]);
  await until("the last change to be told", async () => about(4).length > 0 && isTaken() && (await isSent()));
  await expectTold(3, "opened", "resolved");
  await expectTold(4, "opened");
}, 240_000);
