import type { Reading } from "@posture/core";

/** A boundary narrows what a policy gives; the policy is the finding all the same. */
export function boundaryText(boundary: Reading<string | null>): string {
  if (boundary.state === "known") return boundary.value;
  return boundary.state === "absent" ? "none" : "could not be read";
}
