import type { Logger } from "pino";
import type { Deed } from "./roles/deed.ts";
import { mayDo, type PersonKind, type Rules, type Verdict } from "./roles/may.ts";
import { failureOf } from "./slack/failure.ts";
import type { Who } from "./slack/people.ts";
import type { SlackPort } from "./slack/port.ts";

const KEPT_FOR = 5 * 60_000;
const PATIENCE = 2000;
const MOST = 10_000;

const UNSURE: Verdict = { kind: "unsure", isIn: [] };

/** Asks Slack who people are and, where it makes a difference, in which lists; keeps that for five minutes. */
export class People {
  readonly #who: Answers<Who>;
  readonly #members: Answers<ReadonlySet<string>>;
  readonly #log: Logger;

  constructor(slack: Pick<SlackPort, "person" | "members">, clock: () => number, log: Logger) {
    this.#who = new Answers((id) => slack.person(id), clock);
    this.#members = new Answers((id) => slack.members(id), clock);
    this.#log = log;
  }

  /** Takes two seconds at most: what Slack has not said by then is not known, and asked for on. */
  async mayDo(user: string, deed: Deed, asksHere: boolean, rules: Rules): Promise<Verdict> {
    const { promise: late, resolve } = Promise.withResolvers<Verdict>();
    const timer = setTimeout(() => resolve(UNSURE), PATIENCE);
    const decided = this.#decide(user, deed, asksHere, rules).catch((error: unknown) => {
      this.#log.warn({ failure: failureOf(error) }, "Slack did not say who somebody is");
      return UNSURE;
    });
    try {
      return await Promise.race([decided, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether somebody is in a user group. `null`: Slack does not say. */
  async isIn(user: string, group: string): Promise<boolean | null> {
    return (await this.#isIn(user, group))[0]?.[1] ?? null;
  }

  /** How people are called, by id; who Slack does not name within two seconds is left out. */
  async namesOf(users: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { promise: late, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(() => resolve(null), PATIENCE);
    const known = users.map(async (user) => {
      const who = await Promise.race([this.#who.of(user).catch(() => null), late]);
      return who?.name === undefined ? [] : [[user, who.name] as const];
    });
    try {
      return new Map((await Promise.all(known)).flat());
    } finally {
      clearTimeout(timer);
    }
  }

  /** What somebody is; `unknown` where Slack does not say so within two seconds. */
  async kindOf(user: string): Promise<PersonKind> {
    const { promise: late, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(() => resolve(null), PATIENCE);
    try {
      return (await Promise.race([this.#who.of(user).catch(() => null), late]))?.kind ?? "unknown";
    } finally {
      clearTimeout(timer);
    }
  }

  async #decide(user: string, deed: Deed, asksHere: boolean, rules: Rules): Promise<Verdict> {
    const who = await this.#who.of(user);
    const verdict = mayDo({ ...who, isIn: new Map() }, deed, asksHere, rules);
    if (verdict.kind !== "unsure" || verdict.isIn.length === 0) return verdict;
    const lists = await Promise.all(verdict.isIn.map((list) => this.#isIn(user, list)));
    return mayDo({ ...who, isIn: new Map(lists.flat()) }, deed, asksHere, rules);
  }

  /** A list that Slack does not give is not known; another may do. */
  async #isIn(user: string, list: string): Promise<readonly (readonly [string, boolean])[]> {
    try {
      return [[list, (await this.#members.of(list)).has(user)]];
    } catch (error) {
      this.#log.warn({ list, failure: failureOf(error) }, "Slack did not say who is in a list that has a role");
      return [];
    }
  }
}

/** Answers are kept for a while, failures are not; who asks while a question is under way waits for the same answer. */
class Answers<T> {
  readonly #kept = new Map<string, { readonly answer: Promise<T>; readonly at: number }>();
  readonly #ask: (id: string) => Promise<T>;
  readonly #clock: () => number;

  constructor(ask: (id: string) => Promise<T>, clock: () => number) {
    this.#ask = ask;
    this.#clock = clock;
  }

  of(id: string): Promise<T> {
    const known = this.#kept.get(id);
    if (known && this.#clock() - known.at < KEPT_FOR) return known.answer;
    if (this.#kept.size >= MOST) this.#kept.clear();
    const asked = { answer: this.#ask(id), at: this.#clock() };
    this.#kept.set(id, asked);
    asked.answer.catch(() => {
      if (this.#kept.get(id) === asked) this.#kept.delete(id);
    });
    return asked.answer;
  }
}
