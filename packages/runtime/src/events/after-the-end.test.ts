import { loadConfig } from "@posture/config";
import { memoryStore } from "@posture/core";
import { demoWorld, type SimulatedAws, startAws } from "@posture/sandbox";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { contextOf } from "../create.ts";
import { queueOf } from "../event-queue.ts";
import { collectHere } from "../in-process.ts";
import { firstPartyPlugins } from "../plugins.ts";
import type { Ask, Answers } from "../protocol.ts";
import type { Asking } from "../thread.ts";
import { Listener, USUAL_PAUSES } from "./listener.ts";

/* SQS may have handed out a message when the listener ends. Everything is real; the answer of SQS is on its way when the end comes. */

const REGION = "us-east-1";
const QUEUE = { queue: "ended", region: REGION };
const GROUP = { GroupId: "sg-0f0f0f01", GroupName: "ended", Region: REGION };
const OPEN = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
const soon = { timeout: 10_000, interval: 10 };
const [account] = demoWorld().accounts;
if (!account) throw new Error("there is no account");
const { id } = account;

let aws: SimulatedAws;
let collecting: Asking;
beforeAll(async () => {
  aws = await startAws();
  const env = { AWS_ENDPOINT_URL: aws.url, AWS_REGION: REGION, AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any" };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  collecting = await collectHere({ folder: import.meta.dirname }, {});
  aws.patchWorld({ accounts: [{ id, securityGroups: [GROUP] }] });
  aws.tellChanges(QUEUE);
});
afterAll(async () => {
  await collecting.close();
  vi.unstubAllEnvs();
  await aws.close();
});

test("a message that arrives after the end is left for the next delivery: nothing is counted, read or removed", async () => {
  const first = new AbortController();
  const thread: Asking = {
    close: () => collecting.close(),
    async ask<A extends Ask>(ask: A): Promise<Answers[A["op"]]> {
      const answer = await collecting.ask(ask);
      if (ask.op === "receive") first.abort();
      return answer;
    },
  };
  const config = await loadConfig({ folder: import.meta.dirname, defaults: firstPartyPlugins });
  const store = memoryStore();
  const from = queueOf(`https://sqs.${REGION}.amazonaws.com/${id}/${QUEUE.queue}`, null, {});
  if (!from) throw new Error("there is no queue");
  const listenerWith = (asking: Asking): Listener =>
    new Listener(contextOf({ store, folder: import.meta.dirname }, config, asking), from, {
      ...USUAL_PAUSES,
      merge: 50,
      second: 100,
      again: 50,
    });
  aws.patchWorld({ accounts: [{ id, securityGroups: [{ GroupId: GROUP.GroupId, IpPermissions: [OPEN] }] }] });
  aws.clearCalls();

  const ended = listenerWith(thread);
  await ended.listen(first.signal, () => {});
  expect(ended.health.counts).toEqual({ acted: 0, ignored: 0, repeated: 0, refused: 0 });
  expect([aws.told(), aws.calls().filter(({ operation }) => /DescribeSecurityGroups|Delete/.test(operation))]).toEqual([
    { waiting: 0, hidden: 1 },
    [],
  ]);

  const second = new AbortController();
  const next = listenerWith(collecting);
  const listening = next.listen(second.signal, () => {});
  aws.tellAgain();
  await vi.waitFor(() => expect([next.health.counts.acted, aws.told()]).toEqual([1, { waiting: 0, hidden: 0 }]), soon);
  expect(await store.read({ findings: "all" }, ({ findings }) => findings.map(({ condition }) => condition))).toContain("failing");
  second.abort();
  await listening;
});
