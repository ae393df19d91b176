import { type Finding, type FindingStore, type Instant, type OutboxRow, type Write } from "@posture/core";
import type { Listed, Posture } from "@posture/runtime";
import type { Logger } from "pino";
import { bumped, type Said, latestByFinding, outboxOf, type Row } from "./outbox/rows.ts";
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
  readonly channel: string;
  /** Re-checks that are under way, by fingerprint, and who asked. */
  readonly checking: Map<string, { readonly by: string | null }>;
  readonly apiUrl: string | undefined;
  /** Why the latest sweep could not be done; `null` where it could. */
  readonly trouble: () => string | null;
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

/** Has the finding's message say what is true now, and by whose deed. */
export async function tellChannel({ store, now }: Desk, { fingerprint, aliases }: Finding, said?: Said): Promise<void> {
  const names = [fingerprint, ...aliases];
  await store.transact({ outbox: { subjects: names } }, ({ outbox }) => {
    const at = now();
    const latest = latestByFinding(outbox);
    const row = names.map((name) => latest.get(name)).find((it) => it !== undefined);
    return { at, events: [], writes: row ? [written(outboxOf(bumped(row, at, { said, asked: true })))] : [], result: undefined };
  });
}

export function written(value: OutboxRow): Write {
  return { kind: "outbox", value };
}

/** The message about a finding, if it has one. */
export async function messageOf({ store }: Desk, { fingerprint, aliases }: Finding): Promise<Row | null> {
  const names = [fingerprint, ...aliases];
  const latest = await store.read({ outbox: { subjects: names } }, ({ outbox }) => latestByFinding(outbox));
  return names.map((name) => latest.get(name)).find((it) => it !== undefined && it.state !== "dead") ?? null;
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
