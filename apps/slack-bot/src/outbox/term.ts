import type { OutboxRow } from "@posture/core";
import { z } from "zod";

/* Which of several bots sends. It is written when it changes alone; that it goes on is said beside the log. */

/** The key of the row, and what it is about. */
export const TERM = "term";

const body = z.object({ type: z.literal("term"), term: z.string() });

/** From here on, whoever sent before writes nothing any more of what it sent. */
export function termRow(term: string): OutboxRow {
  return { key: TERM, subject: TERM, state: "sent", dueAt: null, body: { type: "term", term } };
}

export function isOurs(rows: readonly OutboxRow[], term: string | null): boolean {
  const row = rows.find(({ key }) => key === TERM);
  return term !== null && body.safeParse(row?.body).data?.term === term;
}
