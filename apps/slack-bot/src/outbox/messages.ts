import type { Finding, OutboxRow } from "@posture/core";
import { type FindingBody, type Row, rowOf, type To } from "./rows.ts";

/** The latest message of each finding in each channel, by fingerprint. */
export type Told = ReadonlyMap<string, readonly Row<FindingBody>[]>;

export function toldOf(rows: readonly OutboxRow[]): Told {
  const told = new Map<string, Row<FindingBody>[]>();
  for (const row of rows) {
    const it = rowOf(row);
    if (!it || !isFindingRow(it)) continue;
    const known = told.get(it.subject) ?? [];
    const same = known.findIndex(({ body }) => body.to === it.body.to);
    const before = known[same];
    if (!before) told.set(it.subject, [...known, it]);
    else if (numberOf(before) < numberOf(it)) told.set(it.subject, known.with(same, it));
  }
  return told;
}

export function isFindingRow(row: Row): row is Row<FindingBody> {
  return row.body.type === "finding";
}

/** News that nobody has heard of, and that may yet be told in another way. */
export function isUnsaid({ state, body }: Row<FindingBody>): boolean {
  return body.mayShare && body.ts === null && body.group === null && (state === "due" || state === "sent");
}

/** The number of the message about one finding in its channel: 1 for the first. */
export function numberOf({ key }: Pick<OutboxRow, "key">): number {
  return Number(key.split(":").at(-1));
}

/** The messages about a finding, under whatever name of it: one a channel, without those that Slack did not take. */
export function messagesOf({ fingerprint, aliases }: Pick<Finding, "fingerprint" | "aliases">, told: Told): readonly Row<FindingBody>[] {
  const rows = [fingerprint, ...aliases].flatMap((name) => told.get(name) ?? []).filter(({ state }) => state !== "dead");
  return rows.filter(({ body }, i) => rows.findIndex((other) => other.body.to === body.to) === i);
}

/** The message about a finding in one channel. */
export function messageIn(finding: Pick<Finding, "fingerprint" | "aliases">, to: To, told: Told): Row<FindingBody> | undefined {
  return messagesOf(finding, told).find(({ body }) => body.to === to);
}

/** The number that the next message about a finding has in a channel. */
export function nextNumber(fingerprint: string, to: To, told: Told): number {
  const last = told.get(fingerprint)?.find(({ body }) => body.to === to);
  return last ? numberOf(last) + 1 : 1;
}
