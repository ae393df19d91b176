import type { Desk } from "../desk.ts";
import type { Refused } from "../roles/guard.ts";
import { failureOf } from "../slack/failure.ts";
import type { Message } from "../slack/port.ts";
import type { HomeFilter } from "./codec.ts";
import { dueAt, type Opened, PACE } from "./due.ts";
import { type Published, Publishing } from "./publishing.ts";

export interface HomesParts {
  readonly desk: Desk;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** The app may not speak just now. */
  readonly isHalted: () => boolean;
}

/** Somebody's Home tab, as far as this process knows. */
interface Tab extends Opened {
  readonly filter: HomeFilter;
  readonly said: Message | null;
  /** `null`: it could not be published yet. */
  readonly before: Published | null;
}

const MOST_TABS = 1000;
/** After Slack took nothing, in milliseconds. */
const PAUSE = 5000;

/** Publishes Home tabs: at once to who opens theirs or acts in it; to who did so in the last hours now and then, when what it shows has changed. */
export class Homes {
  readonly #parts: HomesParts;
  readonly #publishing: Publishing;
  readonly #tabs = new Map<string, Tab>();
  readonly #turns = new Map<string, Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  /** Slack asks to be left alone until then. */
  #notBefore = 0;
  #isStopped = false;

  constructor(parts: HomesParts) {
    this.#parts = parts;
    this.#publishing = new Publishing(parts.desk, parts.clock);
  }

  /** To who looks at it now: what the filter wants, and what came of what they did. @throws what Slack answers */
  async show(user: string, filter: HomeFilter, said: Message | null = null): Promise<void> {
    await this.#inTurn(user, async () => {
      const before = await this.#publishing.publish(user, { filter, said, isAsked: true, before: null });
      const at = this.#parts.clock();
      this.#keep({ user, openedAt: at, publishedAt: at, isStale: false, filter: before?.filter ?? filter, said, before });
    });
    this.#plan();
  }

  /** To who may not see it. @throws what Slack answers */
  async refuse(user: string, refused: Refused, filter: HomeFilter): Promise<void> {
    this.#tabs.delete(user);
    await this.#inTurn(user, () => this.#publishing.refuse(user, refused, filter));
  }

  /** The same once more, to who still looks: there is more to see. */
  renew(user: string): Promise<void> {
    return this.#inTurn(user, () => this.#renew(user));
  }

  /** What they show may not be true any more. */
  changed(): void {
    this.#publishing.changed();
    for (const tab of this.#tabs.values()) this.#tabs.set(tab.user, { ...tab, isStale: true });
    this.#plan();
  }

  /** Begins nothing new, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await Promise.allSettled([this.#round, ...this.#turns.values()]);
  }

  #plan(): void {
    if (this.#timer !== undefined || this.#round || this.#isStopped) return;
    const now = this.#parts.clock();
    const { now: due, next } = dueAt([...this.#tabs.values()], now);
    const at = due.length > 0 ? now : next;
    if (at === null) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#round = this.#publishAll().finally(() => {
          this.#round = undefined;
          this.#plan();
        });
      },
      Math.max(at, this.#notBefore) - now,
    );
    this.#timer.unref();
  }

  /** One after another, so that they never crowd out what people wait for. */
  async #publishAll(): Promise<void> {
    const { clock, isHalted } = this.#parts;
    const begun = clock();
    for (const { user, openedAt } of this.#tabs.values()) if (begun - openedAt >= PACE.watches) this.#tabs.delete(user);
    for (const user of dueAt([...this.#tabs.values()], begun).now) {
      if (this.#isStopped || clock() < this.#notBefore) return;
      if (isHalted()) this.#notBefore = clock() + PACE.between;
      else await this.#inTurn(user, () => this.#renew(user));
    }
  }

  /** Read at its turn: the person may have chosen something else meanwhile. */
  async #renew(user: string): Promise<void> {
    const { clock, desk } = this.#parts;
    const tab = this.#tabs.get(user);
    if (!tab) return;
    // What changes from here on makes it stale again.
    this.#tabs.set(user, { ...tab, isStale: false, publishedAt: clock() });
    try {
      const before = await this.#publishing.publish(user, { filter: tab.filter, said: tab.said, isAsked: false, before: tab.before });
      const now = this.#tabs.get(user);
      if (now) this.#tabs.set(user, { ...now, before });
    } catch (error) {
      const failure = failureOf(error);
      // Another process has published since: it is that one's now.
      if (failure.why === "hash_conflict") return void this.#tabs.delete(user);
      desk.log.warn({ failure }, "a Home tab could not be kept up to date");
      if (failure.kind === "later") this.#notBefore = clock() + (failure.retryAfter ?? PAUSE);
      const now = this.#tabs.get(user);
      if (now) this.#tabs.set(user, { ...now, isStale: true });
    }
  }

  #keep(tab: Tab): void {
    this.#tabs.delete(tab.user);
    this.#tabs.set(tab.user, tab);
    const [longest] = this.#tabs.keys();
    if (this.#tabs.size > MOST_TABS && longest !== undefined) this.#tabs.delete(longest);
  }

  /** What is published to one person is published one after the other. */
  async #inTurn<T>(user: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(user) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => {});
    this.#turns.set(user, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(user) === settled) this.#turns.delete(user);
    }
  }
}
