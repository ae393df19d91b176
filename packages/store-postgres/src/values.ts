import {
  conforms,
  type Finding,
  findingSchema,
  freeze,
  inboxSchema,
  type InboxRow,
  outboxSchema,
  type OutboxRow,
  problemOf,
  type Suppression,
  suppressionSchema,
  type SweepRecord,
  sweepSchema,
} from "@posture/core";
import { z } from "zod";
import { damaged } from "./faults.ts";
import type { Place } from "./place.ts";

/** Values are kept as the text of their JSON, in which neither NUL nor half of a surrogate pair stands as itself. */
export const valueRow: z.ZodType<{ readonly value: string }> = z.object({ value: z.string() });

/** Reads back what was kept. */
export class Values {
  readonly #place: Place;
  /** By version: what is read with every transaction, and seldom changes. */
  readonly #sweeps = new Map<string, SweepRecord>();
  readonly #suppressions = new Map<string, Suppression>();

  constructor(place: Place) {
    this.#place = place;
  }

  finding(text: string): Finding {
    return this.#read(findingSchema, text, "a finding");
  }
  suppression(text: string): Suppression {
    return this.#read(suppressionSchema, text, "a suppression");
  }
  outbox(text: string): OutboxRow {
    return this.#read(outboxSchema, text, "a row of the outbox");
  }
  inbox(text: string): InboxRow {
    return this.#read(inboxSchema, text, "a row of the inbox");
  }

  /** The latest versions of all, in their order; `fetch` is asked for those that are not known yet. */
  async sweeps(versions: readonly string[], fetch: Fetch): Promise<readonly SweepRecord[]> {
    return latest(this.#sweeps, versions, fetch, (text) => freeze(this.#read(sweepSchema, text, "a sweep")));
  }
  async suppressions(versions: readonly string[], fetch: Fetch): Promise<readonly Suppression[]> {
    return latest(this.#suppressions, versions, fetch, (text) => freeze(this.suppression(text)));
  }

  /** @throws {PostureError} POSTURE_STORE_DATABASE_CORRUPT */
  #read<T>(schema: z.ZodType<T>, text: string, what: string): T {
    const value: unknown = JSON.parse(text);
    if (!conforms(schema, value)) throw damaged(this.#place, `${what} is not one (${problemOf(schema, value)})`);
    return value;
  }
}

type Fetch = (versions: readonly string[]) => Promise<readonly { readonly version: string; readonly value: string }[]>;
export const versionedRow: z.ZodType<{ readonly version: string; readonly value: string }> = z.object({
  version: z.string(),
  value: z.string(),
});

async function latest<T>(
  known: Map<string, T>,
  versions: readonly string[],
  fetch: Fetch,
  read: (text: string) => T,
): Promise<readonly T[]> {
  // Others may ask for other versions meanwhile, and let go of those that are known now.
  const mine = new Map(known);
  const missing = [...new Set(versions)].filter((version) => !mine.has(version));
  const fetched = missing.length === 0 ? [] : await fetch(missing);
  for (const { version, value } of fetched) mine.set(version, read(value));
  const found = versions.map((version) => mine.get(version)).filter((it) => it !== undefined);
  known.clear();
  versions.forEach((version, i) => found[i] !== undefined && known.set(version, found[i]));
  return found;
}
