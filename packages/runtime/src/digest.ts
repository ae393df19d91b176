import type { SuppressionLimits } from "@posture/config";
import { type Finding, SEVERITIES, type Severity, shortId } from "@posture/core";
import type { Previewed } from "./posture.ts";

/** A finding in one line. */
export interface Example {
  /** The beginning of its fingerprint. */
  readonly id: string;
  readonly checkId: string;
  readonly severity: Severity;
  readonly title: string;
  readonly arn: string;
}

/** A preview that fits a line, however many findings it is about. */
export interface PreviewDigest {
  readonly hides: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly alreadyHidden: number;
  readonly uncovers: number;
  readonly tagsUnread: number;
  /** The gravest of those that it hides, at most `MOST_EXAMPLES`; then of those that become open. */
  readonly examples: readonly Example[];
  readonly uncovered: readonly Example[];
  readonly limits: SuppressionLimits;
}

const MOST_EXAMPLES = 10;

export function digestOf({ preview, limits }: Previewed): PreviewDigest {
  const { hidden, bySeverity, alreadyHidden, uncovered, tagsUnread } = preview;
  return {
    hides: hidden.length,
    bySeverity,
    alreadyHidden,
    uncovers: uncovered.length,
    tagsUnread: tagsUnread.length,
    examples: examplesOf(hidden),
    uncovered: examplesOf(uncovered),
    limits,
  };
}

function examplesOf(findings: readonly Finding[]): readonly Example[] {
  const rank = ({ severity }: Finding): number => SEVERITIES.indexOf(severity);
  const sorted = findings.toSorted((a, b) => rank(a) - rank(b) || (a.ref.arn < b.ref.arn ? -1 : 1));
  return sorted.slice(0, MOST_EXAMPLES).map(({ fingerprint, checkId, severity, title, ref }) => ({
    id: shortId(fingerprint),
    checkId,
    severity,
    title,
    arn: ref.arn,
  }));
}
