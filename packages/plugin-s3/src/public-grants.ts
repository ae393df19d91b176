import type { Grant } from "@posture/resources-aws/s3";

const AUDIENCES: ReadonlyMap<string, string> = new Map([
  ["AllUsers", "everyone on the internet (AllUsers)"],
  ["AuthenticatedUsers", "anyone with an AWS account (AuthenticatedUsers)"],
]);

/** The note of a failure that a setting nobody could read might make harmless. */
export const BLIND = "Mitigation not verifiable: a setting that could make ACLs ineffective could not be read.";

export function isPublic(grant: Grant): boolean {
  return grant.grantee === "group" && AUDIENCES.has(groupOf(grant));
}

/** `READ to everyone on the internet (AllUsers) and WRITE to …`, each once. */
export function grantsText(grants: readonly Grant[]): string {
  return [...new Set(grants.map((grant) => `${grant.permission} to ${AUDIENCES.get(groupOf(grant)) ?? ""}`))].join(" and ");
}

export function audienceOf(grants: readonly Grant[]): "anonymous" | "anyAwsAccount" {
  return grants.some((grant) => groupOf(grant) === "AllUsers") ? "anonymous" : "anyAwsAccount";
}

/** S3-compatible stores write https:// or trailing blanks; the last segment is the group. */
function groupOf({ id }: Grant): string {
  return id.trim().split("/").at(-1) ?? "";
}
