import { USUAL } from "@posture/config";
import { DAY, type Finding, memoryStore, plus, type Suppression } from "@posture/core";
import { createPosture } from "@posture/runtime";
import type { LocalSlack } from "@posture/sandbox/slack";
import { WebClient } from "@slack/web-api";
import pino from "pino";
import { AT_ONCE } from "../apart.ts";
import type { Desk } from "../desk.ts";
import { boltLogger } from "../logging.ts";
import { People } from "../people.ts";
import { Pictures } from "../pictures.ts";
import { slackPort } from "../slack/port.ts";

export const NOW = "2026-03-01T10:00:00.000Z";

interface Given {
  readonly slack: LocalSlack;
  readonly folder: string;
  readonly findings?: readonly Finding[];
  readonly suppressions?: readonly Suppression[];
  readonly clock?: () => number;
}

/** A desk before a local Slack, with a store that has held this since yesterday. */
export async function deskWith({ slack, folder, findings = [], suppressions = [], clock = Date.now }: Given): Promise<Desk> {
  const log = pino({ level: "silent" });
  const port = slackPort(
    new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, logger: boltLogger(log) }),
  );
  await port.whoAmI();
  const store = memoryStore();
  const now = (): string => NOW;
  const writes = [
    ...findings.map((value) => ({ kind: "finding" as const, value })),
    ...suppressions.map((value) => ({ kind: "suppression" as const, value })),
  ];
  await store.transact({}, () => ({ at: plus(NOW, -DAY), events: [], writes, result: undefined }));
  const posture = await createPosture({ store, folder, now, aws: { endpoint: "http://127.0.0.1:9", region: "us-east-1" } });
  return {
    posture,
    store,
    slack: port,
    people: new People(port, Date.now, log),
    pictures: new Pictures(port, log, clock),
    channel: slack.channelId,
    route: () => [USUAL],
    apart: AT_ONCE,
    apiUrl: slack.apiUrl,
    trouble: () => null,
    nextSweep: () => null,
    unspoken: () => ({ installation: null, channels: new Map() }),
    sweep: () => ({ joined: false, done: Promise.resolve({ kind: "stopped" }) }),
    now,
    log,
  };
}
