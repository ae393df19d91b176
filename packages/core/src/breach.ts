import { hashOf } from "./audit.ts";
import type { Suspect } from "./chain.ts";
import { isSuspect, linkOf } from "./chain.ts";
import type { Head } from "./record.ts";
import type { LogRecord } from "./store.ts";

export const BAD_KINDS = ["edited", "removed", "inserted", "reordered", "truncated", "unreadable", "not-explained"] as const;
export type BadKind = (typeof BAD_KINDS)[number];

export interface BadRecord {
  /** The number that the record has, or should have. */
  readonly seq: number;
  readonly kind: BadKind;
  /** In the words that follow "record 5": "is missing, and record 6 stands in its place". */
  readonly problem: string;
}

/** The place where the chain breaks. What was done to it shows in what follows: is the record that should stand here further on, and does what stands here come again? */
export class Breach {
  readonly #suspect: Suspect;
  readonly #head: Head;
  #expectedLater = false;
  #suspectLater = false;

  constructor(suspect: Suspect, head: Head) {
    this.#suspect = suspect;
    this.#head = head;
  }

  /** Looks at an entry after the break. Most are no more than looked at: parsing all of them would tell nothing. */
  goesOn(entry: string | LogRecord): void {
    const { record } = this.#suspect;
    this.#expectedLater ||= namesSeq(entry, this.#head.seq + 1) && !isSuspect(linkOf(entry, this.#head));
    this.#suspectLater ||= record !== null && namesSeq(entry, record.seq) && hashIn(entry) === record.hash;
  }

  record(): BadRecord {
    const seq = this.#head.seq + 1;
    const { record, sealed, problem } = this.#suspect;
    if (record === null) {
      return this.#expectedLater
        ? { seq, kind: "inserted", problem: `has something before it that is none: ${problem}` }
        : { seq, kind: "unreadable", problem: `cannot be read: ${problem}` };
    }
    if (!sealed) {
      return this.#expectedLater
        ? { seq, kind: "inserted", problem: `has another before it that was not written there: ${problem}` }
        : { seq, kind: "edited", problem: `was changed: ${problem}` };
    }
    if (record.seq < seq)
      return { seq: record.seq, kind: "inserted", problem: `is there twice: it stands after record ${this.#head.seq}, too` };
    if (record.seq === seq)
      return { seq, kind: "edited", problem: `does not follow record ${seq - 1}: one of them was changed and sealed anew` };
    if (!this.#expectedLater) return { seq, kind: "removed", problem: `is missing: record ${record.seq} stands in its place` };
    return this.#suspectLater
      ? { seq, kind: "inserted", problem: `has record ${record.seq} before it, which is there twice` }
      : { seq, kind: "reordered", problem: `stands further on, and record ${record.seq} in its place` };
  }
}

function namesSeq(entry: string | LogRecord, seq: number): boolean {
  return typeof entry === "string" ? entry.startsWith(`{"seq":${seq},`) : entry.seq === seq;
}
function hashIn(entry: string | LogRecord): string {
  return typeof entry === "string" ? entry.slice(-66, -2) : hashOf(entry);
}
