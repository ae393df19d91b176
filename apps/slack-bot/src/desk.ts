import { type Finding, type FindingStore, type Instant, type OutboxRow, type Write } from "@posture/core";
import type { Listed, Posture } from "@posture/runtime";
import type { Logger } from "pino";
import type { Apart } from "./apart.ts";
import type { Route } from "./outbox/announcer.ts";
import { isUnsaid, messagesOf, toldOf } from "./outbox/messages.ts";
import { bumped, type FindingBody, type Said, outboxOf, type Row, rowOf } from "./outbox/rows.ts";
import type { SpeechTroubles } from "./outbox/speech.ts";
import type { People } from "./people.ts";
import type { Pictures } from "./pictures.ts";
import type { SlackPort } from "./slack/port.ts";
import type { Swept } from "./sweeps.ts";

/** What the deeds of people work with. */
export interface Desk {
  readonly posture: Posture;
  readonly store: FindingStore;
  readonly slack: SlackPort;
  readonly people: People;
  readonly pictures: Pictures;
  /** The bot's own channel, by its id. */
  readonly channel: string;
  readonly route: Route;
  /** Of several bots one reads a finding's resource at a time. */
  readonly apart: Apart;
  readonly apiUrl: string | undefined;
  /** Why the latest sweep could not be done; `null` where it could. */
  readonly trouble: () => string | null;
  /** When the next sweep begins; `null`: there is no schedule. */
  readonly nextSweep: () => Instant | null;
  /** Why not everything can be said where it belongs. */
  readonly unspoken: () => SpeechTroubles;
  /** Sweeps now, or joins the sweep that is running. */
  readonly sweep: () => { readonly joined: boolean; readonly done: Promise<Swept> };
  readonly now: () => Instant;
  readonly log: Logger;
}

/** The finding that a button means. `null`: there is none. */
export async function findingOf({ posture, now }: Desk, fingerprint: string): Promise<Listed | null> {
  const named = await posture.store.named(fingerprint, now());
  return named.find(({ finding }) => finding.fingerprint === fingerprint || finding.aliases.includes(fingerprint)) ?? null;
}

type Change = (body: FindingBody) => FindingBody;

/** Has the finding's messages say what is true now, and by whose deed; `change`: what else of them is different. */
export async function tellChannel(
  { store, now }: Desk,
  { fingerprint, aliases }: Finding,
  said?: Said,
  change: Change = (body) => body,
): Promise<void> {
  const names = [fingerprint, ...aliases];
  await store.transact({ outbox: { subjects: names } }, ({ outbox }) => {
    const at = now();
    // What nobody has heard of yet waits for its time, and is not told if it is over by then.
    const rows = messagesOf({ fingerprint, aliases }, toldOf(outbox)).filter((row) => !isUnsaid(row));
    const told = rows.map((row) => bumped({ ...row, body: change(row.body) }, at, { said, asked: true }));
    return { at, events: [], writes: told.map((row) => written(outboxOf(row))), result: undefined };
  });
}

export function written(value: OutboxRow): Write {
  return { kind: "outbox", value };
}

/** The messages about a finding: at most one a channel. */
export async function messagesAbout({ store }: Desk, { fingerprint, aliases }: Finding): Promise<readonly Row<FindingBody>[]> {
  const names = [fingerprint, ...aliases];
  return store.read({ outbox: { subjects: names } }, ({ outbox }) => messagesOf({ fingerprint, aliases }, toldOf(outbox)));
}

/** Where a click was. */
export interface Place {
  readonly ts: string;
  readonly channel: string;
}

/** The row of the message at a place. `subjects`: what it can be about; `null`: anything. */
export async function rowAt({ store, channel: own }: Desk, place: Place | null, subjects: readonly string[] | null): Promise<Row | null> {
  if (!place) return null;
  const rows = await store.read({ outbox: subjects ? { subjects } : {} }, ({ outbox }) => outbox.map(rowOf));
  return rows.find((row) => row?.body.ts === place.ts && (row.body.channel ?? own) === place.channel) ?? null;
}

/** Writes down that somebody was refused. */
export async function refusedBy({ store, now }: Desk, user: string, subject: string, note: string): Promise<void> {
  const at = now();
  const actor = { kind: "user", id: user, via: "slack" } as const;
  await store.transact({}, () => ({
    at,
    events: [{ type: "refused", subject, at, actor, source: "slack", note }],
    writes: [],
    result: undefined,
  }));
}
