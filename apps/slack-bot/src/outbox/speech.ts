import { type FindingStore, type Instant, type Write } from "@posture/core";
import type { Logger } from "pino";
import type { Ended, Installation } from "../installation.ts";
import { type Channels, isPerson } from "./channels.ts";
import { bumped, outboxOf, type Row, rowOf, type To, type TroubleBody, TROUBLE, troubleRow } from "./rows.ts";
import type { Outcome } from "./sending.ts";
import { homeOf, type Trouble, type Troubles, turned } from "./troubles.ts";

export interface SpeechParts {
  readonly store: FindingStore;
  readonly installation: Installation;
  readonly channels: Channels;
  readonly admins: readonly string[];
  readonly now: () => Instant;
  readonly log: Logger;
}

/** Why Posture cannot say everything where it belongs. */
export interface SpeechTroubles {
  /** The app may not speak at all. */
  readonly installation: Ended | null;
  readonly channels: Troubles;
}

/** In milliseconds. */
const BROKEN = 5 * 60_000;

/** Where Posture can speak, and whom it tells where it cannot. What it decides is in `troubles.ts`. */
export class Speech {
  readonly #parts: SpeechParts;
  #troubles: Troubles = new Map();

  constructor(parts: SpeechParts) {
    this.#parts = parts;
  }

  get channels(): Channels {
    return this.#parts.channels;
  }

  get troubles(): SpeechTroubles {
    return { installation: this.#parts.installation.ended, channels: this.#troubles };
  }

  /** What was said of channels before, and has not ended: each is tried again, and said only if its cause is another. */
  async recover(): Promise<void> {
    const { store, now } = this.#parts;
    const said = await store.read({ outbox: { subjects: [TROUBLE] } }, ({ outbox }) => outbox.map(rowOf));
    const going = said.flatMap((row) => (row && isTrouble(row) && row.body.ended === null ? [row.body] : []));
    this.#troubles = new Map(going.map(({ of, why, since }) => [of, { why, since, probeAt: now() }]));
  }

  /** For how long nothing may be sent, in milliseconds. */
  silence(): Promise<number> {
    return this.#parts.installation.silence();
  }

  /** The place that the next call about a row goes to. */
  placeOf({ state, body }: Row): To {
    if (body.ts !== null || state !== "due" || body.type === "reply") return body.away ? null : body.to;
    if (isPerson(body.to) || body.type === "share") return body.to;
    if (body.type === "notice" && body.thread?.channel === this.#parts.channels.own) return null;
    return homeOf(body.to, this.#troubles, this.#parts.now());
  }

  /** Takes note of what came of a call. Answers for how long its place is to be left alone, in milliseconds. */
  async learn(row: Row, place: To, outcome: Outcome): Promise<number> {
    const { now, log, channels, installation } = this.#parts;
    const failure = outcome.ok ? null : outcome.failure;
    if (failure?.kind === "installation") {
      installation.end(failure.why);
      return 0;
    }
    // What cannot be shared is not said elsewhere.
    if (row.body.type === "share" && failure?.kind === "channel") return 0;
    if (isPerson(place)) return failure?.kind === "channel" ? BROKEN : 0;
    const { troubles, turn } = turned(this.#troubles, place, failure, now());
    this.#troubles = troubles;
    if (failure?.kind === "channel") channels.forget(place);
    if (turn.kind === "began") {
      log.warn({ channel: place ?? "its own", why: failure?.why }, "a channel takes no messages");
      if (turn.former) await this.#ended(place, turn.former);
      const trouble = troubles.get(place);
      if (trouble) await this.#said(place, trouble);
    }
    if (turn.kind === "ended") await this.#ended(place, turn.former);
    if (outcome.ok && row.body.away && row.body.ts === null && row.body.type !== "reply") await this.#counted(row.body.to);
    return failure?.kind === "channel" && place === null ? BROKEN : 0;
  }

  /** Of a channel, in the bot's own; of that, to the admins. */
  async #said(of: To, trouble: Trouble): Promise<void> {
    const { store, admins, now } = this.#parts;
    const places = of === null ? admins : [null];
    await store.transact({ outbox: { subjects: [TROUBLE] } }, ({ outbox }) => {
      const at = now();
      const rows = places.map((to) => troubleRow(of, trouble, at, to)).filter(({ key }) => outbox.every((row) => row.key !== key));
      return { at, events: [], writes: rows.map(written), result: undefined };
    });
  }

  async #ended(of: To, former: Trouble): Promise<void> {
    this.#parts.log.info({ channel: of ?? "its own", since: former.since }, "the cause has ended for which a channel took no messages");
    await this.#change(of, former, (row, at) => ({ ...bumped(row, at), body: { ...bumped(row, at).body, ended: at } }));
  }

  async #counted(of: To): Promise<void> {
    const trouble = this.#troubles.get(of);
    if (!trouble) return;
    await this.#change(of, trouble, (row, at) => {
      const next = bumped(row, at);
      return { ...next, body: { ...next.body, count: row.body.count + 1 } };
    });
  }

  async #change(of: To, { since }: Trouble, change: (row: Row<TroubleBody>, at: Instant) => Row<TroubleBody>): Promise<void> {
    const { store, now } = this.#parts;
    await store.transact({ outbox: { subjects: [TROUBLE] } }, ({ outbox }) => {
      const at = now();
      const rows = outbox
        .map(rowOf)
        .flatMap((row) => (row && isTrouble(row) && row.body.of === of && row.body.since === since ? [row] : []));
      return { at, events: [], writes: rows.map((row) => written(change(row, at))), result: undefined };
    });
  }
}

function written(row: Row): Write {
  return { kind: "outbox", value: outboxOf(row) };
}

function isTrouble(row: Row): row is Row<TroubleBody> {
  return row.body.type === "trouble";
}
