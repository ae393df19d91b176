/** A Home tab that somebody has opened. Times in milliseconds since 1970. */
export interface Opened {
  readonly user: string;
  readonly openedAt: number;
  readonly publishedAt: number;
  /** What it shows may not be true any more. */
  readonly isStale: boolean;
}

export interface Pace {
  /** Who opened it longer ago is not looking, in milliseconds. */
  readonly watches: number;
  /** Between two publications to one person, in milliseconds. */
  readonly between: number;
  /** So many people are kept up to date: who opened it last. */
  readonly most: number;
}

/** views.publish takes 100 calls a minute, and what people do there comes first: https://docs.slack.dev/reference/methods/views.publish */
export const PACE: Pace = { watches: 4 * 3_600_000, between: 30_000, most: 40 };

export interface Due {
  /** To whom it is published now, in the order in which they opened it. */
  readonly now: readonly string[];
  /** When somebody is due next; `null`: nobody. */
  readonly next: number | null;
}

/** Pure. */
export function dueAt(all: readonly Opened[], now: number, { watches, between, most }: Pace = PACE): Due {
  const watching = all
    .filter(({ openedAt }) => now - openedAt < watches)
    .toSorted((a, b) => a.openedAt - b.openedAt)
    .slice(-most)
    .filter(({ isStale }) => isStale);
  const waits = watching.map(({ publishedAt }) => publishedAt + between).filter((at) => at > now);
  return {
    now: watching.filter(({ publishedAt }) => publishedAt + between <= now).map(({ user }) => user),
    next: waits.length === 0 ? null : Math.min(...waits),
  };
}
