import { type FindingStore, SEVERITIES, type Severity } from "@posture/core";
import type { Row } from "./rows.ts";

/** What of a finding decides when its message is posted, and with whom it shares one. */
export interface Traits {
  readonly severity: Severity;
  readonly checkId: string;
  readonly accountId: string;
}

/** Of the findings that have no message yet, under each of their names. */
export async function traitsOf(store: FindingStore, rows: readonly Row[]): Promise<ReadonlyMap<string, Traits>> {
  const fresh = rows.filter(({ body }) => body.ts === null && body.type === "finding").map(({ subject }) => subject);
  if (fresh.length === 0) return new Map();
  return store.read({ findings: { fingerprints: fresh } }, ({ findings }) => {
    const traits = findings.map(({ fingerprint, aliases, severity, checkId, ref: { accountId } }) => ({
      names: [fingerprint, ...aliases],
      its: { severity, checkId, accountId },
    }));
    return new Map(traits.flatMap(({ names, its }) => names.map((name) => [name, its] as const)));
  });
}

/** Digests first, then the gravest; a group has no critical that people are not told of otherwise, unless there are many. */
export function rankOf({ body, subject }: Row, traits: ReadonlyMap<string, Traits>): number {
  if (body.type === "group") return 1.5;
  if (body.type !== "finding") return 0;
  const its = traits.get(subject);
  return 1 + (its ? SEVERITIES.indexOf(its.severity) : SEVERITIES.length);
}
