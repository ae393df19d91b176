import { SEVERITIES, type Severity } from "./check.ts";
import { type Finding, statusOf, SYSTEM, type View } from "./finding.ts";
import { type Instant, plus } from "./instant.ts";
import { eachOf, inOneGo, PART, type Work } from "./parts.ts";
import { ruleOn } from "./rule.ts";
import { holding } from "./state.ts";
import { covers, type Suppression, type SuppressionScope } from "./suppression.ts";

/** What a suppression would do at this instant. */
export interface Preview {
  /** Findings that it would hide, and nothing hides now. */
  readonly hidden: readonly Finding[];
  readonly bySeverity: Readonly<Record<Severity, number>>;
  /** How many that it holds are hidden by others already. */
  readonly alreadyHidden: number;
  /** Findings that would become open, since what covers them would be hidden. */
  readonly uncovered: readonly Finding[];
  /** Failing findings that it leaves out because nobody has read their tags. */
  readonly tagsUnread: readonly Finding[];
}

/** `findings`: those that the scope may hold, and the others of their resources. Pure: nothing is made. */
export function previewOf(scope: SuppressionScope, findings: readonly Finding[], view: View, now: Instant): Preview {
  return inOneGo(previewing(scope, findings, view, now));
}

/** The same, in parts of so many findings. */
export function* previewing(
  scope: SuppressionScope,
  findings: readonly Finding[],
  view: View,
  now: Instant,
  part: number = PART,
): Work<Preview> {
  const before: View = view.suppressionsOf
    ? view
    : { ...view, findingOf: (fingerprint) => view.findingOf(fingerprint), suppressionsOf: holding(view.suppressions) };
  const after = viewWith(before, trial(scope, now));
  const [hidden, uncovered, tagsUnread]: [Finding[], Finding[], Finding[]] = [[], [], []];
  let alreadyHidden = 0;
  const look = (finding: Finding): void => {
    const [was, is] = [statusOf(finding, before, now), statusOf(finding, after, now)];
    if (is === "suppressed" && was !== is) hidden.push(finding);
    if (is === "open" && was !== is) uncovered.push(finding);
    if (was === "suppressed" && covers(scope, finding)) alreadyHidden += 1;
    if (isLeftOut(scope, finding)) tagsUnread.push(finding);
  };
  yield* eachOf(findings, look, part);
  return { hidden, bySeverity: countedBySeverity(hidden), alreadyHidden, uncovered, tagsUnread };
}

export function countedBySeverity(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** Would only its tags say whether the rule holds it, and were they never read? */
export function isLeftOut(scope: SuppressionScope, finding: Finding): boolean {
  return "rule" in scope && finding.condition === "failing" && finding.watched === "yes" && ruleOn(scope.rule, finding) === "unread";
}

/** The gravest first. */
export function severitiesIn(findings: readonly Finding[]): readonly Severity[] {
  return SEVERITIES.filter((severity) => findings.some((finding) => finding.severity === severity));
}

function trial(scope: SuppressionScope, now: Instant): Suppression {
  const [from, expiresAt] = [now, plus(now, 1)];
  return { id: "", scope, justification: "", by: SYSTEM, from, expiresAt, approval: "not-needed", ended: null };
}

function viewWith(view: View, added: Suppression): View {
  return {
    suppressions: [...view.suppressions, added],
    findingOf: (fingerprint) => view.findingOf(fingerprint),
    ...(view.suppressionsOf && { suppressionsOf: (finding) => [...(view.suppressionsOf?.(finding) ?? []), added] }),
  };
}
