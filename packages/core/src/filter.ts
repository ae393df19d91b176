import { SEVERITIES, type Severity } from "./check.ts";
import type { Finding, Status } from "./finding.ts";
import type { Instant } from "./instant.ts";
import type { Suppression } from "./suppression.ts";

/** Which findings somebody wants to see. All that is given must be true, and of a list one is enough; nothing given: every finding. */
export interface FindingFilter {
  readonly severities?: readonly Severity[];
  /** Derived, so it depends on the instant at which it is asked. */
  readonly statuses?: readonly Status[];
  /** Check ids. */
  readonly checks?: readonly string[];
  readonly accounts?: readonly string[];
  /** `global` is the region of what has none. */
  readonly regions?: readonly string[];
  /** CloudFormation's names of types. */
  readonly types?: readonly string[];
  readonly arns?: readonly string[];
  /** By key, the accepted values; `*` is any. A finding whose tags were not read has none of them. */
  readonly tags?: Readonly<Record<string, readonly string[]>>;
  /** Ids of assignees; `NOBODY` is that of what nobody is assigned to. */
  readonly assignees?: readonly string[];
  /** Part of the title, the message, the ARN, the name or the check id, in any case. */
  readonly text?: string;
  /** First seen at this instant or later. */
  readonly openedFrom?: Instant;
  /** First seen before this instant. */
  readonly openedBefore?: Instant;
}

/** In a filter, the assignee of what has none. */
export const NOBODY = "none";

/** `gravest`: by severity, and of those the oldest first; `resource`: by ARN; `account`: by account, and within it the gravest first. */
export const ORDERS = ["gravest", "newest", "oldest", "resource", "account"] as const;
export type FindingOrder = (typeof ORDERS)[number];

/** A finding as a store shows it to people. */
export interface Found {
  readonly finding: Finding;
  readonly status: Status;
  /** What people type: the shortest beginning of the fingerprint, of 12 characters or more, that no other finding has. */
  readonly id: string;
  /** What hides it, while its status is `suppressed`. */
  readonly suppression: Suppression | null;
}

/** How many findings there are of each status and severity. */
export type Counts = Readonly<Record<Status, Readonly<Record<Severity, number>>>>;

/** Everything of a filter that the finding itself decides: all but `statuses`. */
export function matchesFinding(
  filter: FindingFilter,
  { severity, checkId, ref, tags, title, message, openedAt, assignee }: Finding,
): boolean {
  const { severities, checks, accounts, regions, types, arns, assignees, text, openedFrom, openedBefore } = filter;
  return (
    (severities?.includes(severity) ?? true) &&
    (checks?.includes(checkId) ?? true) &&
    (accounts?.includes(ref.accountId) ?? true) &&
    (regions?.includes(ref.region) ?? true) &&
    (types?.includes(ref.type) ?? true) &&
    (arns?.includes(ref.arn) ?? true) &&
    (assignees?.includes(assignee?.id ?? NOBODY) ?? true) &&
    (openedFrom === undefined || openedAt >= openedFrom) &&
    (openedBefore === undefined || openedAt < openedBefore) &&
    (filter.tags === undefined || hasTags(tags, filter.tags)) &&
    (text === undefined || [title, message.text, ref.arn, ref.name, checkId].some((it) => it.toLowerCase().includes(text.toLowerCase())))
  );
}

/** Has it a value of each of these keys that is accepted? What was not read has none. */
export function hasTags(tags: Finding["tags"], wanted: FindingFilter["tags"] = {}): boolean {
  return Object.entries(wanted).every(([key, values]) => {
    const value = tags !== undefined && Object.hasOwn(tags, key) ? tags[key] : undefined;
    return value !== undefined && (values.includes("*") || values.includes(value));
  });
}

/** The order of a list; what is equal otherwise goes by fingerprint, so that two stores show the same. */
export function comparing(order: FindingOrder): (a: Finding, b: Finding) => number {
  const byAge = (a: Finding, b: Finding): number => compare(a.openedAt, b.openedAt);
  const rest = (a: Finding, b: Finding): number =>
    compare(a.checkId, b.checkId) || compare(a.ref.arn, b.ref.arn) || compare(a.fingerprint, b.fingerprint);
  const byGravity = (a: Finding, b: Finding): number =>
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || byAge(a, b) || rest(a, b);
  switch (order) {
    case "gravest":
      return byGravity;
    case "resource":
      return (a, b) => compare(a.ref.arn, b.ref.arn) || byGravity(a, b);
    case "account":
      return (a, b) => compare(a.ref.accountId, b.ref.accountId) || byGravity(a, b);
    case "newest":
      return (a, b) => byAge(b, a) || rest(a, b);
    case "oldest":
      return (a, b) => byAge(a, b) || rest(a, b);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
