import type { Finding } from "./finding.ts";
import { applyWrite, emptyState, findingBy, type StoreState } from "./state.ts";
import type { Change } from "./store.ts";
import type { Suppression } from "./suppression.ts";
import { applyRecord } from "./trend.ts";

/** The state that the writes of a log add up to, and which suppressions are about which finding: there may be very many of both. */
export class Replay {
  readonly state: StoreState = emptyState();
  readonly #byFingerprint = new Map<string, Set<string>>();

  readonly #withDays: boolean;

  /** The counts of each day take a look at every finding: only where they are wanted. */
  constructor({ withDays }: { readonly withDays: boolean }) {
    this.#withDays = withDays;
  }

  apply(record: Change): void {
    if (this.#withDays) applyRecord(this.state, record);
    else for (const write of record.writes) applyWrite(this.state, write);
    for (const { kind, value } of record.writes) if (kind === "suppression") this.#index(value);
  }

  finding(fingerprint: string): Finding | null {
    return findingBy(this.state, fingerprint) ?? null;
  }

  /** Those of this one finding, under any of its names, that have not ended. */
  suppressionsOf({ fingerprint, aliases }: Finding): Suppression[] {
    const ids = [fingerprint, ...aliases].flatMap((name) => [...(this.#byFingerprint.get(name) ?? [])]);
    return ids.map((id) => this.state.suppressions.get(id)).filter((it) => it !== undefined);
  }

  #index({ id, scope, ended }: Suppression): void {
    if (!("fingerprint" in scope)) return;
    const ids = this.#byFingerprint.get(scope.fingerprint) ?? new Set();
    if (ended) ids.delete(id);
    else ids.add(id);
    if (ids.size > 0) this.#byFingerprint.set(scope.fingerprint, ids);
    else this.#byFingerprint.delete(scope.fingerprint);
  }
}
