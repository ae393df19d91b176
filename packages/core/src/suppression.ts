import { type Basis, basisText } from "./basis.ts";
import type { Actor, Finding } from "./finding.ts";
import { elapsed, HOUR, type Instant, isInstant, plus } from "./instant.ts";
import type { FindingQuery } from "./store.ts";
import { type Rule, ruleOn, type RuleSet, setsOf } from "./rule.ts";

export type SuppressionScope = { readonly fingerprint: string } | { readonly rule: Rule };

export type Approval = "not-needed" | "waiting" | { readonly by: Actor; readonly at: Instant };
/** `declined`: another person said no before it began; `withdrawn`: whoever asked took it back. */
export type Ended = {
  readonly at: Instant;
  readonly why: "lifted" | "expired" | "resolved" | "declined" | "withdrawn";
  readonly by: Actor;
};

/** "Accepted risk: a jump host". */
export function whyText({ basis, justification }: Pick<Suppression, "basis" | "justification">): string {
  return basis === undefined ? justification : `${basisText(basis)}: ${justification}`;
}

const MOST_OF_TICKET = 500;

/** May this be the ticket of a suppression? An https address without a name or password in it, at most 500 characters long. */
export function isTicket(text: string): boolean {
  if (text.length > MOST_OF_TICKET || !/^https:\/\/[^\s<>"|\\\p{Cc}\p{Cf}]+$/u.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "";
}

/** A record of its own: it is never copied onto findings. */
export interface Suppression {
  readonly id: string;
  readonly scope: SuppressionScope;
  readonly justification: string;
  /** Left out: nobody said. */
  readonly basis?: Basis;
  /** Where it is spoken about, an address that `isTicket` takes; left out: nowhere that anybody named. */
  readonly ticket?: string;
  readonly by: Actor;
  /** When it was asked for: the expiry counts from here, also where it waits for approval. */
  readonly from: Instant;
  /** Required: there is no "for ever". */
  readonly expiresAt: Instant;
  readonly approval: Approval;
  /** A later expiry that waits for approval; the present one holds meanwhile. */
  readonly asked?: { readonly expiresAt: Instant; readonly by: Actor; readonly at: Instant };
  /** When it was written down that its expiry is near; left out while it is not. */
  readonly noticedAt?: Instant;
  readonly ended: Ended | null;
}

/** Does this record hide this finding at this instant? In doubt it hides nothing. */
export function hides(suppression: Suppression, finding: Finding, now: Instant): boolean {
  return isInForce(suppression, now) && covers(suppression.scope, finding) && !isOutlived(suppression, finding, now);
}

export function isInForce({ approval, ended, from, expiresAt }: Suppression, now: Instant): boolean {
  return isInstant(from) && isInstant(expiresAt) && approval !== "waiting" && ended === null && from <= now && now < expiresAt;
}

/** One finding's suppression ends when the finding has been resolved for an hour; a relapse before that is a flap. */
export function isOutlived({ scope }: Suppression, finding: Finding, now: Instant): boolean {
  return "fingerprint" in scope && finding.clearedAt !== null && !isFlap(finding, now);
}

export function isFlap({ clearedAt }: Finding, now: Instant): boolean {
  return clearedAt !== null && elapsed(clearedAt, now) < HOUR;
}

export function covers(scope: SuppressionScope, finding: Finding): boolean {
  if ("fingerprint" in scope) return scope.fingerprint === finding.fingerprint || finding.aliases.includes(scope.fingerprint);
  return ruleOn(scope.rule, finding) === "yes";
}

/** Findings that one of these scopes holds, or would hold if only their tags were read, with the others of their resources. */
export function mayHold(scopes: readonly SuppressionScope[]): FindingQuery {
  const tagged = scopes.flatMap((scope) => ("rule" in scope ? setsOf(scope.rule) : [])).filter(({ tags }) => tags !== undefined);
  const wider = tagged.map(withoutTags);
  if (wider.some((set) => Object.keys(set).length === 0)) return "all";
  return { heldBy: wider.length > 0 ? [...scopes, { rule: { sets: wider } }] : scopes };
}

function withoutTags(set: RuleSet): RuleSet {
  const { tags: _, ...rest } = set;
  return rest;
}

/** A person whose name somebody else vouches for: Slack, or AWS. A command line without credentials names whom it likes. */
export function isProven(actor: Actor): boolean {
  return actor.kind === "user" && (actor.via === "slack" || actor.id.startsWith("arn:"));
}

/**
 * Those in force whose expiry is nearer than `within` (milliseconds), and of which that was not written down yet.
 * One that lasts less than twice as long is near its expiry when half of its time has passed.
 */
export function expiringSoon(suppressions: readonly Suppression[], now: Instant, within: number): readonly Suppression[] {
  return suppressions.filter((it) => it.noticedAt === undefined && isInForce(it, now) && noticeAt(it, within) <= now);
}

function noticeAt({ from, expiresAt }: Suppression, within: number): Instant {
  return plus(expiresAt, -Math.min(within, elapsed(from, expiresAt) / 2));
}

/** Sets on tags of rules that are in force or wait for approval: what fails and may be held by one has its tags read. */
export function setsOnTags(suppressions: readonly Suppression[], now: Instant): readonly RuleSet[] {
  return suppressions
    .filter(({ ended, expiresAt }) => ended === null && now < expiresAt)
    .flatMap(({ scope }) => ("rule" in scope ? setsOf(scope.rule) : []))
    .filter(({ tags }) => tags !== undefined);
}
