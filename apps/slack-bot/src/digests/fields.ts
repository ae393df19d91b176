import { z } from "zod";

const counts = z.object({ critical: z.int(), high: z.int(), medium: z.int(), low: z.int() });
/** A record of the log. */
const record = z.object({ seq: z.int(), hash: z.string() });

/** What a daily digest is of, as it was when its hour had come: it is posted later, and says this. */
export const dailyFields = {
  /** Of the clock on the wall in its zone. */
  date: z.string(),
  /** It tells what came after this record; with 0 that is the beginning, and what came after the instant. */
  since: z.object({ seq: z.int(), at: z.string() }),
  /** The last record that it tells of: the next digest goes on from there. */
  until: record,
  at: z.string(),
  /** What was open in the channel, and by the digest before. */
  open: counts,
  before: counts.nullable(),
  /** How many listings were complete, of how many. */
  coverage: z.object({ complete: z.int(), total: z.int() }),
  changed: z.boolean(),
};

export const weeklyFields = {
  /** A Slack user or user group. */
  owner: z.string(),
  at: z.string(),
};
