import { type BadRecord, Breach } from "./breach.ts";
import { isSuspect, linkOf } from "./chain.ts";
import { unexplained } from "./explain.ts";
import { elapsed, type Instant } from "./instant.ts";
import { type Head, START } from "./record.ts";
import { Replay } from "./replay.ts";
import { type Difference, differencesOf, type Shown } from "./shown.ts";
import type { LogRecord } from "./store.ts";

/** Where the log ended once, as it was noted somewhere. A chain alone cannot show that its end was cut off, or that all of it was made anew. */
export interface Anchor extends Head {
  /** For people: where it was noted. */
  readonly name: string;
}

/** A record that is dated earlier than the one before it. A clock may have been set; whoever backdates leaves the same trace. */
export interface SetBack {
  readonly seq: number;
  readonly milliseconds: number;
}

export interface LogReport {
  /** Records that are proved: as they were written, in their order, and explained. */
  readonly records: number;
  /** The last proved record: keep it elsewhere, and the next verification can be held to it. */
  readonly head: Head;
  /** Of the first and the last proved record. `null`: there is none. */
  readonly span: { readonly from: Instant; readonly to: Instant } | null;
  /** The first record that is not as it should be. What comes after it is not judged. */
  readonly bad: BadRecord | null;
  /** Up to which record the end of the log is known from elsewhere. `null`: there was no anchor. */
  readonly anchoredTo: number | null;
  readonly setBack: { readonly count: number; readonly first: SetBack } | null;
  /** Shown states that were compared with the replay. */
  readonly compared: readonly string[];
  /** At most 100 of each. */
  readonly differences: readonly Difference[];
}

export interface VerifyOptions {
  readonly anchors?: readonly Anchor[];
  readonly shown?: readonly Shown[];
  /** Called after every thousandth record. */
  readonly onProgress?: (records: number) => void;
}

/** A log to verify: as the lines of its text, or as the records of a store that keeps no lines. */
export type LogEntries = AsyncIterable<string | LogRecord>;

/** Clocks of one machine may differ by so much from one reading to the next, in milliseconds. */
const TOLERANCE = 5_000;
const STEP = 1_000;

/**
 * Proves that a log is what was written to it, in one pass: gapless, chained, whole to its anchors, every finding and suppression explained by `advance`,
 * and the same as the states that are shown. Of the log it holds one record at a time; besides that, the state it adds up to.
 * What cannot be parsed is reported and not thrown; what the source throws is thrown.
 */
export async function verifyLog(entries: LogEntries, options: VerifyOptions = {}): Promise<LogReport> {
  const verification = new Verification(options);
  for await (const entry of entries) {
    verification.take(entry);
    if (verification.isToCompare) await verification.compare();
  }
  return verification.report();
}

class Verification {
  readonly #options: VerifyOptions;
  readonly #anchors: ReadonlyMap<number, readonly Anchor[]>;
  readonly #shown: Map<number, readonly Shown[]>;
  readonly #replay: Replay;
  #breach: Breach | null = null;
  #bad: BadRecord | null = null;
  #head: Head = START;
  #from: Instant | null = null;
  #to: Instant | null = null;
  #setBack: { readonly count: number; readonly first: SetBack } | null = null;
  readonly #compared: string[] = [];
  readonly #differences: Difference[] = [];

  constructor(options: VerifyOptions) {
    this.#options = options;
    this.#replay = new Replay({ withDays: (options.shown ?? []).length > 0 });
    this.#anchors = Map.groupBy(options.anchors ?? [], ({ seq }) => seq);
    this.#shown = Map.groupBy(options.shown ?? [], ({ seq }) => seq);
  }

  take(entry: string | LogRecord): void {
    if (this.#breach) return this.#breach.goesOn(entry);
    if (this.#bad) return;
    const link = linkOf(entry, this.#head);
    if (isSuspect(link)) this.#breach = new Breach(link, this.#head);
    else this.#proved(link);
  }

  /** One that is as it was written, where it was written: is it also what it must be? */
  #proved(record: LogRecord): void {
    const { seq, at, hash } = record;
    const other = this.#anchors.get(seq)?.find((anchor) => anchor.hash !== hash);
    const why = other ? null : unexplained(this.#replay, record);
    if (other)
      this.#bad = {
        seq,
        kind: "edited",
        problem: `is not the one that ${other.name} names: it, or one before it, was changed and all since sealed anew`,
      };
    else if (why !== null) this.#bad = { seq, kind: "not-explained", problem: `does not follow from those before it: ${why}` };
    if (this.#bad) return;
    this.#replay.apply(record);
    this.#dated(seq, at);
    this.#head = { seq, hash };
    if (seq % STEP === 0) this.#options.onProgress?.(seq);
  }

  #dated(seq: number, at: Instant): void {
    const back = this.#to !== null && at < this.#to ? elapsed(at, this.#to) : 0;
    if (back > TOLERANCE)
      this.#setBack = { count: (this.#setBack?.count ?? 0) + 1, first: this.#setBack?.first ?? { seq, milliseconds: back } };
    this.#from ??= at;
    this.#to = at;
  }

  get isToCompare(): boolean {
    return this.#shown.has(this.#head.seq);
  }
  async compare(): Promise<void> {
    const due = this.#shown.get(this.#head.seq) ?? [];
    this.#shown.delete(this.#head.seq);
    for (const shown of due) {
      this.#compared.push(shown.name);
      this.#differences.push(...(await differencesOf(shown, this.#replay.state)));
    }
  }

  report(): LogReport {
    const { anchors = [] } = this.#options;
    const bad = this.#bad ?? this.#breach?.record() ?? null;
    const head = this.#head;
    const newer = anchors.find(({ seq }) => seq > head.seq);
    const truncated =
      newer && !bad
        ? {
            seq: head.seq + 1,
            kind: "truncated" as const,
            problem: `is missing: the log ends before it, and ${newer.name} names record ${newer.seq}`,
          }
        : null;
    return {
      records: head.seq,
      head,
      span: this.#from !== null && this.#to !== null ? { from: this.#from, to: this.#to } : null,
      bad: bad ?? truncated,
      anchoredTo: anchors.length === 0 ? null : Math.max(...anchors.map(({ seq }) => Math.min(seq, head.seq))),
      setBack: this.#setBack,
      compared: this.#compared,
      differences: this.#differences,
    };
  }
}

/** What a store hands out so that it can be verified. */
export interface AuditSource {
  /** For people: the folder or host. */
  readonly place: string;
  readonly entries: LogEntries;
  readonly anchors: readonly Anchor[];
  readonly shown: readonly Shown[];
  close(): Promise<void>;
}
