/* In a file of its own, and an entry of the package: a command line that shows its help loads nothing more. */

/** What sort of reason the justification gives. */
export const BASES = ["accepted-risk", "compensating-control", "fix-planned", "by-design", "not-reachable"] as const;
export type Basis = (typeof BASES)[number];

/** "Accepted risk". */
export function basisText(basis: Basis): string {
  return `${basis.charAt(0).toUpperCase()}${basis.slice(1).replaceAll("-", " ")}`;
}
