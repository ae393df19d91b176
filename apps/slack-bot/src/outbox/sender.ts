import { elapsed, type FindingStore, type Instant, plus, type Write } from "@posture/core";
import type { Logger } from "pino";
import { type Failure, failureOf } from "../slack/failure.ts";
import { ALONE, type Lead } from "../lead.ts";
import type { Message, SlackPort } from "../slack/port.ts";
import { type After, byTheClock, CLOCKS_APART } from "./clock.ts";
import { sayGivenUp } from "./gave-up.ts";
import { isPerson } from "./channels.ts";
import { Groups, isToldByGroup } from "./groups.ts";
import { rankOf, traitsOf } from "./traits.ts";
import { MINUTE, nextStep, type Order, type Pace, silenceAt, silenceOf, type Step } from "./pace.ts";
import { type Row, rowOf, type To, written } from "./rows.ts";
import { claimed, type Found, type Outcome, reconciled, recovered, settled, type Target, threadOf } from "./sending.ts";
import type { Speech } from "./speech.ts";
import { targetOf } from "./targets.ts";
import { isOurs, TERM, termRow } from "./term.ts";
import { following } from "./threads.ts";

export interface SenderParts {
  readonly store: FindingStore;
  readonly slack: SlackPort;
  readonly speech: Speech;
  /** What a row says at this moment; `null`: there is nothing to say any more. */
  readonly render: (row: Row) => Promise<Message | null>;
  /** Of several bots on one store, one sends. Left out: there is no other. */
  readonly lead?: Lead;
  readonly now: () => Instant;
  /** Left out: by this machine's clock. */
  readonly after?: After;
  readonly log: Logger;
}

type Call = Exclude<Step, { kind: "wait" }>;

const ACTIVE = { states: ["due", "sending", "unknown"] } as const;
/** A row of a later version, or a clock that jumped: looked at again after this. In milliseconds. */
const LONGEST_WAIT = 60_000;
const AFTER_TROUBLE = 1000;

/** Sends what is due, one call at a time in each channel, for as long as this bot leads. What it decides is in `pace.ts`, `sending.ts` and `troubles.ts`. */
export class Sender {
  readonly #parts: SenderParts;
  readonly #speech: Speech;
  readonly #groups: Groups;
  readonly #lead: Lead;
  /** In which it sends: another bot's writing since ends it. */
  #term: string | null = null;
  readonly #posted = new Map<To, Instant>();
  readonly #silent = new Map<string, Instant>();
  readonly #underWay = new Map<To, Promise<void>>();
  readonly #replied = new Map<To, Instant>();
  readonly #replying = new Map<To, Promise<void>>();
  #updates: Pace["updates"] = [];
  #wake: () => void = () => {};
  #poked = false;
  #stopping = false;
  #running: Promise<void> | undefined;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#speech = parts.speech;
    this.#groups = new Groups(parts);
    this.#lead = parts.lead ?? ALONE;
  }

  /** Takes up what the last process left, then goes on until `stop`. */
  start(): void {
    this.#running = this.#run();
  }

  /** Something may be due. */
  poke(): void {
    this.#poked = true;
    this.#wake();
  }

  /** Ends after the calls that are under way. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#running;
    await Promise.all([...this.#underWay.values(), ...this.#replying.values()]);
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#poked = false;
      try {
        const term = this.#lead.term();
        if (term === null) await this.#standBy();
        else {
          if (term !== this.#term) await this.#takeUp(term);
          await this.#pause(await this.#advance());
        }
      } catch (error) {
        // The store cannot be written, most likely; it says so itself when it can again.
        this.#parts.log.error({ err: error }, "messages could not be sent for now");
        await this.#pause(AFTER_TROUBLE, true);
      }
    }
  }

  /** What the leading bot says of channels is true here too. */
  async #standBy(): Promise<void> {
    await this.#speech.recover();
    await this.#pause((await this.#speech.silence()) || LONGEST_WAIT);
  }

  async #takeUp(term: string): Promise<void> {
    const { store, now } = this.#parts;
    await Promise.all([...this.#underWay.values(), ...this.#replying.values()]);
    const isTaken = await store.transact({ outbox: { states: ["sending"] } }, ({ outbox }) => {
      const at = now();
      // Whoever had the store until now may have had it for so long that the lease is over.
      if (this.#lead.term() !== term) return { at, events: [], writes: [], result: false };
      const lost = outbox.flatMap((row) => written(rowOf(row), (it) => recovered(it, at)));
      const mine: Write[] = this.#lead.owner === null ? [] : [{ kind: "outbox", value: termRow(term) }];
      return { at, events: [], writes: [...mine, ...lost], result: true };
    });
    if (!isTaken) return;
    await this.#speech.recover();
    await this.#groups.recover();
    // Another bot may have posted in any channel just now.
    if (this.#lead.owner !== null) await this.#pause(AFTER_TROUBLE, true);
    this.#term = term;
  }

  /** Begins every call that may be made now. Answers how long there will be none, in milliseconds. */
  async #advance(): Promise<number> {
    const { store, now } = this.#parts;
    if (!this.#leads()) return 0;
    const silence = await this.#speech.silence();
    if (silence > 0) return silence;
    const due = await store.read({ outbox: ACTIVE }, ({ outbox }) => outbox.map(rowOf).filter((row) => row !== null));
    const traits = await traitsOf(store, due);
    const { rows, until, changed } = await this.#groups.arrange(due, traits);
    if (changed) return 0;
    const order: Order = { rank: (row) => rankOf(row, traits), placeOf: (row) => this.#speech.placeOf(row) };
    for (;;) {
      const step = nextStep(rows, this.#pace(), order, now());
      if (this.#stopping || !this.#leads()) return 0;
      if (step.kind === "wait") {
        const [next] = [step.until, until].filter((at) => at !== null).toSorted();
        return next === undefined ? LONGEST_WAIT : Math.max(0, elapsed(now(), next));
      }
      if (step.kind === "post") this.#groups.posted(step.row, traits);
      this.#begin(step);
    }
  }

  #leads(): boolean {
    return this.#lead.term() === this.#term;
  }

  #pace(): Pace {
    const [busy, replying] = [new Set(this.#underWay.keys()), new Set(this.#replying.keys())];
    return { posted: this.#posted, updates: this.#updates, silent: this.#silent, busy, replied: this.#replied, replying };
  }

  #begin(step: Call): void {
    const { log } = this.#parts;
    const { place, row } = step;
    const underWay = row.body.type === "reply" ? this.#replying : this.#underWay;
    const call = (step.kind === "reconcile" ? this.#reconcile(step) : this.#send(step))
      .catch((error: unknown) => {
        log.error({ err: error, key: row.key }, "a message could not be sent for now");
        this.#hold(silenceAt(place), AFTER_TROUBLE);
      })
      .finally(() => {
        underWay.delete(place);
        this.poke();
      });
    underWay.set(place, call);
  }

  async #send({ row: due, place }: Call): Promise<void> {
    const { now, log } = this.#parts;
    const target = await targetOf(due, place, this.#parts.store, this.#speech.channels);
    if ("kind" in target) return this.#refused(due, place, target);
    // While its channel was looked for, a group may have come to tell it.
    const row = await this.#write(due, (it) => (it.state === "due" && !isToldByGroup(it) ? claimed(it, target, now()) : it));
    if (row?.state !== "sending") return;
    const outcome = await this.#attempt(row, target);
    this.#keepPace(row, place, outcome);
    const after = await this.#write(row, (it) => (it.state === "sending" ? settled(it, outcome, now()) : it));
    if (!outcome.ok) log.warn({ key: row.key, failure: outcome.failure, state: after?.state }, "Slack did not take a message");
    if (after?.state === "dead") await sayGivenUp(after, this.#speech.channels.own, this.#parts.slack, log);
    await this.#learn(row, place, outcome);
  }

  /** Its channel could not be found, so nothing was tried. */
  async #refused(due: Row, place: To, failure: Failure): Promise<void> {
    const { now, log } = this.#parts;
    log.warn({ key: due.key, channel: place, failure }, "it could not be said where a message goes");
    const pause = failure.kind === "channel" ? 0 : (failure.retryAfter ?? AFTER_TROUBLE);
    await this.#learn(due, place, { ok: false, failure });
    await this.#write(due, (it) => (it.state === "due" ? { ...it, dueAt: plus(now(), pause) } : it));
  }

  async #attempt(row: Row, { channel, thread }: Target): Promise<Outcome> {
    const { slack, render } = this.#parts;
    const message = await render(row);
    if (message === null) return { ok: false, failure: { kind: "gone", why: "there is nothing to say any more" } };
    const mark = { key: row.key, revision: row.body.under };
    const content = row.body.plain ? { text: message.text, blocks: message.plainer ?? [] } : slack.newer.of(message);
    const { ts } = row.body;
    const place = thread && { thread: thread.ts, broadcast: row.body.type === "reply" && row.body.broadcast };
    // This process may have stood still for longer than its lease lasts.
    if (!this.#leads()) return { ok: false, failure: { kind: "later", why: "another bot may send by now" } };
    try {
      const sent = ts === null ? await slack.post(channel, content, mark, place) : await slack.update({ ts, channel }, content, mark);
      return { ok: true, sent };
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  }

  #keepPace({ body }: Row, place: To, outcome: Outcome): void {
    const at = this.#parts.now();
    if (body.type === "reply") this.#replied.set(place, at);
    else if (body.ts === null) this.#posted.set(place, at);
    else this.#updates = [...this.#updates.filter((it) => elapsed(it.at, at) < MINUTE), { at, place }];
    const asked = outcome.ok ? undefined : outcome.failure.retryAfter;
    if (asked !== undefined) this.#hold(silenceOf(body.ts === null ? "post" : "update", place), asked);
  }

  /** Nothing more of it for so many milliseconds. */
  #hold(what: string, milliseconds: number): void {
    this.#silent.set(what, plus(this.#parts.now(), milliseconds));
  }

  /** What the outcome says about the channel, or about the app as a whole. */
  async #learn(row: Row, place: To, outcome: Outcome): Promise<void> {
    const hold = await this.#speech.learn(row, place, outcome);
    if (hold > 0) this.#hold(silenceAt(place), hold);
  }

  async #reconcile({ row, place }: Call): Promise<void> {
    const { now, log } = this.#parts;
    const found = await this.#look(row, place);
    if (found === null) return;
    log.info({ key: row.key, found: found.kind }, "looked for a message of unknown outcome");
    await this.#write(row, (it) => (it.state === "unknown" ? reconciled(it, found, now()) : it));
  }

  /** `null`: not even the looking worked; later again. */
  async #look(row: Row, place: To): Promise<Found | null> {
    const { slack, now, log } = this.#parts;
    const { channels } = this.#speech;
    const { key, body } = row;
    const given = body.channel ?? channels.own;
    const since = Date.parse(body.triedAt ?? now()) / 1000 - CLOCKS_APART;
    try {
      const channel = isPerson(given) ? ((await channels.idOf(given)) ?? given) : given;
      return await slack.find(channel, key, since, threadOf(row, channel));
    } catch (error) {
      const { kind, why, retryAfter } = failureOf(error);
      if (why === "missing_scope" || kind === "other" || kind === "gone") return { kind: "blind", why };
      log.warn({ key, why }, "the channel's history could not be read");
      this.#hold(retryAfter === undefined ? silenceAt(place) : silenceOf("reconcile", place), retryAfter ?? AFTER_TROUBLE);
      return null;
    }
  }

  /** Changes a row as it is now. Answers what it became; `undefined`: there is no such row. */
  #write(row: Row, change: (row: Row) => Row): Promise<Row | undefined> {
    const { store, now } = this.#parts;
    // What is posted has a thread, which is due in the same commit.
    const wanted = row.body.type === "finding" && row.body.ts === null ? { subjects: [row.subject, TERM] } : { keys: [row.key, TERM] };
    return store.transact({ outbox: wanted }, ({ outbox }) => {
      const at = now();
      // It is another bot's to say what became of it.
      if (this.#lead.owner !== null && !isOurs(outbox, this.#term)) throw new Error("another bot leads by now");
      const kept = outbox.find(({ key }) => key === row.key);
      const found = kept ? rowOf(kept) : null;
      const next = found ? change(found) : undefined;
      const thread = found && next ? following(found, next, outbox, at) : [];
      const writes = [...written(found, () => next ?? null), ...thread.map((value) => ({ kind: "outbox" as const, value }))];
      return { at, events: [], writes, result: next };
    });
  }

  #pause(milliseconds: number, whatever = false): Promise<void> {
    if (milliseconds <= 0 || this.#stopping || (this.#poked && !whatever)) return Promise.resolve();
    const { after = byTheClock } = this.#parts;
    return new Promise((resolve) => {
      const callOff = after(Math.min(milliseconds, LONGEST_WAIT), resolve);
      this.#wake = () => {
        if (whatever && !this.#stopping) return;
        callOff();
        resolve();
      };
    });
  }
}
