import { postureError } from "@posture/core";
import type { Listed } from "./posture.ts";

const SHOWN = 5;

/**
 * The one finding that a person's text names.
 * @throws {PostureError} POSTURE_FINDING_UNKNOWN, POSTURE_FINDING_AMBIGUOUS
 */
export function theOne(named: readonly Listed[], typed: string): Listed {
  const [first, ...others] = named;
  if (!first) throw postureError("POSTURE_FINDING_UNKNOWN", { id: typed });
  if (others.length === 0) return first;
  const candidates = named.slice(0, SHOWN).map(({ id }) => id);
  throw postureError("POSTURE_FINDING_AMBIGUOUS", { id: typed, candidates: candidates.join(", ") });
}
