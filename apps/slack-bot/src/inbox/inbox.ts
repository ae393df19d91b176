import { DAY, elapsed, type FindingStore, HOUR, type Instant, type Write } from "@posture/core";
import { Gathering } from "./gathering.ts";
import { type Inbound, parseInbound } from "./intake.ts";

/** What became of a request that is to be kept. `busy`: it was not, and nothing will be done. */
export type Kept = "new" | "known" | "busy";

interface Request {
  readonly key: string;
  readonly intake: Inbound;
}

/** Longer than this, and the person is told to try again. In milliseconds. */
const PATIENCE = 1500;
/** Slack delivers again for a day at most: https://docs.slack.dev/apis/events-api#retries */
const KEPT_FOR = DAY + HOUR;
/** More than this is not taken: whoever asks is told at once, instead of an hour later. */
const MOST_WAITING = 5000;

/** Requests are on disk before they are acknowledged, so that none is lost and none is done twice. */
export class Inbox {
  readonly #store: FindingStore;
  readonly #now: () => Instant;
  /** The keys of what was taken and is not done. */
  readonly #waiting = new Set<string>();
  readonly #keeping = new Gathering((requests: readonly Request[]) => this.#write(requests));
  readonly #ending = new Gathering((keys: readonly string[]) => this.#end(keys));

  constructor(store: FindingStore, now: () => Instant) {
    this.#store = store;
    this.#now = now;
  }

  /** Keeps a request. Answers within 1.5 s; throws what the store throws. */
  async keep(key: string, intake: Inbound): Promise<Kept> {
    let tooLate = false;
    const keeping = this.#append(key, intake).then(async (kept) => {
      // The person was told that nothing would be done.
      if (tooLate && kept === "new") await this.done(key);
      return kept;
    });
    const { promise: late, resolve } = Promise.withResolvers<Kept>();
    const timer = setTimeout(() => {
      tooLate = true;
      resolve("busy");
    }, PATIENCE);
    try {
      return await Promise.race([keeping, late]);
    } finally {
      clearTimeout(timer);
      if (tooLate) keeping.catch(() => {}); // was answered as busy; the store says itself what is wrong with it
    }
  }

  async #append(key: string, intake: Inbound): Promise<Kept> {
    const waits = this.#waiting.has(key);
    if (!waits && this.#waiting.size >= MOST_WAITING) return "busy";
    this.#waiting.add(key);
    let kept: Kept | undefined;
    try {
      return (kept = await this.#keeping.ask({ key, intake }));
    } finally {
      if (kept !== "new" && !waits) this.#waiting.delete(key);
    }
  }

  /** Asks for these rows alone: a day's requests are many, and each would be looked at for each. */
  #write(requests: readonly Request[]): Promise<readonly Kept[]> {
    return this.#store.transact<readonly Kept[]>({ inbox: { keys: requests.map(({ key }) => key) } }, ({ inbox }) => {
      const at = this.#now();
      const known = new Set(inbox.map(({ key }) => key));
      const writes: Write[] = [];
      const result = requests.map(({ key, intake }): Kept => {
        if (known.has(key)) return "known";
        known.add(key);
        writes.push({ kind: "inbox", value: { key, receivedAt: at, state: "received", body: intake } });
        return "new";
      });
      return { at, events: [], writes, result };
    });
  }

  /** It was worked off, and is not taken up again. */
  async done(key: string): Promise<void> {
    this.#waiting.delete(key);
    await this.#ending.ask(key);
  }

  #end(keys: readonly string[]): Promise<readonly true[]> {
    return this.#store.transact<readonly true[]>({ inbox: { keys } }, ({ inbox }) => ({
      at: this.#now(),
      events: [],
      writes: inbox.flatMap((row): Write[] =>
        row.state === "received" ? [{ kind: "inbox", value: { ...row, state: "done", body: null } }] : [],
      ),
      result: keys.map(() => true),
    }));
  }

  /** Lets go of what was done so long ago that Slack delivers it no more. */
  async forget(): Promise<void> {
    await this.#store.transact({ inbox: { states: ["done"] } }, ({ inbox }) => {
      const at = this.#now();
      const old = inbox.filter(({ receivedAt }) => elapsed(receivedAt, at) > KEPT_FOR).map(({ key }) => key);
      const writes: Write[] = old.length > 0 ? [{ kind: "forget", value: { inbox: old } }] : [];
      return { at, events: [], writes, result: undefined };
    });
  }

  /** What the last process acknowledged and did not finish, oldest first. */
  async left(): Promise<readonly { readonly key: string; readonly intake: Inbound }[]> {
    const rows = await this.#store.read({ inbox: { states: ["received"] } }, ({ inbox }) => inbox);
    for (const { key } of rows) this.#waiting.add(key);
    const inOrder = rows.toSorted((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1));
    return inOrder.flatMap(({ key, body }) => {
      const intake = parseInbound(body);
      return intake ? [{ key, intake }] : [];
    });
  }
}
