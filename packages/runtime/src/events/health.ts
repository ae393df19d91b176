import type { AwsChange, Instant } from "@posture/core";
import type { EventsHealth } from "../posture.ts";
import { isLate, type LateChange, laterOf } from "./late.ts";

/** How it stands where no queue is configured. */
export const OFF: EventsHealth = {
  state: "off",
  queue: null,
  since: null,
  trouble: null,
  latest: null,
  delay: null,
  late: null,
  silent: [],
  waiting: null,
  counts: { acted: 0, ignored: 0, repeated: 0, refused: 0 },
};

const REMEMBERED = 100;

/** How it stands with one queue, as its listener learns it. */
export class Health {
  readonly #queue: string;
  readonly #counts = { acted: 0, ignored: 0, repeated: 0, refused: 0 };
  readonly #delays: number[] = [];
  readonly #heard = new Set<string>();
  #watched: readonly string[] = [];
  #since: Instant | null = null;
  #latest: EventsHealth["latest"] = null;
  #late: LateChange | null = null;
  #waiting: number | null = null;
  /** By what is in trouble: one may be mended before the other. */
  readonly #troubles = new Map<"receiving" | "working", { readonly why: string; readonly since: Instant }>();

  constructor(queue: string) {
    this.#queue = queue;
  }

  begins(at: Instant): void {
    this.#since = at;
    this.#heard.clear();
  }
  ends(): void {
    this.#since = null;
    this.#late = null;
    this.#waiting = null;
    this.#troubles.clear();
  }
  counts(what: keyof EventsHealth["counts"]): void {
    this.#counts[what] += 1;
  }
  /** Something came of this account, whatever came of it; these are watched. */
  hears(accountId: string, watched: readonly string[]): void {
    this.#watched = watched;
    if (watched.includes(accountId)) this.#heard.add(accountId);
  }
  concerns(change: AwsChange, receivedAt: Instant): void {
    this.#latest = { change, receivedAt };
    if (isLate(this.#latest)) this.#late = laterOf(this.#late, this.#latest);
  }
  /** What was found after a change is durable. */
  done(change: AwsChange, at: Instant): void {
    this.#delays.push(Math.max(0, Date.parse(at) - Date.parse(change.at)));
    if (this.#delays.length > REMEMBERED) this.#delays.shift();
  }
  waits(messages: number | null): void {
    this.#waiting = messages;
  }
  /** Whether that was not known yet. */
  fails(what: "receiving" | "working", why: string, at: Instant): boolean {
    const known = this.#troubles.get(what);
    this.#troubles.set(what, { why, since: known?.since ?? at });
    return known?.why !== why;
  }
  works(what: "receiving" | "working"): void {
    this.#troubles.delete(what);
  }

  get now(): EventsHealth {
    const trouble = this.#troubles.get("receiving") ?? this.#troubles.get("working") ?? null;
    const sorted = this.#delays.toSorted((a, b) => a - b);
    const [median, longest] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    return {
      state: this.#since === null ? "idle" : trouble === null ? "listening" : "trouble",
      queue: this.#queue,
      since: this.#since,
      trouble,
      latest: this.#latest,
      delay: median === undefined || longest === undefined ? null : { median, longest },
      late: this.#late,
      silent: this.#heard.size === 0 ? [] : this.#watched.filter((id) => !this.#heard.has(id)),
      waiting: this.#waiting,
      counts: { ...this.#counts },
    };
  }
}
