import type { AccountRole } from "@posture/aws-access";
import type { ResolvedConfig } from "@posture/config";

/** The roles by which other accounts are read, by their ids. */
export function rolesOf({ accounts }: Pick<ResolvedConfig, "accounts">): ReadonlyMap<string, AccountRole> {
  return new Map(accounts.map(({ id, role, externalId }) => [id, { arn: role, externalId }]));
}
