import type { AuditEvent, Finding, Instant, OutboxRow } from "@posture/core";
import { isPerson } from "./channels.ts";
import { assignedRow, outboxOf } from "./rows.ts";

/** Whoever was given a finding by somebody else is told so, alone: due in the commit that says so. Pure. */
export function aboutAssigned(
  events: readonly AuditEvent[],
  findingOf: (fingerprint: string) => Finding | undefined,
  now: Instant,
): readonly OutboxRow[] {
  return events.flatMap(({ type, subject }) => {
    const finding = type === "assigned" ? findingOf(subject) : undefined;
    const assignee = finding?.assignee;
    if (!finding || !assignee || !isPerson(assignee.id)) return [];
    const isOwnDeed = assignee.by.kind === "user" && assignee.by.id === assignee.id;
    return isOwnDeed ? [] : [outboxOf(assignedRow(finding.fingerprint, assignee, now))];
  });
}
