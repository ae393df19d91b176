import { elapsed, type FindingStore, type Instant, SEVERITIES, type Write } from "@posture/core";
import type { Logger } from "pino";
import { failureOf } from "../slack/failure.ts";
import type { Message, SlackPort } from "../slack/port.ts";
import { outboxOf, type Row, rowOf } from "./rows.ts";
import { claimed, type Found, nextStep, type Outcome, type Pace, reconciled, recovered, settled, UNHURRIED } from "./sending.ts";

export interface SenderParts {
  readonly store: FindingStore;
  readonly slack: SlackPort;
  readonly channel: string;
  /** What a row says at this moment; `null`: there is nothing to say any more. */
  readonly render: (row: Row) => Promise<Message | null>;
  /** Whether nothing may be posted now; what is due is kept. Left out: never. */
  readonly isHalted?: () => boolean;
  readonly now: () => Instant;
  readonly log: Logger;
}

const ACTIVE = { states: ["due", "sending", "unknown"] } as const;
const MINUTE = 60_000;
/** A row of a later version, or a clock that jumped: looked at again after this. In milliseconds. */
const LONGEST_WAIT = 60_000;
const AFTER_TROUBLE = 1000;

/** Sends what is due, one call at a time. What it decides is in `sending.ts`. */
export class Sender {
  readonly #parts: SenderParts;
  #pace: Pace = UNHURRIED;
  #wake: () => void = () => {};
  #poked = false;
  #stopping = false;
  #running: Promise<void> | undefined;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** Takes up what the last process left, then goes on until `stop`. */
  start(): void {
    this.#running = this.#run();
  }

  /** Something may be due. */
  poke(): void {
    this.#poked = true;
    this.#wake();
  }

  /** Ends after the call that is under way. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    let recoveredAll = false;
    while (!this.#stopping) {
      this.#poked = false;
      try {
        if (!recoveredAll) await this.#recover();
        recoveredAll = true;
        await this.#pause(await this.#advance());
      } catch (error) {
        // The store cannot be written, most likely; it says so itself when it can again.
        this.#parts.log.error({ err: error }, "messages could not be sent for now");
        await this.#pause(AFTER_TROUBLE, true);
      }
    }
  }

  async #recover(): Promise<void> {
    const { store, now } = this.#parts;
    await store.transact({ outbox: { states: ["sending"] } }, (view) => {
      const at = now();
      return { at, events: [], writes: view.outbox.flatMap((row) => written(rowOf(row), (it) => recovered(it, at))), result: undefined };
    });
  }

  /** One step. Answers how long nothing is due, in milliseconds. */
  async #advance(): Promise<number> {
    const { store, now, isHalted } = this.#parts;
    if (isHalted?.()) return LONGEST_WAIT;
    const rows = await store.read({ outbox: ACTIVE }, ({ outbox }) => outbox.map(rowOf).filter((row) => row !== null));
    const rank = await this.#ranks(rows);
    const step = nextStep(rows, this.#pace, rank, now());
    if (step.kind === "wait") return step.until === null ? LONGEST_WAIT : Math.max(0, elapsed(now(), step.until));
    await (step.kind === "reconcile" ? this.#reconcile(step.row) : this.#send(step.row));
    return 0;
  }

  /** Digests first, then the gravest. */
  async #ranks(rows: readonly Row[]): Promise<(row: Row) => number> {
    const fresh = rows.filter(({ body }) => body.ts === null && body.type === "finding").map(({ subject }) => subject);
    if (fresh.length < 2) return ({ body }) => (body.type === "digest" ? 0 : 1);
    const severities = await this.#parts.store.read(
      { findings: { fingerprints: fresh } },
      (view) =>
        new Map(
          view.findings.flatMap((it) =>
            [it.fingerprint, ...it.aliases].map((name) => [name, 1 + SEVERITIES.indexOf(it.severity)] as const),
          ),
        ),
    );
    return ({ body, subject }) => (body.type === "digest" ? 0 : (severities.get(subject) ?? SEVERITIES.length + 1));
  }

  async #send(due: Row): Promise<void> {
    const { now, log } = this.#parts;
    const row = await this.#write(due, (it) => (it.state === "due" ? claimed(it, now()) : it));
    if (row?.state !== "sending") return;
    const outcome = await this.#attempt(row);
    this.#keepPace(row, outcome);
    const after = await this.#write(row, (it) => (it.state === "sending" ? settled(it, outcome, now()) : it));
    if (!outcome.ok) log.warn({ key: row.key, failure: outcome.failure, state: after?.state }, "Slack did not take a message");
  }

  async #attempt(row: Row): Promise<Outcome> {
    const { slack, channel, render } = this.#parts;
    const message = await render(row);
    if (message === null) return { ok: false, failure: { kind: "gone", why: "there is nothing to say any more" } };
    const mark = { key: row.key, revision: row.body.under };
    const content = row.body.plain ? { ...message, blocks: [] } : message;
    const { ts } = row.body;
    try {
      const sent =
        ts === null
          ? await slack.post(channel, content, mark, threadOf(row, channel))
          : await slack.update({ ts, channel: row.body.channel ?? channel }, content, mark);
      return { ok: true, sent };
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  }

  #keepPace({ body }: Row, outcome: Outcome): void {
    const at = this.#parts.now();
    const pace = this.#pace;
    const updates = body.ts === null ? pace.updates : [...pace.updates.filter((it) => elapsed(it, at) < MINUTE), at];
    const asked = outcome.ok ? undefined : outcome.failure.retryAfter;
    const silentUntil = asked === undefined ? pace.silentUntil : new Date(Date.parse(at) + asked).toISOString();
    this.#pace = { postedAt: body.ts === null ? at : pace.postedAt, updates, silentUntil };
  }

  async #reconcile(row: Row): Promise<void> {
    const { now, log } = this.#parts;
    const found = await this.#look(row);
    if (found === null) return;
    log.info({ key: row.key, found: found.kind }, "looked for a message of unknown outcome");
    await this.#write(row, (it) => (it.state === "unknown" ? reconciled(it, found, now()) : it));
  }

  /** `null`: not even the looking worked; later again. */
  async #look(row: Row): Promise<Found | null> {
    const { slack, channel, now, log } = this.#parts;
    const { key, body } = row;
    const since = Date.parse(body.triedAt ?? now()) / 1000 - 60;
    try {
      return await slack.find(channel, key, since, threadOf(row, channel));
    } catch (error) {
      const { kind, why } = failureOf(error);
      if (why === "missing_scope" || kind === "other" || kind === "gone") return { kind: "blind", why };
      log.warn({ key, why }, "the channel's history could not be read");
      await this.#pause(AFTER_TROUBLE, true);
      return null;
    }
  }

  /** Changes a row as it is now. Answers what it became; `undefined`: there is no such row. */
  #write(row: Row, change: (row: Row) => Row): Promise<Row | undefined> {
    const { store, now } = this.#parts;
    return store.transact({ outbox: { keys: [row.key] } }, (view) => {
      const found = view.outbox[0] ? rowOf(view.outbox[0]) : null;
      const next = found ? change(found) : undefined;
      return { at: now(), events: [], writes: written(found, () => next ?? null), result: next };
    });
  }

  #pause(milliseconds: number, whatever = false): Promise<void> {
    if (milliseconds <= 0 || this.#stopping || (this.#poked && !whatever)) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(done, Math.min(milliseconds, LONGEST_WAIT));
      const wake = (): void => (whatever && !this.#stopping ? undefined : done());
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
      this.#wake = wake;
    });
  }
}

/** A thread of another channel, which the configuration named before, is none of this one. */
function threadOf({ body }: Row, channel: string): string | undefined {
  return body.type === "notice" && body.thread?.channel === channel ? body.thread.ts : undefined;
}

function written(row: Row | null, change: (row: Row) => Row | null): Write[] {
  const next = row && change(row);
  return next && next !== row ? [{ kind: "outbox", value: outboxOf(next) }] : [];
}
