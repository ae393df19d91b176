import type { SharedStore } from "@posture/core";
import { z } from "zod";
import { headIn } from "./commits.ts";
import type { Sessions } from "./sessions.ts";
import { sql } from "./sql.ts";

const ownerRow = z.object({ owner: z.string() });

/** What several processes on one database agree on beside the log: a renewal is nothing that anybody has to look up in a year. By the server's clock. */
export function sharing(sessions: Sessions): SharedStore {
  return {
    hold: async (name, owner, milliseconds) => {
      const held = await sessions.write((session) =>
        session.rows(
          ownerRow,
          sql`INSERT INTO leases AS l (name, owner, until) VALUES (${name}, ${owner}, clock_timestamp() + ${milliseconds}::integer * interval '1 millisecond')
            ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
            WHERE l.owner = excluded.owner OR l.until <= clock_timestamp() RETURNING owner`,
        ),
      );
      return held.length > 0;
    },
    letGo: async (owner) => {
      await sessions.write((session) =>
        // Those of processes that were killed go along, once nobody can ask for them any more.
        session.run(sql`DELETE FROM leases WHERE owner = ${owner} OR until < clock_timestamp() - interval '1 day'`),
      );
    },
    holders: async () => {
      const rows = await sessions.look((session) => session.rows(ownerRow, sql`SELECT owner FROM leases WHERE until > clock_timestamp()`));
      return new Set(rows.map(({ owner }) => owner));
    },
    seq: async () => (await sessions.look((session) => headIn(session, sessions.place))).seq,
  };
}
