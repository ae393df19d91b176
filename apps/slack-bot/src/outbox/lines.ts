import {
  type Actor,
  type AuditEvent,
  type AwsChange,
  eachOf,
  type Finding,
  flatMapping,
  grouping,
  indexing,
  inOneGo,
  type Instant,
  PART,
  SOURCES,
  type Suppression,
  SYSTEM,
  type Work,
} from "@posture/core";
import type { Happened, StatusChange } from "@posture/runtime";
import { z } from "zod";

/* What the thread of a finding's message is told of a commit: one line for each transition. Pure. */

/** What happened, as a line says it. */
const DID = [
  "resolved",
  "reopened",
  "severity-changed",
  "evidence-changed",
  "went-stale",
  "readable-again",
  "status-changed",
  "assigned",
  "unassigned",
  "suppression-asked",
  "suppressed",
  "suppression-approved",
  "suppression-declined",
  "suppression-withdrawn",
  "later-expiry-asked",
  "later-expiry-refused",
  "suppression-extended",
  "suppression-lifted",
  "suppression-expired",
  "suppression-outlived",
  /** It changes so often that nothing more is said of that for a while. */
  "flapping",
] as const;

export const actor = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("system") }),
  z.object({ kind: z.literal("user"), id: z.string(), via: z.enum(["slack", "cli"]) }),
]);

export const line = z.object({
  at: z.string(),
  did: z.enum(DID),
  by: actor,
  source: z.enum(SOURCES),
  /** The reason, in the words of AWS, of a check or of a person. */
  why: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  until: z.string().nullable(),
  /** Whom it concerns, and who did not do it: a Slack user id. */
  tells: z.string().nullable(),
  /** The change in AWS after which it was found; left out where none is known. */
  after: z.object({ name: z.string(), at: z.string(), by: z.string().nullable() }).optional(),
});
export type Line = Readonly<z.infer<typeof line>>;

/** By whom each line is told: the finding, as the commit leaves it. */
export interface Telling {
  readonly finding: Finding;
  readonly lines: readonly Line[];
  /** As the commit found it; `undefined`: it changed no status and nothing in it. */
  readonly change: StatusChange | undefined;
}

/** Of each finding that something is to be said of. `findingOf`: as the commit leaves it. */
export function tellingsOf(happened: Happened, findingOf: (fingerprint: string) => Finding | undefined, now: Instant): readonly Telling[] {
  return inOneGo(gatheringTellings(happened, findingOf, now));
}

/** The same, in parts. */
export function* gatheringTellings(
  { changes, suppressions, events }: Happened,
  findingOf: (fingerprint: string) => Finding | undefined,
  now: Instant,
  part: number = PART,
): Work<readonly Telling[]> {
  const byId = new Map(suppressions.map((it) => [it.id, it]));
  const byFinding = yield* grouping(events, ({ subject }) => ownFingerprint(byId.get(subject)) ?? subject, part);
  const changed = yield* indexing(changes, ({ after }) => after.finding.fingerprint, part);
  // A suppression may name its finding by a former fingerprint.
  const findings = new Map<string, Finding>();
  const find = (name: string): void => {
    const finding = changed.get(name)?.after.finding ?? findingOf(name);
    if (finding) findings.set(finding.fingerprint, finding);
  };
  yield* eachOf([...changed.keys(), ...byFinding.keys()], find, part);
  const telling = (finding: Finding): readonly Telling[] => {
    const change = changed.get(finding.fingerprint);
    const own = [finding.fingerprint, ...finding.aliases].flatMap((name) => byFinding.get(name) ?? []);
    const lines = own.flatMap((event) => lineOf(event, change, byId.get(event.subject)) ?? []);
    const all = lines.some(({ did }) => SAYS_STATUS.has(did)) ? lines : [...lines, ...ofStatus(change, now)];
    return all.length > 0 ? [{ finding, lines: all, change }] : [];
  };
  return yield* flatMapping([...findings.values()], telling, part);
}

function ownFingerprint(suppression: Suppression | undefined): string | undefined {
  return suppression && "fingerprint" in suppression.scope ? suppression.scope.fingerprint : undefined;
}

/** With one of these, a change of status needs no line of its own. */
const SAYS_STATUS: ReadonlySet<Line["did"]> = new Set([
  "resolved",
  "reopened",
  "suppressed",
  "suppression-approved",
  "suppression-lifted",
  "suppression-expired",
  "suppression-outlived",
]);

function lineOf(event: AuditEvent, change: StatusChange | undefined, suppression: Suppression | undefined): Line | null {
  return suppression ? ofSuppression(event, suppression) : ofFinding(event, change);
}

const MOST = 400;
type Said = Partial<Pick<Line, "why" | "from" | "to" | "until" | "tells">>;

function made({ at, source }: Pick<AuditEvent, "at" | "source">, by: Actor, did: Line["did"], said: Said = {}): Line {
  const { why = null, from = null, to = null, until = null, tells = null } = said;
  return { at, did, by, source, why: short(why), from: short(from), to: short(to), until, tells: isTheirs(tells, by) ? null : tells };
}

function short(text: string | null): string | null {
  return text !== null && text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text;
}

/** Nobody is told of their own deed. */
function isTheirs(user: string | null, by: Actor): boolean {
  return by.kind === "user" && by.id === user;
}

function ofFinding(event: AuditEvent, change: StatusChange | undefined): Line | null {
  if (!change?.before) return null; // its message says that it opened
  const { before, after, cause } = change;
  const [was, is] = [before.finding, after.finding];
  const line = (did: Line["did"], said?: Said): Line => made(event, cause.kind === "re-check" ? cause.by : event.actor, did, said);
  const known = event.change && { after: afterOf(event.change) };
  switch (event.type) {
    case "resolved":
      return { ...line("resolved", { why: event.note }), ...known };
    case "reopened":
      return { ...line("reopened", { why: is.message.text }), ...known };
    case "severity-changed":
      return line("severity-changed", { from: was.severity, to: is.severity });
    case "evidence-changed":
      return line("evidence-changed", { from: was.message.text, to: is.message.text });
    case "went-stale":
      return line("went-stale", {
        why: is.stale && (is.stale.missing.length > 0 ? `missing ${is.stale.missing.join(", ")}` : is.stale.detail),
      });
    case "readable-again":
      return line("readable-again");
    case "assigned":
      return line("assigned", { to: is.assignee?.id ?? null });
    case "unassigned":
      return line("unassigned", { from: was.assignee?.id ?? null });
    default:
      return null;
  }
}

function afterOf({ name, at, by }: AwsChange): NonNullable<Line["after"]> {
  return { name: short(name) ?? name, at, by: short(by) };
}

function ofSuppression(event: AuditEvent, it: Suppression): Line | null {
  const { justification, expiresAt, asked, ended, from } = it;
  const line = (did: Line["did"], said?: Said): Line => made(event, event.actor, did, said);
  const requester = it.by.kind === "user" && it.by.via === "slack" ? it.by.id : null;
  switch (event.type) {
    case "suppression-asked":
      return from === event.at || !asked
        ? line("suppression-asked", { why: justification, until: expiresAt })
        : line("later-expiry-asked", { until: asked.expiresAt });
    case "suppressed":
      return line("suppressed", { why: justification, until: expiresAt });
    case "suppression-approved":
      return line("suppression-approved", { why: justification, until: expiresAt, tells: requester });
    case "suppression-extended":
      return line("suppression-extended", { until: expiresAt });
    case "suppression-declined":
      if (ended === null) return line("later-expiry-refused", { until: expiresAt, tells: requester });
      return ended.why === "withdrawn" ? line("suppression-withdrawn") : line("suppression-declined", { tells: requester });
    case "suppression-ended":
      return line(ENDED[ended?.why ?? "expired"], { why: justification, tells: ended?.why === "lifted" ? requester : null });
    default:
      return null;
  }
}

const ENDED: Readonly<Record<NonNullable<Suppression["ended"]>["why"], Line["did"]>> = {
  lifted: "suppression-lifted",
  expired: "suppression-expired",
  resolved: "suppression-outlived",
  declined: "suppression-declined",
  withdrawn: "suppression-withdrawn",
};

/** A status that changed without a word about the finding itself: by a rule, by its cover, by the configuration. */
function ofStatus(change: StatusChange | undefined, at: Instant): readonly Line[] {
  if (!change?.before || change.before.status === change.after.status) return [];
  const { before, after, cause } = change;
  const words = { from: before.status, to: after.status };
  if (cause.kind === "suppression" && "rule" in cause.suppression.scope && [before.status, after.status].includes("suppressed"))
    return [ofRule(cause.suppression, after.status === "suppressed", at)];
  const did = cause.kind === "clock" && before.status === "suppressed" ? "suppression-expired" : "status-changed";
  const source = cause.kind === "suppression" || cause.kind === "assignment" ? "clock" : cause.kind;
  return [made({ at, source }, cause.kind === "re-check" ? cause.by : SYSTEM, did, words)];
}

function ofRule({ ended, approval, by, justification, expiresAt }: Suppression, begins: boolean, at: Instant): Line {
  const actor = ended?.by ?? (typeof approval === "object" ? approval.by : by);
  const source = actor.kind === "user" ? actor.via : "clock";
  return begins
    ? made({ at, source }, actor, "suppressed", { why: justification, until: expiresAt })
    : made({ at, source }, actor, ENDED[ended?.why ?? "expired"], { why: justification });
}
