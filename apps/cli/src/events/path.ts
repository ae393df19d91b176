import { postureError } from "@posture/core";
import type { EventRule } from "@posture/runtime";
import { type Members, MOST_ACCOUNTS } from "./members.ts";

/** The way of a change from AWS to the bot, as it is asked for. */
export interface EventPath {
  /** What everything on the way is called, or begins with. */
  readonly name: string;
  /** The region of the queue. */
  readonly home: string;
  /** Every region with rules, in order; `home` and the first region of the partition are among them. */
  readonly regions: readonly string[];
  /** Whether somebody said which regions are watched; otherwise there may be more than these. */
  readonly isComplete: boolean;
  readonly rules: readonly EventRule[];
  /** Whose changes come from other accounts; `null`: nobody's. */
  readonly members: Members | null;
}

/** In seconds. */
export const KEPT: number = 4 * 24 * 60 * 60;
export const DEAD_KEPT: number = 14 * 24 * 60 * 60;
/** As long as the bot hides what it works on. */
export const HIDDEN_FOR = 120;
export const MOST_DELIVERIES = 5;

/**
 * The region in which IAM and Organizations tell of changes, by how the names of a partition's regions begin.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
export function globalRegionOf(region: string): string {
  if (region.startsWith("cn-")) return "cn-north-1";
  return region.startsWith("us-gov-") ? "us-gov-west-1" : "us-east-1";
}

/**
 * Pure. Regions that are named twice, or not at all though they are needed, do no harm.
 * @throws {PostureError} POSTURE_EVENTS_REGIONS_APART, POSTURE_EVENTS_ACCOUNTS_TOO_MANY
 */
export function eventPath(asked: {
  readonly name: string;
  readonly home: string;
  readonly regions: readonly string[];
  readonly rules: readonly EventRule[];
  readonly members?: Members | null;
}): EventPath {
  const { home, regions, members = null } = asked;
  const strangers = regions.filter((region) => globalRegionOf(region) !== globalRegionOf(home));
  if (strangers.length > 0) throw postureError("POSTURE_EVENTS_REGIONS_APART", { regions: strangers.join(", "), home });
  if (members && "accounts" in members && members.accounts.length > MOST_ACCOUNTS)
    throw postureError("POSTURE_EVENTS_ACCOUNTS_TOO_MANY", { count: members.accounts.length, most: MOST_ACCOUNTS });
  return { ...asked, members, isComplete: regions.length > 0, regions: [...new Set([home, globalRegionOf(home), ...regions])].toSorted() };
}
