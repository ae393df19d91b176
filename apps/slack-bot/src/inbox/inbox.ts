import { DAY, elapsed, type FindingStore, HOUR, type InboxRow, type Instant, type Json, type Write } from "@posture/core";
import { z } from "zod";
import { Gathering } from "./gathering.ts";
import { type Inbound, parseInbound } from "./intake.ts";

/** What became of a request that is to be kept. `busy`: it was not, and nothing will be done. */
export type Kept = "new" | "known" | "busy";

interface Request {
  readonly key: string;
  readonly intake: Inbound;
}
/** A request that another process took. */
interface Left extends Request {
  /** That process may have begun with it. */
  readonly begun: boolean;
}

/** Longer than this, and the person is told to try again. In milliseconds. */
const PATIENCE = 1500;
/** Slack delivers again for a day at most: https://docs.slack.dev/apis/events-api#retries */
const KEPT_FOR = DAY + HOUR;
/** More than this is not taken: whoever asks is told at once, instead of an hour later. */
const MOST_WAITING = 5000;

/** Which of several bots took it and works it off. Where there is one bot alone, there is the request alone. */
const takenBody = z.object({ by: z.string(), intake: z.unknown() });
/** Nobody is called so: whichever bot leads works it off. */
const WHOEVER_LEADS = "whoever leads";

/** Requests are on disk before they are acknowledged, so that none is lost and none is done twice. */
export class Inbox {
  readonly #store: FindingStore;
  readonly #now: () => Instant;
  readonly #owner: string | null;
  /** The keys of what was taken and is not done. */
  readonly #waiting = new Set<string>();
  readonly #keeping = new Gathering((requests: readonly Request[]) => this.#write(requests));
  readonly #ending = new Gathering((keys: readonly string[]) => this.#end(keys));

  /** `owner`: of this bot among several; `null`: there is no other. */
  constructor(store: FindingStore, now: () => Instant, owner: string | null = null) {
    this.#store = store;
    this.#now = now;
    this.#owner = owner;
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
        writes.push({ kind: "inbox", value: { key, receivedAt: at, state: "received", body: this.#taken(intake) } });
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

  /** Nothing of it was begun here: the bot that leads does all of it. */
  async handOver(key: string): Promise<void> {
    this.#waiting.delete(key);
    await this.#store.transact({ inbox: { keys: [key] } }, ({ inbox }) => {
      const writes = inbox.flatMap((row): Write[] => {
        const intake = row.state === "received" ? intakeIn(row) : null;
        return intake ? [{ kind: "inbox", value: { ...row, body: { by: WHOEVER_LEADS, intake } } }] : [];
      });
      return { at: this.#now(), events: [], writes, result: undefined };
    });
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

  #taken(intake: Inbound): Json {
    return this.#owner === null ? intake : { by: this.#owner, intake };
  }

  /** What the last process acknowledged and did not finish, oldest first. */
  async left(): Promise<readonly Left[]> {
    const rows = await this.#store.read({ inbox: { states: ["received"] } }, ({ inbox }) => inbox);
    return this.#waitingFor(rows);
  }

  /** The same of bots that are there no more, and what others handed over. From here on it is this one's. `living`: the owners of those that are. */
  async inherited(living: ReadonlySet<string>): Promise<readonly Left[]> {
    const isOrphan = (row: InboxRow): boolean => {
      const by = takerOf(row);
      return by === undefined || (by !== this.#owner && !living.has(by));
    };
    const wanted = { inbox: { states: ["received"] } } as const;
    if (!(await this.#store.read(wanted, ({ inbox }) => inbox.some(isOrphan)))) return [];
    const rows = await this.#store.transact<readonly InboxRow[]>(wanted, ({ inbox }) => {
      const orphans = inbox.filter(isOrphan);
      const writes = orphans.flatMap((row): Write[] => {
        const intake = intakeIn(row);
        return intake ? [{ kind: "inbox", value: { ...row, body: this.#taken(intake) } }] : [];
      });
      return { at: this.#now(), events: [], writes, result: orphans };
    });
    return this.#waitingFor(rows);
  }

  #waitingFor(rows: readonly InboxRow[]): readonly Left[] {
    for (const { key } of rows) this.#waiting.add(key);
    const inOrder = rows.toSorted((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1));
    return inOrder.flatMap((row) => {
      const intake = intakeIn(row);
      return intake ? [{ key: row.key, intake, begun: takerOf(row) !== WHOEVER_LEADS }] : [];
    });
  }
}

function takerOf({ body }: InboxRow): string | undefined {
  return takenBody.safeParse(body).data?.by;
}

function intakeIn({ body }: InboxRow): Inbound | null {
  const taken = takenBody.safeParse(body);
  return parseInbound(taken.success ? taken.data.intake : body);
}
