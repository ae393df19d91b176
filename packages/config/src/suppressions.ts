import { DAY, SEVERITIES, type Severity } from "@posture/core";
import { z } from "zod";

/** What people may suppress, for how long, and who has to agree. */
export interface SuppressionSettings {
  /** The longest suppression, in days, by severity. Default: 30, 90, 365 and 365, from critical to low. */
  readonly maxDays?: Partial<Readonly<Record<Severity, number>>>;
  /** Where nobody says how long, in days; never longer than the longest. Default: 30. */
  readonly defaultDays?: number;
  /** Severities of which a suppression hides nothing until another person has approved it. Default: none. */
  readonly approval?: Partial<Readonly<Record<Severity, boolean>>>;
  /** Who may approve: Slack user ids, or ARNs of a command line. Default: anybody but who asked. */
  readonly approvers?: readonly string[];
  /** How long before an expiry it is said, in days. Default: 3. */
  readonly noticeDays?: number;
  /** Whether `posture permissions` has what reads the tags of all that fails, for rules that name tags. Default: false. */
  readonly byTag?: boolean;
}

/** The same with nothing left out. */
export interface ResolvedSuppressions {
  readonly maxDays: Readonly<Record<Severity, number>>;
  readonly defaultDays: number;
  readonly approval: Readonly<Record<Severity, boolean>>;
  /** `null`: anybody but who asked. */
  readonly approvers: readonly string[] | null;
  readonly noticeDays: number;
  readonly byTag: boolean;
}

interface Shape {
  maxDays?: { [S in Severity]?: number | undefined } | undefined;
  defaultDays?: number | undefined;
  approval?: { [S in Severity]?: boolean | undefined } | undefined;
  approvers?: string[] | undefined;
  noticeDays?: number | undefined;
  byTag?: boolean | undefined;
}

/** There is no "for ever": ten years is the longest that can be configured. */
const days = z.int().min(1).max(3650);
const flag = z.boolean();
export const suppressionsShape: z.ZodType<Shape> = z.strictObject({
  maxDays: z.strictObject(bySeverity(days.optional())).optional(),
  defaultDays: days.optional(),
  approval: z.strictObject(bySeverity(flag.optional())).optional(),
  approvers: z.array(z.string().min(1)).min(1, "nobody could approve; leave `approvers` out to mean anybody but who asked").optional(),
  noticeDays: z.number().min(0).max(365).optional(),
  byTag: flag.optional(),
});

function bySeverity<T>(value: T): Record<Severity, T> {
  return { critical: value, high: value, medium: value, low: value };
}

export function resolveSuppressions({ maxDays, defaultDays, approval, approvers, noticeDays, byTag }: Shape = {}): ResolvedSuppressions {
  return {
    maxDays: { critical: maxDays?.critical ?? 30, high: maxDays?.high ?? 90, medium: maxDays?.medium ?? 365, low: maxDays?.low ?? 365 },
    defaultDays: defaultDays ?? 30,
    approval: {
      critical: approval?.critical ?? false,
      high: approval?.high ?? false,
      medium: approval?.medium ?? false,
      low: approval?.low ?? false,
    },
    approvers: approvers ?? null,
    noticeDays: noticeDays ?? 3,
    byTag: byTag ?? false,
  };
}

/** Where the configuration says nothing. */
export const SUPPRESSIONS: ResolvedSuppressions = resolveSuppressions();

/** What holds for a suppression that may hide findings of these severities: the shortest of their maxima, and approval where one of them needs it. */
export function limitsOf(settings: ResolvedSuppressions, severities: readonly Severity[]): SuppressionLimits {
  const held = severities.length > 0 ? severities : SEVERITIES;
  const maxDays = Math.min(...held.map((severity) => settings.maxDays[severity]));
  return {
    maxDays,
    defaultDays: Math.min(settings.defaultDays, maxDays),
    approval: held.some((severity) => settings.approval[severity]) ? "waiting" : "not-needed",
  };
}

export interface SuppressionLimits {
  readonly maxDays: number;
  readonly defaultDays: number;
  readonly approval: "not-needed" | "waiting";
}

export function noticeOf({ noticeDays }: ResolvedSuppressions): number {
  return noticeDays * DAY;
}
