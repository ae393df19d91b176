import { eachOf, type Finding, inOneGo, type OutboxRow, PART, type Work } from "@posture/core";
import { type FindingBody, type Row, rowOf, type To } from "./rows.ts";

/** The latest message of each finding in each channel, by fingerprint. */
export type Told = ReadonlyMap<string, readonly Row<FindingBody>[]>;

export function toldOf(rows: readonly OutboxRow[]): Told {
  return inOneGo(gatheringTold(rows));
}

/** The same, in parts of so many rows. */
export function* gatheringTold(rows: readonly OutboxRow[], part: number = PART): Work<Told> {
  const told = new Map<string, Row<FindingBody>[]>();
  const take = (row: OutboxRow): void => {
    const it = rowOf(row);
    if (it && isFindingRow(it)) addTo(told, it);
  };
  yield* eachOf(rows, take, part);
  return told;
}

function addTo(told: Map<string, Row<FindingBody>[]>, row: Row<FindingBody>): void {
  const known = told.get(row.subject);
  if (!known) return void told.set(row.subject, [row]);
  const same = known.findIndex(({ body }) => body.to === row.body.to);
  const before = known[same];
  if (!before) known.push(row);
  else if (numberOf(before) < numberOf(row)) known[same] = row;
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

const NONE: readonly Row<FindingBody>[] = [];

/** The messages about a finding, under whatever name of it: one a channel, without those that Slack did not take. */
export function messagesOf({ fingerprint, aliases }: Pick<Finding, "fingerprint" | "aliases">, told: Told): readonly Row<FindingBody>[] {
  const known = aliases.length === 0 ? told.get(fingerprint) : [fingerprint, ...aliases].flatMap((name) => told.get(name) ?? []);
  if (!known) return NONE;
  const rows = known.filter(({ state }) => state !== "dead");
  return rows.length < 2 ? rows : rows.filter(({ body }, i) => rows.findIndex((other) => other.body.to === body.to) === i);
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
