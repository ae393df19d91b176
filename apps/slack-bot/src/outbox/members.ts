import type { OutboxRow } from "@posture/core";
import { z } from "zod";

/*
 * Which findings a group or a digest is about. A message changes often and its row is written each time; what it is about is written once, in rows of its
 * own that never change.
 */

const body = z.object({ type: z.literal("members"), fingerprints: z.array(z.string()) });

function keyOf(owner: string, part: number): string {
  return `members:${part}:${owner}`;
}

/** The keys of the rows that hold the members of a message. */
export function memberKeys(owner: string, parts: number): readonly string[] {
  return Array.from({ length: parts }, (_, part) => keyOf(owner, part));
}

/** `part`: 0 for the first of a message. Nothing is ever due of it. */
export function membersRow(owner: string, part: number, fingerprints: readonly string[]): OutboxRow {
  return {
    key: keyOf(owner, part),
    subject: owner,
    state: "sent",
    dueAt: null,
    body: { type: "members", fingerprints: [...fingerprints] },
  };
}

export function membersIn(rows: readonly OutboxRow[]): readonly string[] {
  return rows.flatMap((row) => body.safeParse(row.body).data?.fingerprints ?? []);
}
