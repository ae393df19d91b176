import type { Check, StoreView, SweepRecord } from "@posture/core";
import type { Changed } from "@posture/engine";
import type { Heard } from "./hearing.ts";
import { judged, type Suspect, suspectsIn, toldBy, unheardAfter } from "./unheard.ts";

/** Holds what sweeps find against what events told of. What waits for its event is of this process, and forgotten with it. */
export class Silence {
  readonly #heard: Heard;
  readonly #told: ReadonlySet<string>;
  readonly #timed = new Set<string>();
  /** By the accounts of a sweep, since several are swept at the same time. */
  readonly #waiting = new Map<string, readonly Suspect[]>();
  readonly #then = new Map<string, readonly Suspect[]>();

  /** `checks`: those that hear events. */
  constructor(heard: Heard, checks: readonly Check[]) {
    this.#heard = heard;
    this.#told = toldBy(checks);
  }

  /** The record of a sweep, with what no event told of. `view`: before what the sweep writes. It may be asked again until `committed`. */
  after(
    sweep: SweepRecord,
    { sweeps, seen }: Pick<StoreView, "sweeps" | "seen">,
    changes: readonly Changed[],
    timed: ReadonlySet<string>,
  ): SweepRecord {
    for (const checkId of timed) this.#timed.add(checkId);
    const accounts = new Set(sweep.accounts.map(({ accountId }) => accountId));
    const previous = sweeps
      .filter((it) => it.accounts.some(({ accountId }) => accounts.has(accountId)))
      .reduce<SweepRecord | null>((last, it) => (last && last.finishedAt > it.finishedAt ? last : it), null);
    const { waiting, unheard } = judged(this.#waiting.get(keyOf(sweep)) ?? [], this.#heard, sweep.finishedAt);
    const about = { sweep, previous, changes, firstSeen: (key: string) => seen.get(key)?.first, timed: this.#timed };
    this.#then.set(keyOf(sweep), [...waiting, ...suspectsIn(about, this.#told, this.#heard)]);
    const all = unheardAfter(previous?.unheard ?? [], unheard, this.#heard, sweep.finishedAt);
    return all.length > 0 ? { ...sweep, unheard: all } : sweep;
  }

  committed(sweep: SweepRecord): void {
    this.#waiting.set(keyOf(sweep), this.#then.get(keyOf(sweep)) ?? []);
  }
}

function keyOf({ accounts }: SweepRecord): string {
  return accounts.map(({ accountId }) => accountId).join(" ");
}
