import { setTimeout as wait } from "node:timers/promises";
import type { QueueMessage, QueuePlace } from "@posture/aws-access";
import { type Affected, affectedBy, type AwsChange, changeEventIn, type ChangeEvent, type Check, isPostureError } from "@posture/core";
import { type Context, watchingOf } from "../context.ts";
import type { EventsHealth } from "../posture.ts";
import { Handling } from "./handling.ts";
import type { Looked } from "./looks.ts";
import { Health } from "./health.ts";
import { isLate } from "./late.ts";
import { type Pauses, PAUSES } from "./marks.ts";
import { Removals } from "./removals.ts";
import { heardBy, type Touched, touchedBy } from "./targets.ts";

/** In milliseconds. */
export interface ListenerPauses extends Pauses {
  /** Before a queue that did not answer is asked again; doubled each time. */
  readonly again: number;
}
export const USUAL_PAUSES: ListenerPauses = { ...PAUSES, again: 1000 };
const LONGEST_PAUSE = 60_000;
const COUNTED_EVERY = 60_000;
/** Messages that are worked on at once: what waits longer waits in the queue, where it is not delivered twice for that. */
const MOST_UNDER_WAY = 500;
/** SQS hides 120,000 messages of a queue at most. */
const MOST_HELD = 10_000;
/** What one answer of SQS holds at most, and how many are asked for at once while they are full. */
const FULL = 10;
const AT_ONCE = 4;
/** Events that are known to have been here: SQS and CloudTrail both deliver at least once. */
const REMEMBERED = 10_000;

/** What one listening works with. */
interface Turn {
  readonly partition: string;
  readonly handling: Handling;
  readonly removals: Removals;
  readonly say: (line: string) => void;
  /** Messages that are being worked on. */
  underWay: number;
  /** And those that stay in the queue until the second look is over, as nobody else would take it if this bot died. */
  held: number;
  /** Resolves when there are fewer, and at the end. */
  room: PromiseWithResolvers<void>;
}

/** Has what changes in AWS read as soon as the queue tells of it. A message is removed when what it led to is durable, the second look included, and comes again otherwise. */
export class Listener {
  readonly #context: Context;
  readonly #from: QueuePlace;
  readonly #pauses: ListenerPauses;
  readonly #health: Health;
  readonly #checks: readonly Check[];
  /** By event: what came of it. */
  readonly #known = new Map<string, Looked>();
  /** Accounts that are not watched, and of which that was said. */
  readonly #strangers = new Set<string>();
  /** Messages that are no events. */
  readonly #refused = new Set<string>();

  constructor(context: Context, from: QueuePlace, pauses: ListenerPauses) {
    this.#context = context;
    this.#from = from;
    this.#pauses = pauses;
    this.#health = new Health(from.queue);
    this.#checks = heardBy(context.checks.values());
  }

  get health(): EventsHealth {
    return this.#health.now;
  }

  /** Until the signal. What is under way then is not waited for: its messages come again. */
  async listen(signal: AbortSignal, say: (line: string) => void): Promise<void> {
    this.#health.begins(this.#context.now());
    let begun: Turn | undefined;
    let counting: NodeJS.Timeout | undefined;
    let isFull = false;
    signal.addEventListener("abort", () => begun?.room.resolve(), { once: true });
    for (let pause = this.#pauses.again; !signal.aborted;) {
      try {
        const turn: Turn = (begun ??= await this.#begin(say));
        counting ??= this.#counting(say);
        // While there is more than one answer can hold, several are asked for at once; one of them waits for what comes.
        const askedAt = performance.now();
        const asked: readonly Promise<number>[] = Array.from({ length: isFull ? AT_ONCE : 1 }, (_, i) =>
          this.#receive(turn, signal, i === 0),
        );
        const counts = await Promise.all(asked);
        isFull = counts.some((count) => count >= FULL);
        this.#health.works("receiving");
        this.#context.hearing.begins(this.#context.now());
        pause = this.#pauses.again;
        // SQS itself waits before it says that there is nothing.
        if (counts.every((count) => count === 0) && performance.now() < askedAt + this.#pauses.again)
          await this.#wait(this.#pauses.again, signal);
        while (turn.underWay > MOST_UNDER_WAY && !signal.aborted) await turn.room.promise;
      } catch (error) {
        if (signal.aborted) break;
        this.#context.hearing.breaksOff();
        if (this.#health.fails("receiving", wordsOf(error), this.#context.now())) say(`No changes can be heard of: ${wordsOf(error)}`);
        await this.#wait(pause, signal);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    }
    clearInterval(counting);
    begun?.handling.stop();
    await begun?.removals.flush();
    this.#known.clear();
    this.#context.hearing.breaksOff();
    this.#health.ends();
  }

  async #wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    await wait(milliseconds, undefined, { signal }).catch(() => {});
  }

  async #receive(turn: Turn, signal: AbortSignal, waits: boolean): Promise<number> {
    const messages = await this.#context.thread.ask({ op: "receive", from: this.#from, waits }, { signal });
    // What comes after the end is left hidden, and comes again: nobody would look at it.
    if (signal.aborted) return 0;
    for (const message of messages) this.#take(message, turn);
    return messages.length;
  }

  async #begin(say: (line: string) => void): Promise<Turn> {
    const { partition } = await this.#context.account();
    const { thread } = this.#context;
    const noted = (error: unknown): void => this.#working(error, say);
    return {
      partition,
      say,
      underWay: 0,
      held: 0,
      room: Promise.withResolvers(),
      handling: new Handling(this.#context, this.#pauses, noted),
      removals: new Removals(thread, this.#from, (error) =>
        say(`What was worked on could not be removed from the queue, and comes again: ${wordsOf(error)}`),
      ),
    };
  }

  #take({ id, receipt, body }: QueueMessage, turn: Turn): void {
    const told = changeEventIn(body, turn.partition);
    if ("problem" in told) return this.#refuse(id, told.problem, turn);
    const { eventId } = told.change;
    const before = this.#known.get(eventId);
    if (before) this.#health.counts("repeated");
    const work = before ?? this.#work(told, turn);
    this.#known.set(eventId, work);
    turn.underWay += 1;
    const failed = (error: unknown): void => {
      // The next delivery is worked on anew.
      this.#known.delete(eventId);
      this.#working(error, turn.say);
    };
    void work.done.catch(failed).finally(() => this.#ended(turn));
    // What is too much to be held is left to the next sweep, should this bot die.
    const over = turn.held < MOST_HELD ? work.settled : work.done;
    turn.held += 1;
    void over.then(() => turn.removals.add(receipt), failed).finally(() => (turn.held -= 1));
    work.settled.catch(() => {});
  }

  /** An event that is late says that others may be as well: nothing can be expected of them but from now on. */
  #hears(change: AwsChange, affected: readonly Affected[]): void {
    const { hearing, now } = this.#context;
    const at = now();
    hearing.tells(affected, at);
    if (!isLate({ change, receivedAt: at })) return;
    hearing.breaksOff();
    hearing.begins(at);
  }

  #work(told: ChangeEvent, { handling, say }: Turn): Looked {
    const handled = this.#touchedBy(told, say).then((touched) => (touched.length > 0 ? handling.handle(told, touched) : null));
    return { done: this.#doing(told, handled), settled: handled.then((looked) => looked?.settled) };
  }

  async #doing({ change }: ChangeEvent, handled: Promise<Looked | null>): Promise<void> {
    const looked = await handled;
    if (!looked) return;
    await looked.done;
    this.#health.done(change, this.#context.now());
    this.#health.works("working");
  }

  async #touchedBy(told: ChangeEvent, say: Turn["say"]): Promise<readonly Touched[]> {
    const { now, checks } = this.#context;
    // A sweep may have found other regions enabled since.
    const accounts = await this.#context.accounts();
    const { accountId } = told.event;
    const watched = accounts.map(({ id }) => id);
    this.#health.hears(accountId, watched);
    const isWatched = watched.includes(accountId);
    if (!isWatched) this.#strange(accountId, say);
    const affected = isWatched ? affectedBy(told.event, this.#checks) : [];
    const touched = touchedBy(told, affected, watchingOf(checks, accounts));
    this.#hears(told.change, affected);
    this.#health.counts(touched.length > 0 ? "acted" : "ignored");
    if (touched.length > 0) this.#health.concerns(told.change, now());
    return touched;
  }

  /** Its events are taken, since nobody will ever work on them. */
  #strange(accountId: string, say: (line: string) => void): void {
    if (this.#strangers.has(accountId)) return;
    this.#strangers.add(accountId);
    forgetOldest(this.#strangers);
    say(
      `The queue tells of changes in account ${accountId}, which is not watched: add its role to \`accounts\`, or stop its rules. They are left.`,
    );
  }

  /** It stays in the queue, and so goes to the dead letters, where somebody can look at it. */
  #refuse(id: string, problem: string, { say }: Turn): void {
    if (this.#refused.has(id)) return;
    this.#refused.add(id);
    forgetOldest(this.#refused);
    this.#health.counts("refused");
    say(`A message of the queue (${id}) is left where it is: ${problem}.`);
  }

  #working(error: unknown, say: (line: string) => void): void {
    if (this.#health.fails("working", wordsOf(error), this.#context.now()))
      say(`A change could not be looked at; it comes again: ${wordsOf(error)}`);
  }

  #ended(turn: Turn): void {
    turn.underWay -= 1;
    forgetOldest(this.#known);
    turn.room.resolve();
    turn.room = Promise.withResolvers();
  }

  /** How many wait is worth knowing, and no reason not to listen. */
  #counting(say: (line: string) => void): NodeJS.Timeout {
    const { thread } = this.#context;
    let isSaid = false;
    const count = async (): Promise<void> => {
      try {
        const { waiting } = await thread.ask({ op: "queue", from: this.#from });
        this.#health.waits(waiting);
      } catch (error) {
        this.#health.waits(null);
        if (!isSaid) say(`How many changes wait is not known: ${wordsOf(error)}`);
        isSaid = true;
      }
    };
    void count();
    return setInterval(() => void count(), COUNTED_EVERY);
  }
}

function forgetOldest(known: Map<string, unknown> | Set<string>): void {
  for (const oldest of known.keys()) {
    if (known.size <= REMEMBERED) return;
    known.delete(oldest);
  }
}

function wordsOf(error: unknown): string {
  if (isPostureError(error)) return `${error.message} ${error.next}`;
  return error instanceof Error ? error.message : String(error);
}
