/* When a resource is read after events on it. Pure: times are milliseconds of one clock. */

export interface Pauses {
  /** Events within this time after a read are merged into one read at its end. */
  readonly merge: number;
  /** AWS is eventually consistent: so long after the latest event it is read once more. */
  readonly second: number;
}
export const PAUSES: Pauses = { merge: 5000, second: 60_000 };

/** What is owed to one resource. */
export interface Mark {
  readonly mergesUntil: number;
  /** Whether an event came since it was read. */
  readonly isOwed: boolean;
  /** When the latest event came. */
  readonly last: number;
}

/** The first event is read after at once; what comes until `mergesUntil` waits. */
export function heard(mark: Mark | null, at: number, { merge }: Pauses): { readonly mark: Mark; readonly isDue: boolean } {
  const isDue = mark === null || (!mark.isOwed && at >= mark.mergesUntil);
  return isDue
    ? { mark: { mergesUntil: at + merge, isOwed: false, last: at }, isDue }
    : { mark: { mergesUntil: mark.mergesUntil, isOwed: true, last: at }, isDue };
}

/** When it is read next. */
export function nextAt({ isOwed, mergesUntil, last }: Mark, { second }: Pauses): number {
  return isOwed ? mergesUntil : last + second;
}

/** After the read at its next time; `null`: nothing is owed any more. */
export function afterNext({ isOwed, last }: Mark, at: number, { merge }: Pauses): Mark | null {
  return isOwed ? { mergesUntil: at + merge, isOwed: false, last } : null;
}
