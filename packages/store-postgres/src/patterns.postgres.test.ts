import { matchesPattern } from "@posture/core";
import fc from "fast-check";
import pg from "pg";
import { expect, inject, it } from "vitest";
import { likeOf } from "./statuses.ts";
import { storable } from "./text.ts";

const letters = fc.constantFrom("a", "b", "%", "_", "\\", "*", "?", "🪣", "\ud83e", "\n");
const text = fc.array(letters, { maxLength: 6 }).map((parts) => parts.join(""));

it("a pattern holds in the database what it holds here, whatever is in it", async () => {
  const client = new pg.Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  const pairs = fc.sample(fc.tuple(text, text), { numRuns: 5_000, seed: 5 });
  const { rows } = await client.query<{ held: boolean }>(
    "SELECT t = p OR t LIKE l AS held FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY u(t, p, l, nr) ORDER BY nr",
    [pairs.map(([it]) => storable(it)), pairs.map(([, pattern]) => storable(pattern)), pairs.map(([, pattern]) => likeOf(pattern))],
  );
  await client.end();
  const here = pairs.map(([it, pattern]) => matchesPattern(pattern, it));
  expect(rows.map(({ held }) => held)).toEqual(here);
  expect(here.filter(Boolean).length).toBeGreaterThan(100);
});
