// long: a story is one thing, what happens in it and the process that it happens to
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import { type Destination, USUAL } from "@posture/config";
import {
  type AuditEvent,
  type Finding,
  type FindingStore,
  type Instant,
  memoryStore,
  statusOf,
  type StoreView,
  type Suppression,
} from "@posture/core";
import { createPosture, type ChangeCause, type Posture, type StatusChange } from "@posture/runtime";
import { type ApiCall, type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { WebClient } from "@slack/web-api";
import pino from "pino";
import { AT_ONCE } from "../apart.ts";
import type { Desk } from "../desk.ts";
import { boltLogger } from "../logging.ts";
import { Installation } from "../installation.ts";
import { ALONE, type Lead } from "../lead.ts";
import { render } from "../models.ts";
import { People } from "../people.ts";
import { Pictures } from "../pictures.ts";
import { type SlackPort, slackPort } from "../slack/port.ts";
import { announcerOf } from "./announcer.ts";
import { Channels } from "./channels.ts";
import { type Row, rowOf } from "./rows.ts";
import { Clock, delegating, Life, never } from "./process.test.fixture.ts";
import { Sender } from "./sender.ts";
import { Speech } from "./speech.ts";

/*
 * The outbox and the local Slack in a world whose time only passes when nothing is under way: sender, port, Web API client and HTTP are the bot's own.
 * A process can die in the middle of anything it does.
 */

const log = pino({ level: "silent" });
/** As the bot has it. In milliseconds. */
const API_DEADLINE = 10_000;
const LONGEST_CALL = 11_000;
const MINUTE = 60_000;
const MONTH = 30 * 24 * 3_600_000;

/** Where a message was first tried. */
export interface Attempt {
  readonly key: string;
  readonly at: number;
}

/** What else is in a commit, and where it came from. */
interface More {
  readonly events?: readonly AuditEvent[];
  /** As it leaves them. */
  readonly suppressions?: readonly Suppression[];
  readonly cause?: ChangeCause;
}
const CLOCK: ChangeCause = { kind: "clock" };

export const CHANNELS = [null, "#infra", "#calm", "#night"] as const;
export type Where = (typeof CHANNELS)[number];

/** Holds the parts that many stories share: starting them takes longer than a story. */
export class House {
  readonly #folder = mkdtempSync(join(tmpdir(), "posture-house-"));
  #slack: LocalSlack | undefined;
  #posture: Posture | undefined;
  #store = memoryStore();
  #stories = 0;

  /**
   * A store, channels and a clock of their own for each story. `ahead`: of Slack's clock, in milliseconds; left out, it is so far behind that what Slack
   * stamps is never older than what is looked for. `several`: of bots on the store; left out, there is one.
   */
  async story({ ahead = -MONTH, several = false }: { readonly ahead?: number; readonly several?: boolean } = {}): Promise<Story> {
    if (this.#stories % 40 === 0) {
      await this.#slack?.close();
      this.#slack = undefined;
    }
    const n = (this.#stories += 1);
    this.#store = memoryStore();
    this.#slack ??= await startSlack({});
    // At a full minute, as quiet hours begin, so that a story is the same whenever it is told.
    const clock = new Clock((ahead === -MONTH ? Math.floor(Date.now() / MINUTE) * MINUTE : Date.now()) + ahead);
    let told = (): Instant => clock.now();
    this.#posture ??= await createPosture({
      store: delegating(() => this.#store),
      folder: this.#folder,
      now: () => told(),
      aws: { endpoint: "http://127.0.0.1:9", region: "us-east-1" },
    });
    told = clock.now;
    const channels = new Map<Where, string>();
    for (const to of CHANNELS) channels.set(to, await channelOf(this.#slack, `${to?.slice(1) ?? "own"}-${n}`));
    return new Story({ slack: this.#slack, posture: this.#posture, store: this.#store, clock, channels, n, several });
  }

  async close(): Promise<void> {
    await this.#slack?.close();
    await this.#posture?.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** Findings, faults, restarts and the passing of time; what was posted and what is shown in the end. */
export class Story {
  readonly slack: LocalSlack;
  readonly clock: Clock;
  readonly store: FindingStore;
  readonly channels: ReadonlyMap<Where, string>;
  readonly attempts: Attempt[] = [];
  /** When a message that was not tried yet last became due, by its key. In milliseconds since 1970. */
  readonly dueAt = new Map<string, number>();
  /** How long the bot took to stop, in all. In milliseconds. */
  stopping = 0;
  readonly #posture: Posture;
  readonly #n: number;
  readonly #several: boolean;
  /** Bots that do not lead any more, and live. */
  readonly #others: Life[] = [];
  #terms = 0;
  /** Whether the bot that leads still does. */
  #leads: { yes: boolean } = { yes: true };
  readonly #begun: number;
  readonly #quiet: Destination["quiet"];
  #desk: Desk;
  #life = new Life();
  #sender: Sender;
  #flying = 0;
  #hungUp = 0;
  /** How many calls of this story hang, as far as the ledger was read. */
  #hanging = { read: 0, count: 0 };
  #destinations: readonly Destination[] = [];

  constructor(parts: {
    readonly slack: LocalSlack;
    readonly posture: Posture;
    readonly store: FindingStore;
    readonly clock: Clock;
    readonly channels: ReadonlyMap<Where, string>;
    readonly n: number;
    readonly several: boolean;
  }) {
    this.slack = parts.slack;
    this.clock = parts.clock;
    this.store = parts.store;
    this.channels = parts.channels;
    this.#posture = parts.posture;
    this.#n = parts.n;
    this.#several = parts.several;
    this.#begun = this.slack.ledger().length;
    this.#quiet = quietFrom(this.clock.milliseconds);
    [this.#desk, this.#sender] = this.#process();
  }

  /** What Slack was asked in this story. */
  ledger(): readonly ApiCall[] {
    return this.slack.ledger().slice(this.#begun);
  }

  /** The name that a route has for a channel. */
  named(where: Where): string | null {
    return where === null ? null : `${where}-${this.#n}`;
  }

  /** One commit: the findings as they are from now on, told in these channels, what the audit log has of it, and what that makes due. */
  async happened(
    findings: readonly Finding[],
    where: readonly Where[],
    { events = [], suppressions = [], cause = CLOCK }: More = {},
  ): Promise<void> {
    this.#destinations = where.map((it) => ({
      ...USUAL,
      channel: this.named(it),
      ...(it !== null && { route: it }),
      ...(it === "#night" && { quiet: this.#quiet }),
    }));
    await this.store.transact({ findings: "all", outbox: {} }, (view) => {
      const at = this.clock.now();
      const changes = findings.map((finding): StatusChange => {
        const before = view.findingOf(finding.fingerprint);
        const after = { finding, status: statusOf(finding, viewOf(view, findings, suppressions), at) };
        return { before: before ? { finding: before, status: statusOf(before, view, at) } : null, after, cause };
      });
      const due = announcerOf(this.#desk.route).plan(changes, viewOf(view, findings, suppressions), at, suppressions, events);
      const isTried = new Set(this.attempts.map(({ key }) => key));
      const waits = new Set(view.outbox.flatMap(({ key, state }) => (state === "due" ? [key] : [])));
      for (const write of due)
        if (write.kind === "outbox" && !waits.has(write.value.key) && !isTried.has(write.value.key))
          this.dueAt.set(write.value.key, this.clock.milliseconds);
      const written = [
        ...findings.map((value) => ({ kind: "finding" as const, value })),
        ...suppressions.map((value) => ({ kind: "suppression" as const, value })),
      ];
      return { at, events, writes: [...written, ...due], result: undefined };
    });
    if (!this.#life.isOver) this.#sender.poke();
  }

  /** The bot is stopped as an operator stops it, and started. */
  async restart(): Promise<void> {
    const stopped = { yet: false };
    const from = this.clock.milliseconds;
    const stopping = this.#sender.stop().then(() => (stopped.yet = true));
    while (!stopped.yet && !this.#life.isOver) {
      await this.#still();
      if (!stopped.yet) this.clock.jump(this.clock.milliseconds + API_DEADLINE);
    }
    if (!this.#life.isOver) await stopping;
    this.stopping += this.clock.milliseconds - from;
    this.#begin();
  }

  /** The bot's lease has ended, and another one leads as soon as no call of the first can be under way. */
  async handedOver(): Promise<void> {
    const life = this.#life;
    this.#leads.yes = false;
    await this.pass(LONGEST_CALL);
    if (this.#life !== life) return; // it has died meanwhile, and another one is there
    this.#others.push(life);
    this.#begin();
  }

  /** The process dies after so many more of its steps. */
  dies(steps: number, midway: boolean): void {
    this.#life.endsAfter(steps, midway);
  }

  /** Lets time pass. A process that has died is followed by another at once. */
  async pass(milliseconds: number, isOver: () => Promise<boolean> = () => Promise.resolve(false)): Promise<void> {
    const until = this.clock.milliseconds + milliseconds;
    for (;;) {
      await this.#still();
      if (this.#life.isOver) this.#begin();
      else if ((await isOver()) || !this.clock.jump(until)) return;
    }
  }

  /** Something comes in between what is under way. */
  async moment(turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1) await setImmediate();
  }

  rows(): Promise<readonly Row[]> {
    return this.store.read({ outbox: {} }, ({ outbox }) => outbox.map(rowOf).filter((row) => row !== null));
  }

  /** What a row's message should say now. */
  async expected(row: Row): Promise<string | undefined> {
    return (await render(this.#desk, row))?.text;
  }

  async end(): Promise<void> {
    this.slack.clearFaults();
    this.dies(0, false);
    for (const other of this.#others) other.endsAfter(0, false);
    await this.#still();
  }

  #begin(): void {
    this.#life = new Life();
    [this.#desk, this.#sender] = this.#process();
  }

  #process(): [Desk, Sender] {
    const { clock, store } = this;
    const { now } = clock;
    const life = this.#life;
    const lead = this.#several ? this.#lead() : ALONE;
    const own = this.channels.get(null) ?? "";
    const options = {
      slackApiUrl: this.slack.apiUrl,
      logger: boltLogger(log),
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      fetch: this.#fetch,
    };
    const slack = this.#mortal(life, slackPort(new WebClient(this.slack.botToken, options)));
    const speech = new Speech({
      store,
      installation: new Installation({ slack, now, log }),
      channels: new Channels(slack, own),
      admins: [],
      now,
      log,
    });
    const desk: Desk = {
      posture: this.#posture,
      store,
      slack,
      people: new People(slack, Date.now, log),
      pictures: new Pictures(slack, log, Date.now),
      channel: own,
      route: () => this.#destinations,
      apart: AT_ONCE,
      apiUrl: this.slack.apiUrl,
      trouble: () => null,
      unspoken: () => speech.troubles,
      nextSweep: () => null,
      sweep: () => ({ joined: false, done: never() }),
      now,
      log,
    };
    const lasting: FindingStore = {
      ...store,
      read: (wanted, look) => life.step(() => store.read(wanted, look)),
      transact: (wanted, decide) => life.step(() => store.transact(wanted, decide)),
    };
    const after: typeof clock.after = (milliseconds, done) => clock.after(milliseconds, () => (life.isOver ? undefined : done()));
    const sender = new Sender({ store: lasting, slack, speech, render: (row) => render(desk, row), lead, now, after, log });
    sender.start();
    return [desk, sender];
  }

  /** Of a bot that leads until another one does. */
  #lead(): Lead {
    const owner = `bot-${(this.#terms += 1)}`;
    const leads = { yes: true };
    this.#leads = leads;
    return { owner, term: () => (leads.yes ? owner : null) };
  }

  #mortal(life: Life, port: SlackPort): SlackPort {
    return {
      ...port,
      whoAmI: () => life.step(() => port.whoAmI()),
      channelId: (given) => life.step(() => port.channelId(given)),
      post: (channel, message, mark, thread) => {
        if (!life.isOver) this.attempts.push({ key: mark.key, at: this.clock.milliseconds });
        return life.step(() => port.post(channel, message, mark, thread));
      },
      update: (at, message, mark) => life.step(() => port.update(at, message, mark)),
      dm: (user) => life.step(() => port.dm(user)),
      find: (channel, key, since, thread) => life.step(() => port.find(channel, key, since, thread)),
    };
  }

  /** The deadline of a call is the clock's; whoever is not answered waits until time has passed. */
  readonly #fetch: typeof fetch = async (input, init) => {
    const ended = new AbortController();
    this.#flying += 1;
    const callOff = this.clock.after(API_DEADLINE, () => ended.abort(new Error("there was no answer in time")));
    try {
      const response = await fetch(input, { ...init, signal: ended.signal });
      const { status, statusText, headers } = response;
      return new Response(await response.arrayBuffer(), { status, statusText, headers });
    } finally {
      callOff();
      this.#flying -= 1;
      if (ended.signal.aborted) this.#hungUp += 1;
    }
  };

  /** Until nothing is under way but what hangs. */
  async #still(): Promise<void> {
    for (let calm = 0; calm < 5;) {
      const isBusy = this.#flying > this.#hangingNow();
      if (isBusy) await setTimeout(1);
      else await setImmediate();
      calm = isBusy ? 0 : calm + 1;
    }
  }

  #hangingNow(): number {
    const calls = this.ledger();
    const fresh = calls.slice(this.#hanging.read).filter(({ fault }) => fault === "hang" || fault === "hang_after");
    this.#hanging = { read: calls.length, count: this.#hanging.count + fresh.length };
    return this.#hanging.count - this.#hungUp;
  }
}

/** As the commit leaves it. */
function viewOf(view: StoreView, findings: readonly Finding[], suppressions: readonly Suppression[]): StoreView {
  const ids = new Set(suppressions.map(({ id }) => id));
  return {
    ...view,
    suppressions: [...view.suppressions.filter(({ id }) => !ids.has(id)), ...suppressions],
    findingOf: (fingerprint) => findings.find((it) => it.fingerprint === fingerprint) ?? view.findingOf(fingerprint),
  };
}

/** It is quiet in `#night` from the beginning on, for three quarters of an hour. */
function quietFrom(begin: number): Destination["quiet"] {
  const clock = (minutes: number): string => new Date(begin + minutes * MINUTE).toISOString().slice(11, 16);
  return { from: clock(0), to: clock(45), timeZone: "UTC" };
}

async function channelOf({ apiUrl, botToken }: LocalSlack, name: string): Promise<string> {
  const made = await new WebClient(botToken, { slackApiUrl: apiUrl }).conversations.create({ name });
  return made.channel?.id ?? "";
}
