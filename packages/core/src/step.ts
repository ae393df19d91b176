import type { AuditEvent } from "./audit.ts";
import type { Finding } from "./finding.ts";
import type { Write } from "./store.ts";
import type { Suppression } from "./suppression.ts";

export const REFUSALS = [
  "no-such-finding",
  "already-resolved",
  "already-suppressed",
  "already-waiting",
  "no-such-suppression",
  "not-waiting",
  "not-longer",
  "own-approval",
  "person-unproven",
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** Committed together or not at all. No writes: nothing happened that is worth a record. */
export interface Step {
  readonly writes: readonly Extract<Write, { readonly kind: "finding" | "suppression" }>[];
  readonly events: readonly AuditEvent[];
  readonly refused?: Refusal;
}

/** A finding (or none yet), and the suppressions whose scope may hold it. */
export interface Subject {
  readonly finding: Finding | null;
  readonly suppressions: readonly Suppression[];
  /** Only for a rename: the finding that has the new identity already, where two checks became one. */
  readonly namesake?: Finding | null;
}

export const NOTHING: Step = { writes: [], events: [] };

export function joined(steps: readonly Step[]): Step {
  return { writes: steps.flatMap((step) => step.writes), events: steps.flatMap((step) => step.events) };
}

export function refuse(refused: Refusal): Step {
  return { ...NOTHING, refused };
}
