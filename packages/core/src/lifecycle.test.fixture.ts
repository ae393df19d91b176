import { advance, type Fact, type Judged, type Subject } from "./advance.ts";
import { type Actor, type Finding, fingerprintOf, statusOf, type View } from "./finding.ts";
import { HOUR, type Instant, plus } from "./instant.ts";
import type { Outcome, UnknownReason } from "./outcome.ts";
import type { ResourceRef } from "./resource.ts";
import { hides, isFlap, type Suppression } from "./suppression.ts";

/* The states and facts of docs/lifecycle.md, made real. */

export const T0: Instant = "2026-01-01T10:00:00.000Z";
export const at = (minute: number): Instant => plus(T0, (minute * HOUR) / 60);
export const NOW: Instant = at(100);
const AFTER_EXPIRY = at(600);

const ref: ResourceRef = {
  type: "AWS::EC2::SecurityGroup",
  arn: "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1",
  name: "sg-1",
  accountId: "111122223333",
  region: "eu-west-1",
};
const ann: Actor = { kind: "user", id: "U1", via: "slack" };
export const COVER: Judged = { id: "example/all-ports-open", title: "All ports open", severity: "critical" };
const CHECK: Judged = { id: "example/port-open", title: "Port open", severity: "high", coveredBy: COVER.id };

type WithoutDate<O> = O extends Outcome ? Omit<O, "evidenceAt"> : never;
export type Undated = WithoutDate<Outcome>;
export const FAIL: Undated = { status: "fail", messageId: "open", text: "Port 22 is open." };
export const unknown = (reason: UnknownReason): Undated => ({ status: "unknown", reason, facets: ["rules"], missing: [], detail: "" });
export const seen = (outcome: Undated, evidence: number, by: "sweep" | "re-check" | "event" = "sweep", check: Judged = CHECK): Fact => ({
  type: "observed",
  by,
  check,
  ref,
  outcome: { ...outcome, evidenceAt: at(evidence) },
});
export const suppression = (id: string, scope: Suppression["scope"]): Suppression => ({
  id,
  scope,
  justification: "a bastion",
  by: ann,
  from: at(5),
  expiresAt: at(500),
  approval: "not-needed",
  ended: null,
});
const ownScope = { fingerprint: fingerprintOf(CHECK.id, ref) };
const own = (id: string): Fact => ({ type: "suppress", suppression: suppression(id, ownScope) });
const asked = (id: string): Fact => ({ type: "suppress", suppression: { ...suppression(id, ownScope), approval: "waiting" } });
const byRule = (id: string): Fact => ({
  type: "suppress",
  suppression: suppression(id, { rule: { checks: [CHECK.id] } }),
});
const clockOf = (minute: number, fact: Fact): [Fact, Instant] => [fact, at(minute)];

/** What each state of the document is, as a story that leads to it. */
export const STORIES: Readonly<Record<string, readonly [Fact, Instant][]>> = (() => {
  const opened = clockOf(0, seen(FAIL, 0));
  const suppressed = [opened, clockOf(5, own("own"))];
  const ruled = [opened, clockOf(5, byRule("rule"))];
  const [just, long] = [clockOf(90, seen({ status: "pass" }, 90)), clockOf(10, seen({ status: "pass" }, 10))];
  const [retired, out] = [clockOf(20, { type: "watched", watched: "retired" }), clockOf(20, { type: "watched", watched: "unmonitored" })];
  return {
    none: [],
    open: [opened],
    stale: [opened, clockOf(10, seen(unknown("denied"), 10))],
    waiting: [opened, clockOf(5, asked("own"))],
    covered: [clockOf(0, seen({ ...FAIL, covered: true }, 0))],
    suppressed,
    "suppressed by rule": ruled,
    "just resolved": [opened, just],
    "long resolved": [opened, long],
    "just resolved (suppressed)": [...suppressed, just],
    "long resolved (suppressed)": [...suppressed, long],
    "just resolved (rule)": [...ruled, just],
    "long resolved (rule)": [...ruled, long],
    retired: [opened, retired],
    unmonitored: [opened, out],
    "retired and cleared": [opened, long, retired],
    "unmonitored and cleared": [opened, long, out],
  };
})();

const bob: Actor = { kind: "user", id: "U2", via: "slack" };
const about = ({ suppressions }: Subject, by: Actor): { suppressionId: string; by: Actor; source: "slack" } => ({
  suppressionId: suppressions[0]?.id ?? "none",
  by,
  source: "slack",
});
export const lift = (subject: Subject): Fact => ({ type: "lift", ...about(subject, ann) });
export const assign = (to: string): Fact => ({ type: "assign", to, by: ann, source: "slack" });
export const FACTS: Readonly<Record<string, (subject: Subject) => [Fact, Instant]>> = {
  fail: () => [seen(FAIL, 95), NOW],
  "fail (live)": () => [seen(FAIL, 95, "re-check"), NOW],
  "fail (other evidence)": () => [seen({ ...FAIL, evidence: { port: 3389 } }, 95), NOW],
  "fail (other severity)": () => [seen(FAIL, 95, "sweep", { ...CHECK, severity: "low" }), NOW],
  "fail (other tags)": () => [{ ...seen(FAIL, 95), tags: { team: "blue" } }, NOW],
  "fail (covered)": () => [seen({ ...FAIL, covered: true }, 95), NOW],
  "fail (older)": () => [seen(FAIL, -10, "re-check"), NOW],
  pass: () => [seen({ status: "pass" }, 95), NOW],
  "pass (older)": () => [seen({ status: "pass" }, -10), NOW],
  "not-applicable": () => [seen({ status: "not-applicable", reason: "it is empty" }, 95), NOW],
  gone: () => [seen({ status: "gone" }, 95), NOW],
  unknown: () => [seen(unknown("denied"), 95), NOW],
  "unknown (other reason)": () => [seen(unknown("throttled"), 95), NOW],
  absent: () => [{ type: "absent", listedAt: at(95) }, NOW],
  "absent (older)": () => [{ type: "absent", listedAt: at(-10) }, NOW],
  "check switched off": () => [{ type: "watched", watched: "retired" }, NOW],
  "account taken out": () => [{ type: "watched", watched: "unmonitored" }, NOW],
  "watched again": () => [{ type: "watched", watched: "yes" }, NOW],
  "check renamed": () => [{ type: "renamed", from: CHECK.id, to: "example/renamed" }, NOW],
  suppress: () => [own("another"), NOW],
  "suppress by rule": () => [byRule("another rule"), NOW],
  "suppress (needs approval)": () => [asked("another"), NOW],
  "suppression approved": (subject) => [{ type: "approve", ...about(subject, bob) }, NOW],
  "suppression approved (by who asked)": (subject) => [{ type: "approve", ...about(subject, ann) }, NOW],
  "suppression declined": (subject) => [{ type: "decline", ...about(subject, bob) }, NOW],
  "suppression extended": (subject) => [{ type: "extend", ...about(subject, ann), expiresAt: at(900), approval: "not-needed" }, NOW],
  "suppression lifted": (subject) => [lift(subject), NOW],
  assign: () => [assign("U3"), NOW],
  unassign: () => [{ type: "unassign", by: ann, source: "slack" }, NOW],
  "time passed": () => [{ type: "time-passed" }, NOW],
  "expiry near": () => [{ type: "time-passed", notice: HOUR }, at(480)],
  "expiry passed": () => [{ type: "time-passed" }, AFTER_EXPIRY],
};

export function applied(subject: Subject, fact: Fact, now: Instant): Subject {
  const { writes } = advance(subject, fact, now);
  const suppressions = new Map(subject.suppressions.map((it) => [it.id, it]));
  let { finding } = subject;
  for (const write of writes) {
    if (write.kind === "finding") finding = write.value;
    else suppressions.set(write.value.id, write.value);
  }
  return { finding, suppressions: [...suppressions.values()] };
}

export const NOBODY: Subject = { finding: null, suppressions: [] };
export function subjectIn(state: string): Subject {
  return (STORIES[state] ?? []).reduce((subject, [fact, now]) => applied(subject, fact, now), NOBODY);
}
export function openCover(): Finding {
  const { finding } = applied(NOBODY, seen(FAIL, 0, "sweep", COVER), T0);
  if (!finding) throw new Error("the cover did not open");
  return finding;
}
export function viewOf({ finding, suppressions }: Subject, cover: Finding | null = openCover()): View {
  const findings = [finding, cover].filter((it) => it !== null);
  return { suppressions, findingOf: (fingerprint) => findings.find((it) => it.fingerprint === fingerprint) };
}

/** The name that the document gives to what is known. */
export function stateOf(subject: Subject, now: Instant): string {
  const { finding, suppressions } = subject;
  if (!finding) return "none";
  const status = statusOf(finding, viewOf(subject), now);
  const unended = suppressions.filter(({ ended, approval }) => ended === null && approval !== "waiting");
  const isAsked = suppressions.some(({ ended, approval }) => ended === null && approval === "waiting");
  const isOwn = ({ scope }: Suppression): boolean => "fingerprint" in scope;
  switch (status) {
    case "retired":
    case "unmonitored":
      return finding.condition === "cleared" ? `${status} and cleared` : status;
    case "resolved": {
      const when = isFlap(finding, now) ? "just resolved" : "long resolved";
      return unended.some(isOwn) ? `${when} (suppressed)` : unended.length > 0 ? `${when} (rule)` : when;
    }
    case "suppressed":
      return unended.some((it) => isOwn(it) && hides(it, finding, now)) ? "suppressed" : "suppressed by rule";
    case "covered":
      return "covered";
    case "open":
      return finding.stale ? "stale" : isAsked ? "waiting" : "open";
  }
}
