import { createHash } from "node:crypto";
import type { AwsChange } from "./change-event.ts";
import type { Actor } from "./finding.ts";
import type { Instant } from "./instant.ts";
import type { Change, LogRecord } from "./store.ts";

export const EVENT_TYPES = [
  "opened",
  "reopened",
  "resolved",
  "evidence-changed",
  "severity-changed",
  "covered",
  "uncovered",
  "went-stale",
  "readable-again",
  "watched-changed",
  "renamed",
  "tags-changed",
  "assigned",
  "unassigned",
  "suppression-asked",
  "suppression-approved",
  "suppressed",
  "suppression-extended",
  "suppression-expiring",
  "suppression-declined",
  "suppression-ended",
  "suppression-refused",
  "recheck-asked",
  "recheck-answered",
  "refused",
  "sweep-held",
  "sweep-finished",
  "exported",
  "configured",
  "store-moved",
  "message-posted",
  "message-unknown",
  "message-dead",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Where a change came from. */
export const SOURCES = ["sweep", "event", "re-check", "slack", "cli", "clock"] as const;
export type Source = (typeof SOURCES)[number];

/** One line of the audit. It never holds secrets, policies or message texts; the person's own justification is the one text in it. */
export interface AuditEvent {
  readonly type: EventType;
  /** A fingerprint, the id of a suppression or of a sweep. */
  readonly subject: string;
  readonly at: Instant;
  readonly actor: Actor;
  readonly source: Source;
  readonly note: string;
  readonly before?: string;
  readonly after?: string;
  /** The change in AWS after which this was found; left out where no change event led to it. */
  readonly change?: AwsChange;
}

export const GENESIS: string = "0".repeat(64);

/** Chains a change to the record before it. Pure: the same change after the same record has the same hash. */
export function seal({ seq, hash }: Pick<LogRecord, "seq" | "hash">, { at, events, writes }: Change): LogRecord {
  const next = { seq: seq + 1, prev: hash, at, events, writes };
  return { ...next, hash: hashOf(next) };
}

/** The hash of a record, computed anew from what it holds. */
export function hashOf({ seq, prev, at, events, writes }: Omit<LogRecord, "hash">): string {
  return createHash("sha256")
    .update(JSON.stringify([seq, prev, at, events, writes]))
    .digest("hex");
}
