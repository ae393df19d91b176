import { type Finding, fingerprintOf, type Instant, type Outcome, type StoreView, statusOf, type Undecided } from "@posture/core";
import type { Judgement } from "@posture/engine";
import type { RecheckAnswer, Reservations } from "./posture.ts";

/** What a live read means for the finding that was asked about. `view` shows it as the commit leaves it. */
export function answerOf(before: Finding, judgement: Judgement | undefined, view: StoreView, now: Instant): RecheckAnswer {
  const finding = view.findingOf(before.fingerprint) ?? view.findingOf(fingerprintOf(before.checkId, before.ref)) ?? before;
  const status = statusOf(finding, view, now);
  if (!judgement) return { kind: "unreadable", finding, status, undecided: notJudged(before) };
  const { outcome, checkId, ref } = judgement;
  switch (outcome.status) {
    case "unknown":
      return {
        kind: "unreadable",
        finding,
        status,
        undecided: { checkId, ref, reason: outcome.reason, missing: outcome.missing, detail: outcome.detail },
      };
    case "fail":
      return isSame(before, finding) ? { kind: "unchanged", finding, status } : { kind: "changed", before, finding, status };
    case "pass":
    case "not-applicable":
    case "gone":
      return { kind: "resolved", before, finding, why: outcome.status, ...reservationsOf(outcome) };
  }
}

function reservationsOf(outcome: Outcome): Reservations {
  switch (outcome.status) {
    case "pass":
      return { notes: outcome.notes ?? [], coverage: outcome.coverage ?? null };
    case "not-applicable":
      return { notes: [outcome.reason], coverage: null };
    default:
      return { notes: [], coverage: null };
  }
}

function notJudged({ checkId, ref }: Finding): Undecided {
  return { checkId, ref, reason: "not-ready", missing: [], detail: `the check ${checkId} is not enabled` };
}

function isSame(before: Finding, after: Finding): boolean {
  return (
    before.condition === after.condition &&
    before.message.text === after.message.text &&
    JSON.stringify(before.message.evidence) === JSON.stringify(after.message.evidence)
  );
}
