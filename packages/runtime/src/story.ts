import { type AuditEvent, covers, type Finding, type LogRecord, postureError, type Suppression } from "@posture/core";

/** An event as the log has it, with what the record besides says of it. */
export interface Entry extends AuditEvent {
  /** The record it is in. */
  readonly seq: number;
  /** What the finding said from then on, where that changed. */
  readonly message?: string;
  /** The suppression it is about, as the record leaves it. */
  readonly suppression?: Suppression;
}

/** What the log tells of one finding, or of one suppression, oldest first. */
export interface Story {
  readonly finding: Finding | null;
  readonly suppression: Suppression | null;
  readonly entries: readonly Entry[];
}

const SAYS_ANEW: ReadonlySet<string> = new Set(["opened", "reopened", "evidence-changed"]);

/** All that concerns the finding under any of its names: what was found, what people did, and the suppressions that are about it, rules too. */
export async function storyOfFinding(records: AsyncIterable<LogRecord>, finding: Finding): Promise<Story> {
  const names = new Set([finding.fingerprint, ...finding.aliases]);
  const suppressions = new Map<string, Suppression>();
  const entries: Entry[] = [];
  for await (const { seq, events, writes } of records) {
    let message: string | undefined;
    for (const { kind, value } of writes) {
      if (kind === "suppression" && covers(value.scope, finding)) suppressions.set(value.id, value);
      if (kind === "finding" && names.has(value.fingerprint)) message = value.message.text;
    }
    for (const event of events) {
      const suppression = suppressions.get(event.subject);
      if (!names.has(event.subject) && !suppression && !names.has(event.after ?? "")) continue;
      const said = message !== undefined && SAYS_ANEW.has(event.type) ? { message } : {};
      entries.push({ seq, ...event, ...said, ...(suppression && { suppression }) });
    }
  }
  return { finding, suppression: null, entries };
}

/**
 * All that concerns the one suppression whose id begins so.
 * @throws {PostureError} POSTURE_AUDIT_SUBJECT_UNKNOWN, POSTURE_AUDIT_SUBJECT_AMBIGUOUS
 */
export async function storyOfSuppression(records: AsyncIterable<LogRecord>, typed: string): Promise<Story> {
  const suppressions = new Map<string, Suppression>();
  const entries: Entry[] = [];
  for await (const { seq, events, writes } of records) {
    for (const { kind, value } of writes) if (kind === "suppression" && value.id.startsWith(typed)) suppressions.set(value.id, value);
    for (const event of events) {
      const suppression = suppressions.get(event.subject);
      if (suppression) entries.push({ seq, ...event, suppression });
    }
  }
  const suppression = suppressions.get(typed) ?? onlyOne([...suppressions.values()], typed);
  return { finding: null, suppression, entries: entries.filter(({ subject }) => subject === suppression.id) };
}

function onlyOne(found: readonly Suppression[], typed: string): Suppression {
  const [first, ...others] = found;
  if (!first) throw postureError("POSTURE_AUDIT_SUBJECT_UNKNOWN", { id: typed });
  if (others.length === 0) return first;
  const candidates = found
    .slice(0, 5)
    .map(({ id }) => id)
    .join(", ");
  throw postureError("POSTURE_AUDIT_SUBJECT_AMBIGUOUS", { id: typed, candidates });
}
