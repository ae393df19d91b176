import {
  type Basis,
  DAY,
  elapsed,
  type Evidence,
  type Gap,
  type Instant,
  type ResourceRef,
  type Severity,
  type Status,
} from "@posture/core";
import type { ExportContext, ExportedCheck, ExportedStep, ExportRow } from "./row.ts";
import { actorText } from "./text.ts";

/** A finding as JSON exports have it: docs/export.schema.json. Instants are UTC with milliseconds. */
export interface ExportedFinding {
  readonly id: string;
  readonly fingerprint: string;
  readonly checkId: string;
  readonly severity: Severity;
  readonly status: Status;
  readonly title: string;
  readonly message: string;
  readonly notes: readonly string[];
  readonly resource: ResourceRef;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly evidence: Evidence;
  readonly coveredBy: string | null;
  /** Who sees to it; `null`: nobody in particular. */
  readonly assignee: ExportedAssignee | null;
  readonly suppression: ExportedSuppression | null;
  readonly stale: (Gap & { readonly since: Instant }) | null;
  readonly categories: readonly string[];
  readonly frameworks: ExportedCheck["frameworks"];
  readonly risk: string | null;
  readonly remediation: { readonly steps: readonly ExportedStep[]; readonly docs: string } | null;
  readonly consoleUrl: string | null;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  readonly evidenceAt: Instant;
  readonly resolvedAt: Instant | null;
  readonly daysOpen: number;
  readonly reopened: number;
}

export interface ExportedAssignee {
  readonly id: string;
  readonly at: Instant;
  readonly by: string;
}

export interface ExportedSuppression {
  readonly id: string;
  readonly scope: "finding" | "rule";
  readonly justification: string;
  readonly basis?: Basis;
  readonly ticket?: string;
  readonly by: string;
  readonly from: Instant;
  readonly expiresAt: Instant;
}

export function exportedFinding(row: ExportRow, { at }: Pick<ExportContext, "at">): ExportedFinding {
  const { finding, status, id, check, console } = row;
  const { type, arn, subResourceId, name, accountId, region } = finding.ref;
  return {
    id,
    fingerprint: finding.fingerprint,
    checkId: finding.checkId,
    severity: finding.severity,
    status,
    title: titleOf(row),
    message: finding.message.text,
    notes: finding.message.notes,
    resource: { type, arn, ...(subResourceId !== undefined && { subResourceId }), name, accountId, region },
    tags: finding.tags ?? null,
    evidence: finding.message.evidence,
    coveredBy: finding.coveredBy,
    assignee: assigneeOf(row),
    suppression: suppressionOf(row),
    stale: finding.stale,
    categories: check?.categories ?? [],
    frameworks: check?.frameworks ?? {},
    risk: check?.risk ?? null,
    remediation: check?.remediation ?? null,
    consoleUrl: console,
    firstSeenAt: finding.openedAt,
    lastSeenAt: finding.lastSeenAt,
    evidenceAt: finding.evidenceAt,
    resolvedAt: finding.clearedAt,
    daysOpen: daysOpen(row, at),
    reopened: finding.reopened,
  };
}

/** The check's present title; where the check is not loaded, the one that the finding was given. */
export function titleOf({ check, finding }: ExportRow): string {
  return check?.title ?? finding.title;
}

/** Whole days from the first failure to the resolution, or to now. */
export function daysOpen({ finding: { openedAt, clearedAt } }: Pick<ExportRow, "finding">, at: Instant): number {
  return Math.max(0, Math.floor(elapsed(openedAt, clearedAt ?? at) / DAY));
}

function assigneeOf({ finding: { assignee } }: ExportRow): ExportedAssignee | null {
  return assignee ? { id: assignee.id, at: assignee.at, by: actorText(assignee.by) } : null;
}

function suppressionOf({ suppression }: ExportRow): ExportedSuppression | null {
  if (suppression === null) return null;
  const { id, scope, justification, basis, ticket, by, from, expiresAt } = suppression;
  const why = { justification, ...(basis && { basis }), ...(ticket !== undefined && { ticket }) };
  return { id, scope: "rule" in scope ? "rule" : "finding", ...why, by: actorText(by), from, expiresAt };
}
