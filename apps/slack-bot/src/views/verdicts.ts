import type { Recheck, Reservations, SuppressRefusal } from "@posture/runtime";
import { cut } from "./parts.ts";

/** What a re-check found, as the end of a sentence that begins with who asked. Pure. */
export function verdictSentence({ answer }: Recheck): string {
  switch (answer.kind) {
    case "unchanged":
      return answer.finding.condition === "failing" ? "re-checked: still failing, nothing has changed." : "re-checked: still resolved.";
    case "changed":
      return `re-checked: still failing, but not as before. Before: ${cut(answer.before.message.text, 300)} Now: ${cut(answer.finding.message.text, 300)}`;
    case "resolved":
      return [RESOLVED[answer.why], ...reservations(answer)].join(" ");
    case "unreadable": {
      const { missing, detail, reason } = answer.undecided;
      const why = missing.length > 0 ? `missing ${missing.join(", ")}` : `${reason}: ${detail}`;
      return `re-checked, but it could not be read: ${cut(why, 400)}. Nothing was changed.`;
    }
  }
}

const RESOLVED = {
  pass: "re-checked: fixed.",
  "not-applicable": "re-checked: the check does not apply to it any more.",
  gone: "re-checked: the resource does not exist any more.",
} as const;

/** A pass on a part is said to be one. */
function reservations({ notes, coverage }: Reservations): readonly string[] {
  const part = coverage && coverage.seen < coverage.total ? [`Looked at ${coverage.seen} of ${coverage.total}.`] : [];
  const more = notes.length > NAMED ? [`(And ${notes.length - NAMED} more notes, which the command line shows.)`] : [];
  return [...part, ...notes.slice(0, NAMED).map((note) => cut(note, 300)), ...more];
}

const NAMED = 3;

const REFUSALS: Readonly<Record<SuppressRefusal, string>> = {
  "no-such-finding": "This finding does not exist any more, so nothing was suppressed.",
  "already-resolved": "This finding was resolved in the meantime, so nothing was suppressed.",
  "already-suppressed": "Somebody else suppressed this finding in the meantime; theirs stands.",
  "already-waiting": "Somebody else asked for this in the meantime; another person has to decide first.",
  "no-such-suppression": "This suppression has ended in the meantime.",
  "not-waiting": "Nothing waits for approval any more.",
  "not-longer": "The new expiry is not later than the present one, so nothing was changed.",
  "own-approval": "Whoever asked cannot approve; another person has to.",
  "person-unproven": "Approval needs two people whose names Slack or AWS vouches for.",
  "rule-names-nothing": "The rule names nothing, so nothing was suppressed.",
  "not-an-approver": "You are not one of those who may approve.",
  "justification-too-short": "The justification is too short, so nothing was suppressed.",
  "ticket-not-an-address": "The ticket is not an https address, so nothing was suppressed.",
  "expiry-out-of-range": "This finding cannot be suppressed for so long, so nothing was suppressed.",
};

export function refusalSentence(why: SuppressRefusal): string {
  return REFUSALS[why];
}
