import type { Part, Snapshot } from "@posture/core";
import { type PrefixListEntries, prefixListsOf, type SecurityGroup } from "@posture/resources-aws/ec2";
import { type Grant, grantsOf, type Internet, R4, R6 } from "@posture/resources-aws/exposure";
import { type CommonParams, parseThreshold } from "./params.ts";

export type Group = Snapshot<SecurityGroup, "rules" | "group", "prefixLists">;

/** What the checks of this plugin see of one group. */
export interface View {
  /** As people know it: "web (sg-0a1b2c)". */
  readonly label: string;
  readonly vpcId: string | null;
  readonly grants: readonly Grant[];
  readonly internet: Internet;
  /** Lists that a rule refers to and somebody vouches for. */
  readonly trusted: readonly string[];
  readonly listOf: (prefixListId: string) => Part<PrefixListEntries>;
}

export function viewOf(resource: Group, params: CommonParams): View {
  const { rules, group } = resource;
  const listOf = reader(resource, params.trustedPrefixListIds);
  const { broadThresholdV4: v4, broadThresholdV6: v6 } = params;
  return {
    label: `${group.groupName} (${groupIdOf(resource)})`,
    vpcId: group.vpcId,
    grants: grantsIn(resource, params.trustedPrefixListIds, listOf),
    internet: {
      v4: { internet: R4, broadFrom: v4 === null ? null : BigInt(v4) },
      v6: { internet: R6, broadFrom: v6 === null ? null : parseThreshold(v6) },
    },
    trusted: prefixListsOf(rules).filter((id) => params.trustedPrefixListIds.includes(id)),
    listOf,
  };
}

interface Remembered {
  readonly prefixLists: Group["prefixLists"];
  readonly trusted: string;
  readonly grants: readonly Grant[];
}
const remembered = new WeakMap<Group["rules"], Remembered>();

/** Eight checks look at the same rules one after another; what these admit is worked out once. Nobody changes a value that was read. */
function grantsIn({ rules, prefixLists }: Group, trustedIds: readonly string[], listOf: View["listOf"]): readonly Grant[] {
  const trusted = trustedIds.join();
  const before = remembered.get(rules);
  if (before && before.prefixLists === prefixLists && before.trusted === trusted) return before.grants;
  const grants = grantsOf(rules, listOf);
  remembered.set(rules, { prefixLists, trusted, grants });
  return grants;
}

/** Why these checks have nothing to say of a group; `null`: they have. */
export function outOfScope({ group, accountId }: Group, { excludeDefaultGroups }: CommonParams): string | null {
  if (group.ownerId !== accountId) return `The group is shared by account ${group.ownerId} and judged there (owned-by-other-account).`;
  return excludeDefaultGroups && group.groupName === "default" ? "Default groups are excluded by configuration." : null;
}

function groupIdOf({ arn }: Group): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

function reader({ prefixLists }: Group, trusted: readonly string[]): View["listOf"] {
  const unread: Part<PrefixListEntries> = {
    state: "unreadable",
    reason: prefixLists.state === "unreadable" ? prefixLists.reason : "not-ready",
  };
  return (id) => {
    if (trusted.includes(id)) return { state: "known", value: [] };
    return (prefixLists.state === "known" ? prefixLists.value[id] : undefined) ?? unread;
  };
}
