import { createHash } from "node:crypto";
import type { AwsChange } from "./change-event.ts";
import type { CheckId, Severity } from "./check.ts";
import type { Gap } from "./coverage.ts";
import type { Instant } from "./instant.ts";
import type { Evidence } from "./outcome.ts";
import type { ResourceRef } from "./resource.ts";
import { hides, type Suppression } from "./suppression.ts";

/** Who did it. Of people only an id is kept: a Slack user id, or the ARN or system user of a command line. */
export type Actor = { readonly kind: "system" } | { readonly kind: "user"; readonly id: string; readonly via: "slack" | "cli" };
export const SYSTEM: Actor = { kind: "system" };

/** `retired`: its check is switched off or its plugin gone. `unmonitored`: its account or region was taken out. */
export type Watched = "yes" | "retired" | "unmonitored";

/** Who sees to a finding; it says nothing about its status. */
export interface Assignee {
  /** A Slack user id, or the ARN or name of a command line. */
  readonly id: string;
  readonly at: Instant;
  /** Who said so. */
  readonly by: Actor;
}

export interface Finding {
  readonly fingerprint: string;
  /** Fingerprints under former check ids: buttons in old messages still find it. */
  readonly aliases: readonly string[];
  readonly checkId: CheckId;
  readonly ref: ResourceRef;
  readonly severity: Severity;
  readonly title: string;
  readonly condition: "failing" | "cleared";
  readonly watched: Watched;
  readonly coveredBy: CheckId | null;
  /** What people have tagged the resource with, when it was last read; left out while nobody has read it. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Left out while nobody is assigned. */
  readonly assignee?: Assignee;
  /** The change after which its condition was found as it is; left out where no change event said so. */
  readonly changed?: AwsChange;
  readonly message: { readonly id: string; readonly text: string; readonly evidence: Evidence; readonly notes: readonly string[] };
  /** When it was first seen; a reopening does not change it. */
  readonly openedAt: Instant;
  readonly clearedAt: Instant | null;
  readonly reopened: number;
  /** The last instant at which a write saw it. Between writes, the end of the last complete sweep of its scope counts. */
  readonly lastSeenAt: Instant;
  /** Age of the evidence behind `condition`; what is older changes nothing. */
  readonly evidenceAt: Instant;
  /** Set while the latest look could not decide. */
  readonly stale: (Gap & { readonly since: Instant }) | null;
}

/** The identity of the pair (check, resource): `v1-` and the first 32 hex characters of a SHA-256. */
export function fingerprintOf(checkId: string, { accountId, arn, subResourceId }: ResourceRef): string {
  const identity = JSON.stringify([checkId, accountId, arn, subResourceId ?? null]);
  return `v1-${createHash("sha256").update(identity).digest("hex").slice(0, 32)}`;
}

const SHORT = 12;

/** What people type: 12 hex characters. Longer on a collision, which `shortIds` knows and this function does not. */
export function shortId(fingerprint: string): string {
  return fingerprint.slice(3, 3 + SHORT);
}

/** The shortest ids, of 12 characters or more, that tell these findings apart. */
export function shortIds(fingerprints: readonly string[]): ReadonlyMap<string, string> {
  const sorted = [...new Set(fingerprints)].map((fingerprint) => fingerprint.slice(3)).toSorted();
  const shared = (a: string, b: string | undefined): number => {
    const differs = Array.from(a).findIndex((character, i) => character !== b?.[i]);
    return b === undefined ? 0 : differs === -1 ? a.length : differs;
  };
  return new Map(
    sorted.map((hex, i) => [`v1-${hex}`, hex.slice(0, Math.max(SHORT, 1 + shared(hex, sorted[i - 1]), 1 + shared(hex, sorted[i + 1])))]),
  );
}

/** Does this text, as a person may type it (a prefix, with or without `v1-`, in any case), name this finding? */
export function isNamedBy(finding: Finding, typed: string): boolean {
  const hex = typed.toLowerCase().replace(/^v1-/, "");
  if (!/^[0-9a-f]+$/.test(hex)) return typed === finding.ref.arn;
  return [finding.fingerprint, ...finding.aliases].some((fingerprint) => fingerprint.slice(3).startsWith(hex));
}

export const STATUSES = ["open", "covered", "suppressed", "resolved", "unmonitored", "retired"] as const;
export type Status = (typeof STATUSES)[number];

/** What a status depends on besides its finding. */
export interface View {
  readonly suppressions: readonly Suppression[];
  findingOf(fingerprint: string): Finding | undefined;
  /** The suppressions that can hold this finding, where looking through all of them for each would take long. */
  suppressionsOf?(finding: Finding): Iterable<Suppression>;
}

/** Derived, never stored: the first that applies. */
export function statusOf(finding: Finding, view: View, now: Instant): Status {
  if (finding.watched !== "yes") return finding.watched;
  if (finding.condition === "cleared") return "resolved";
  if (hiding(finding, view, now)) return "suppressed";
  return isCovered(finding, view, now) ? "covered" : "open";
}

/** A suppression that hides this finding at this instant, if there is one. */
export function hiding(finding: Finding, view: View, now: Instant): Suppression | undefined {
  for (const suppression of view.suppressionsOf?.(finding) ?? view.suppressions) {
    if (hides(suppression, finding, now)) return suppression;
  }
  return undefined;
}

/** A cover holds only while it is open itself. It may not be covered (checked at load), so this ends. */
function isCovered({ coveredBy, ref }: Finding, view: View, now: Instant): boolean {
  const cover = coveredBy && view.findingOf(fingerprintOf(coveredBy, ref));
  return cover ? cover.coveredBy === null && statusOf(cover, view, now) === "open" : false;
}
