import { type AwsChange, type EventType, type Finding, principalOf, type Source, whyText } from "@posture/core";
import type { Entry } from "./story.ts";

/* An event of the audit log, as a person tells it. Pure. */

/** What happened, as a person tells it. */
export const HAPPENED: Readonly<Record<EventType, string>> = {
  opened: "Opened",
  reopened: "Reopened",
  resolved: "Resolved",
  "evidence-changed": "Evidence changed",
  "severity-changed": "Severity changed",
  covered: "Covered by another finding",
  uncovered: "No longer covered",
  "went-stale": "Could not be read",
  "readable-again": "Can be read again",
  "watched-changed": "Watched differently",
  renamed: "Check renamed",
  "tags-changed": "Tags changed",
  assigned: "Assigned",
  unassigned: "No longer assigned",
  "suppression-asked": "Suppression asked for",
  "suppression-approved": "Suppression approved",
  suppressed: "Suppressed",
  "suppression-extended": "Suppression extended",
  "suppression-expiring": "Suppression ends soon",
  "suppression-declined": "Suppression declined",
  "suppression-ended": "Suppression ended",
  "suppression-refused": "Suppression refused",
  "recheck-asked": "Re-check asked for",
  "recheck-answered": "Re-checked",
  refused: "Refused",
  "sweep-held": "Sweep held back",
  "sweep-finished": "Sweep finished",
  "message-posted": "Message posted",
  "message-unknown": "Message perhaps posted",
  "message-dead": "Message given up",
  exported: "Exported",
  configured: "Configuration changed",
  "store-moved": "Store moved",
};

/** From where. */
export const FROM: Readonly<Record<Source, string>> = {
  sweep: "a sweep",
  event: "a change event",
  "re-check": "a re-check",
  slack: "Slack",
  cli: "the command line",
  clock: "the clock",
};

/** What is said of an event besides what happened and by whom: what follows it, and lines below. */
export function entryWords(entry: Entry, finding: Finding | null): { readonly because: string; readonly more: readonly string[] } {
  const more = [changeOf(entry), entry.change && afterWords(entry.change), entry.message, ...suppressionWords(entry, finding)].filter(
    (it) => it !== undefined,
  );
  return { because: because(entry), more };
}

/** With the whole ARN, for where there is room: `after PutBucketAcl by arn:aws:iam::111122223333:user/ana at 2026-01-01T10:02:00.000Z`. */
export function afterWords({ name, by, at }: AwsChange): string {
  return `after ${name}${by === null ? "" : ` by ${by}`} at ${at}`;
}

/** As short as it can be said: `after PutBucketAcl by ana`. */
export function afterBriefly({ name, by }: Pick<AwsChange, "name" | "by">): string {
  return `after ${name}${by === null ? "" : ` by ${principalOf(by).name}`}`;
}

/** What a re-check saw, in the words that people know. */
const SAW: Readonly<Record<string, string>> = {
  fail: "failing",
  pass: "passes",
  unknown: "could not be read",
  gone: "it is gone",
  "not-applicable": "does not apply any more",
};

/** Behind what happened. */
function because({ type, note }: Entry): string {
  if (type === "recheck-answered") return `: ${(Object.hasOwn(SAW, note) && SAW[note]) || note}`;
  return note === "" || type === "suppressed" || (type === "suppression-asked" && !note.startsWith("until ")) ? "" : `: ${note}`;
}

/** A state as the log has it, in the words that people know. */
function stateWords(state: string): string {
  return state.replace(/^cleared, /, "resolved, ");
}

function changeOf({ type, before, after }: Entry): string | undefined {
  if (type === "unassigned") return before;
  if (after === undefined || type.startsWith("suppress") || before === after) return undefined;
  return before === undefined ? stateWords(after) : `${stateWords(before)} → ${stateWords(after)}`;
}

function suppressionWords({ type, suppression }: Entry, finding: Finding | null): string[] {
  if (!suppression || type === "suppression-ended") return [];
  const { id, scope, ticket, expiresAt } = suppression;
  const rule = "rule" in scope && finding ? `, by rule ${JSON.stringify(scope.rule)}` : "";
  return [`“${whyText(suppression)}”`, `until ${expiresAt}${rule} (${id})`, ...(ticket === undefined ? [] : [ticket])];
}
