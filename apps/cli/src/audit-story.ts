import type { AuditEvent, Finding, LogRecord } from "@posture/core";
import type { Entry } from "@posture/runtime";

export interface Wanted {
  /** An instant: nothing before it. */
  readonly since?: string | undefined;
  readonly actor?: readonly string[] | undefined;
  readonly type?: readonly string[] | undefined;
}

/** The events that all the filters let through, oldest first, with the findings that are known by then. */
export async function* eventsOf(
  records: AsyncIterable<LogRecord>,
  { since, actor, type }: Wanted,
): AsyncGenerator<{ readonly entry: Entry; readonly finding: Finding | null }, void, undefined> {
  const findings = new Map<string, Finding>();
  for await (const { seq, events, writes } of records) {
    for (const { kind, value } of writes) if (kind === "finding") findings.set(value.fingerprint, value);
    for (const event of events) {
      const isWanted = (since ?? "") <= event.at && (type?.includes(event.type) ?? true) && (actor?.includes(nameOf(event)) ?? true);
      if (isWanted) yield { entry: { seq, ...event }, finding: findings.get(event.subject) ?? findings.get(event.after ?? "") ?? null };
    }
  }
}

/** What `--actor` takes: the id of a person, or `system`. */
export function nameOf({ actor }: Pick<AuditEvent, "actor">): string {
  return actor.kind === "user" ? actor.id : "system";
}
