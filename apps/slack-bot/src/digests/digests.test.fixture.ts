import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "@posture/config";
import { type Finding, type FindingStore, memoryStore, type SweepRecord, SYSTEM } from "@posture/core";
import { createPosture } from "@posture/runtime";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { WebClient } from "@slack/web-api";
import pino from "pino";
import { afterEach, beforeEach } from "vitest";
import { AT_ONCE } from "../apart.ts";
import type { Desk } from "../desk.ts";
import { ACCOUNT, listed, refOf } from "../finding.test.fixture.ts";
import { Installation } from "../installation.ts";
import { render } from "../models.ts";
import { Channels, inOwnChannel } from "../outbox/channels.ts";
import { Sender } from "../outbox/sender.ts";
import { Speech } from "../outbox/speech.ts";
import { People } from "../people.ts";
import { Pictures } from "../pictures.ts";
import { slackPort } from "../slack/port.ts";
import { round } from "./round.ts";

export interface Running {
  readonly desk: Desk;
  /** The clock is looked at once, as it is every 30 seconds, and what that makes due is sent. */
  readonly tick: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface BotOptions {
  readonly slack?: Config["slack"];
  /** Default: true. */
  readonly sends?: boolean;
  /** Each picture takes a second or two. Default: false. */
  readonly draws?: boolean;
}

/** Bots with a local Slack: configuration, store, sender and Web API client are real; only the clock is the test's, and runs on. */
export class Office {
  slack!: LocalSlack;
  store: FindingStore = memoryStore();
  ana = "";
  #folder = "";
  #ahead = 0;
  #bots: Running[] = [];
  #configs = 0;

  /** Each test has its own. It is Monday, at six. */
  static forEachTest(): Office {
    const office = new Office();
    beforeEach(async () => {
      office.#folder = mkdtempSync(join(tmpdir(), "posture-digests-"));
      office.slack = await startSlack({});
      office.store = memoryStore();
      const { members } = await office.web().users.list({});
      office.ana = members?.find(({ name }) => name === "ana")?.id ?? "";
      office.clock("2027-01-04T06:00:00.000Z");
    });
    afterEach(async () => {
      for (const it of office.#bots.splice(0)) await it.stop();
      await office.slack.close();
      rmSync(office.#folder, { recursive: true });
    });
    return office;
  }

  now = (): string => new Date(Date.now() + this.#ahead).toISOString();

  clock(at: string): void {
    this.#ahead = Date.parse(at) - Date.now();
  }

  web(): WebClient {
    return new WebClient(this.slack.botToken, {
      slackApiUrl: this.slack.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    });
  }

  async bot({ slack: settings = {}, sends = true, draws = false }: BotOptions = {}): Promise<Running> {
    const { store, now, slack } = this;
    const log = pino({ level: "silent" });
    const folder = this.#folder;
    // What was imported once is not read again.
    const configFile = join(folder, `${(this.#configs += 1)}.config.mjs`);
    writeFileSync(configFile, `export default ${JSON.stringify({ slack: settings })};`);
    const posture = await createPosture({ store, folder, configFile, now, aws: { endpoint: "http://127.0.0.1:9", region: "us-east-1" } });
    const port = slackPort(this.web());
    const speech = new Speech({
      store,
      installation: new Installation({ slack: port, now, log }),
      channels: new Channels(port, slack.channelId),
      admins: [],
      now,
      log,
    });
    const desk: Desk = {
      posture,
      store,
      slack: port,
      people: new People(port, Date.now, log),
      // Before 1970 it draws nothing.
      pictures: new Pictures(port, log, draws ? Date.now : () => -1),
      channel: slack.channelId,
      route: (finding) => inOwnChannel(posture.route(finding), slack.channel),
      apart: AT_ONCE,
      apiUrl: slack.apiUrl,
      trouble: () => null,
      sweep: () => ({ joined: false, done: Promise.resolve({ kind: "stopped" as const }) }),
      nextSweep: () => null,
      unspoken: () => speech.troubles,
      now,
      log,
    };
    const sender = new Sender({ store, slack: port, speech, render: (row) => render(desk, row), now, log });
    if (sends) sender.start();
    const tick = async (): Promise<void> => {
      await round(desk, [slack.channel, slack.channelId]);
      sender.poke();
    };
    const stop = async (): Promise<void> => {
      this.#bots = this.#bots.filter((it) => it !== running);
      await sender.stop();
      await posture.close();
    };
    const running = { desk, tick, stop };
    this.#bots.push(running);
    return running;
  }

  /** One commit, with what the audit log says of each. */
  async happened(type: "opened" | "reopened" | "resolved", findings: readonly Finding[]): Promise<void> {
    const at = this.now();
    const events = findings.map(({ fingerprint }) => ({
      type,
      subject: fingerprint,
      at,
      actor: SYSTEM,
      source: "sweep" as const,
      note: "",
    }));
    const writes = findings.map((value) => ({ kind: "finding" as const, value }));
    await this.store.transact({}, () => ({ at, events, writes, result: undefined }));
  }

  async swept(coverage: SweepRecord["coverage"] = []): Promise<void> {
    const at = this.now();
    const accounts = [{ accountId: ACCOUNT, regions: ["eu-west-1"], baseline: true }];
    const value: SweepRecord = { id: "sweep-1", begunAt: at, finishedAt: at, accounts, coverage, undecided: [], unread: [], calls: 1 };
    await this.store.transact({}, () => ({ at, events: [], writes: [{ kind: "sweep", value }], result: undefined }));
  }

  bucket(name: string, more: Partial<Finding> = {}): Finding {
    return listed("open", { ref: refOf(name), openedAt: this.now(), ...more }).finding;
  }

  fixed(finding: Finding): Finding {
    return { ...finding, condition: "cleared", clearedAt: this.now() };
  }

  /** The rows of digests, with their states. */
  rows(subject: string): Promise<readonly string[]> {
    return this.store.read({ outbox: { subjects: [subject] } }, ({ outbox }) => outbox.map(({ key, state }) => `${key} ${state}`));
  }

  /** What Slack took, and where: also what went to a person alone, which stands in no channel. */
  posts(): readonly { readonly to: unknown; readonly text: string; readonly shown: string; readonly blocks: unknown }[] {
    const posted = this.slack.ledger().filter(({ method, answer }) => method === "chat.postMessage" && answer?.ok === true);
    return posted.map(({ arguments: { channel, text, blocks } }) => ({
      to: channel,
      text: String(text),
      shown: JSON.stringify(blocks),
      blocks,
    }));
  }
}
