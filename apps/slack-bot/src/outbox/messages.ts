import { type Finding, flatMapping, grouping, inOneGo, type OutboxRow, PART, type Work } from "@posture/core";
import { type FindingBody, type Row, rowOf, type To } from "./rows.ts";

/** The latest message of each finding in each channel, by fingerprint. */
export interface Told {
  readonly size: number;
  get(subject: string): readonly Row<FindingBody>[] | undefined;
}

export function toldOf(rows: readonly OutboxRow[]): Told {
  return inOneGo(gatheringTold(rows));
}

/** The same, in parts of so many rows. Of many rows a commit asks for few: only those are understood. */
export function* gatheringTold(rows: readonly OutboxRow[], part: number = PART): Work<Told> {
  const mayTell = (row: OutboxRow): readonly OutboxRow[] => (row.key.startsWith("finding:") ? [row] : []);
  const bySubject = yield* grouping(yield* flatMapping(rows, mayTell, part), ({ subject }) => subject, part);
  const known = new Map<string, readonly Row<FindingBody>[]>();
  return {
    size: bySubject.size,
    get: (subject) => {
      const there = known.get(subject) ?? latestOf(bySubject.get(subject));
      if (there) known.set(subject, there);
      return there;
    },
  };
}

function latestOf(rows: readonly OutboxRow[] | undefined): readonly Row<FindingBody>[] | undefined {
  if (!rows) return undefined;
  const latest: Row<FindingBody>[] = [];
  for (const row of rows) {
    const it = rowOf(row);
    if (!it || !isFindingRow(it)) continue;
    const same = latest.findIndex(({ body }) => body.to === it.body.to);
    const before = latest[same];
    if (!before) latest.push(it);
    else if (numberOf(before) < numberOf(it)) latest[same] = it;
  }
  return latest;
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
