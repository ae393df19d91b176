import type { ResolvedAccount } from "@posture/config";
import type { FindingStore } from "@posture/core";
import { nearest } from "@posture/config";
import { postureError } from "@posture/core";
import type { Account } from "./posture.ts";
import type { Asking } from "./thread.ts";

interface Parts {
  readonly thread: Asking;
  readonly store: FindingStore;
  /** Besides that of the credentials. */
  readonly others: readonly ResolvedAccount[];
  /** Regions of the configuration; `null`: every enabled one. */
  readonly wanted: readonly string[] | null;
}

/** The accounts that are watched. Asked for once, and again when somebody wants to know anew; after a failure, asked again. */
export class Accounts {
  readonly #parts: Parts;
  #own: Promise<Account> | undefined;
  #all: Promise<readonly Account[]> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** That of the credentials. @throws {PostureError} POSTURE_AWS_… */
  own(): Promise<Account> {
    return (this.#own ??= this.#identify().catch((error: unknown) => {
      this.#own = undefined;
      throw error;
    }));
  }

  /** All of them, that of the credentials first. @throws {PostureError} as `own` */
  all(): Promise<readonly Account[]> {
    return (this.#all ??= this.own()
      .then((own) => this.#with(own))
      .catch((error: unknown) => {
        this.#all = undefined;
        throw error;
      }));
  }

  /** The same, and which of their regions are enabled now. @throws {PostureError} as `own` */
  async anew(): Promise<readonly Account[]> {
    const isFirst = this.#own === undefined;
    const before = await this.own();
    const own = isFirst ? before : { ...before, regions: this.#enabledOf(await this.#parts.thread.ask({ op: "regions" })) };
    const all = await this.#with(own);
    this.#own = Promise.resolve(own);
    this.#all = Promise.resolve(all);
    return all;
  }

  async #identify(): Promise<Account> {
    const { thread, wanted } = this.#parts;
    const { accountId, partition } = await thread.ask({ op: "identity" });
    const enabled = await thread.ask({ op: "regions" });
    return { id: accountId, partition, regions: chosen(wanted, enabled) };
  }

  async #with(own: Account): Promise<readonly Account[]> {
    const others = this.#parts.others.filter(({ id }) => id !== own.id);
    return [own, ...(await Promise.all(others.map(({ id }) => this.#member(id, own))))];
  }

  /** One that cannot be asked is still watched, so that nothing of it is taken for what nobody watches. Its sweep says why it cannot be read. */
  async #member(id: string, { partition }: Account): Promise<Account> {
    const { thread, wanted } = this.#parts;
    const regions = await thread.ask({ op: "regions", accountId: id }).then(
      (enabled) => this.#enabledOf(enabled),
      async () => wanted ?? (await this.#lastSwept(id)),
    );
    return { id, partition, regions };
  }

  /** What was watched and is not enabled any more is not watched any more; what was misspelt was said at the start. */
  #enabledOf(enabled: readonly string[]): readonly string[] {
    const { wanted } = this.#parts;
    return wanted ? [...new Set(wanted)].filter((region) => enabled.includes(region)) : enabled;
  }

  #lastSwept(id: string): Promise<readonly string[]> {
    return this.#parts.store.read(
      {},
      ({ sweeps }) => sweeps.flatMap(({ accounts }) => accounts).find(({ accountId }) => accountId === id)?.regions ?? [],
    );
  }
}

/** @throws {PostureError} POSTURE_AWS_REGION_UNKNOWN */
function chosen(wanted: readonly string[] | null, enabled: readonly string[]): readonly string[] {
  for (const region of wanted ?? []) {
    if (enabled.includes(region)) continue;
    const near = nearest(region, enabled);
    throw postureError("POSTURE_AWS_REGION_UNKNOWN", {
      region,
      nearest: near ? `; did you mean ${near}?` : ".",
      regions: enabled.join(", "),
    });
  }
  return wanted ? [...new Set(wanted)] : enabled;
}
