import type { EventPattern } from "@posture/runtime";
import { DETAIL_TYPES, MOST_PATTERN } from "@posture/runtime";

/** Whose changes are let through besides those of the bot's own account. */
export type Members = { readonly organization: string } | { readonly accounts: readonly string[] };

/** The policy of a bus has at most 10 KB, of which an account takes less than 60 characters. Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html */
export const MOST_ACCOUNTS = 150;

/** What lets members' events from their bus to the queue. */
export interface MembersPattern extends Pick<EventPattern, "source" | "detail-type"> {
  /** EventBridge writes the account that an event is of; nobody chooses it. Left out: any of the organization, which the policy of the bus holds to it. */
  readonly account?: readonly string[];
  readonly detail: Pick<EventPattern["detail"], "errorCode">;
}

/** Pure: as few patterns as the limit of each allows. The rules of the members have let through by then what the checks hear. */
export function memberPatterns(members: Members): readonly MembersPattern[] {
  const patternOf = (accounts?: readonly string[]): MembersPattern => ({
    source: [{ prefix: "aws." }],
    "detail-type": DETAIL_TYPES,
    ...(accounts && { account: accounts }),
    detail: { errorCode: [{ exists: false }] },
  });
  if ("organization" in members) return [patternOf()];
  const parts: string[][] = [];
  for (const id of members.accounts) {
    const last = parts.at(-1);
    if (last && JSON.stringify(patternOf([...last, id])).length <= MOST_PATTERN) last.push(id);
    else parts.push([id]);
  }
  return parts.map(patternOf);
}

/** What the role of each region of a member begins with: the policy of the bus lets in no other. A role's name has at most 64 characters. */
export function forwarderOf(name: string): string {
  return `${name}-from-`;
}
