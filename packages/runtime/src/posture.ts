// long: what the two programs can ask for, in one place.
import type { Destination, Frameworks, ResolvedSlack, ResolvedSuppressions, SuppressionLimits } from "@posture/config";
import type {
  Actor,
  AuditEvent,
  AwsChange,
  Basis,
  CheckId,
  Day,
  DayCounts,
  Finding,
  FindingStore,
  Found,
  Instant,
  ListOptions,
  Preview,
  Refusal,
  ResourceRef,
  Rule,
  ScopeCoverage,
  Severity,
  Status,
  RemediationStep,
  StoreView,
  Suppression,
  SuppressionScope,
  SweepRecord,
  Tally,
  Undecided,
  Unread,
  Work,
  Write,
} from "@posture/core";
import type { Asked } from "./asked.ts";
import type { LateChange } from "./events/late.ts";
import type { Leaving } from "./leaving.ts";
import type { ExportNote } from "./noting.ts";

/** A check as people meet it: in lists, messages and reports. Steps are rendered per finding with `stepsOf`. */
export interface CheckInfo {
  readonly id: CheckId;
  readonly title: string;
  readonly risk: string;
  readonly severity: Severity;
  readonly categories: readonly string[];
  /** Control ids by framework. */
  readonly frameworks: Frameworks;
  /** The IAM actions that it needs, sorted. */
  readonly permissions: readonly string[];
  readonly remediation: { readonly steps: readonly (string | RemediationStep)[]; readonly docs: string };
  readonly resourceType: string;
  /** Where AWS's console shows a resource of this type; `null`: nowhere that we know. */
  readonly consoleOf: (ref: ResourceRef) => string | null;
  readonly coveredBy?: CheckId;
}

export interface Account {
  readonly id: string;
  readonly partition: string;
  /** Those that are watched; of an account that could not be asked, those of its last sweep. */
  readonly regions: readonly string[];
}

/** A finding whose status or content a commit changed. */
export interface StatusChange {
  /** `null`: the finding is new. */
  readonly before: { readonly finding: Finding; readonly status: Status } | null;
  readonly after: { readonly finding: Finding; readonly status: Status };
  /** What did it: a sweep, a re-check, a person, the passing of time. */
  readonly cause: ChangeCause;
}
export type ChangeCause =
  | { readonly kind: "sweep"; readonly sweepId: string }
  | { readonly kind: "re-check"; readonly by: Actor }
  | { readonly kind: "event"; readonly change: AwsChange }
  | { readonly kind: "suppression"; readonly suppression: Suppression }
  | { readonly kind: "assignment"; readonly by: Actor }
  | { readonly kind: "clock" };

/** What a commit does, as far as messages may follow from it. */
export interface Happened {
  readonly changes: readonly StatusChange[];
  /** Those that it writes, as it leaves them; one may change no status, as while it waits for approval. */
  readonly suppressions: readonly Suppression[];
  /** What it tells the audit log of findings and suppressions. */
  readonly events: readonly AuditEvent[];
}

/**
 * Says which messages a commit makes due. Pure, and done inside the transaction: its writes are in the same record. It yields after so many items as `part`
 * says; others have their turn then, but nothing is committed before it is done. `view` shows findings as the commit leaves them, and the outbox as it was.
 */
export interface Announcer {
  planning(happened: Happened, view: StoreView, now: Instant, part: number): Work<readonly Write[]>;
  /** Asked once at the end of each sweep, in the commit of its record. */
  planningSweep(sweep: SweepRecord, view: StoreView, now: Instant, part: number): Work<readonly Write[]>;
}

export interface SweepProgress {
  readonly accounts: readonly { readonly accountId: string; readonly regions: readonly string[] }[];
  /** How many listings there are. */
  readonly scopes: number;
  /** Those that have ended. */
  readonly ended: readonly ScopeCoverage[];
  readonly resources: number;
  readonly calls: number;
  /** So many findings would be resolved that they are read again after a pause. Left out: that is not so, or not yet. */
  readonly doubted?: number;
}

/** What a sweep changed, in findings. */
export interface SweepChanges {
  readonly opened: number;
  readonly reopened: number;
  readonly resolved: number;
}

export interface SweepOptions {
  /** Called once, when all that the sweep says is durable. */
  readonly onChanged?: (changes: SweepChanges) => void;
  readonly onProgress?: (progress: SweepProgress) => void;
  /** Aborted before the sweep is over: it throws, and nothing of it is kept. */
  readonly signal?: AbortSignal | undefined;
}

/** What a check adds to an outcome that resolves a finding. */
export interface Reservations {
  /** In sentences; of a check that does not apply, why. */
  readonly notes: readonly string[];
  /** How much of what there is was looked at. `null`: all that the check needs. */
  readonly coverage: { readonly seen: number; readonly total: number } | null;
}

export type RecheckAnswer =
  | { readonly kind: "unchanged"; readonly finding: Finding; readonly status: Status }
  | { readonly kind: "changed"; readonly before: Finding; readonly finding: Finding; readonly status: Status }
  | (Reservations & {
      readonly kind: "resolved";
      readonly before: Finding;
      readonly finding: Finding;
      readonly why: "pass" | "not-applicable" | "gone";
    })
  | { readonly kind: "unreadable"; readonly finding: Finding; readonly status: Status; readonly undecided: Undecided };

export interface Recheck {
  readonly readAt: Instant;
  readonly calls: number;
  readonly answer: RecheckAnswer;
}

/** How it stands with the changes in AWS that Posture is told of. */
export interface EventsHealth {
  /** `off`: no queue is configured. `idle`: this process does not listen. `trouble`: what the queue holds does not arrive, or cannot be worked on. */
  readonly state: "off" | "idle" | "listening" | "trouble";
  /** The queue's address; `null`: none is configured. */
  readonly queue: string | null;
  /** Since when this process listens; `null`: it does not. */
  readonly since: Instant | null;
  /** Why, in sentences with the next step; `null` outside of trouble. */
  readonly trouble: { readonly why: string; readonly since: Instant } | null;
  /** The latest change that concerned what is watched; `null`: none came since. */
  readonly latest: { readonly change: AwsChange; readonly receivedAt: Instant } | null;
  /** Of the latest hundred that did, from the call in AWS (CloudTrail has whole seconds) to what was found being durable, in milliseconds. */
  readonly delay: { readonly median: number; readonly longest: number } | null;
  /** Of the changes that came so late since then that others may be missing, the one that was made last; `null`: none did. */
  readonly late: LateChange | null;
  /** Of several accounts that are watched, those of which nothing has come since, while something came of others. */
  readonly silent: readonly string[];
  /** About how many wait in the queue, as SQS says; `null`: it has not said. */
  readonly waiting: number | null;
  /** Messages since then, by what came of them: a read; nothing, since it concerns nothing that is watched; nothing, since it was there before; nothing, since it is no event. */
  readonly counts: { readonly acted: number; readonly ignored: number; readonly repeated: number; readonly refused: number };
}

export type SuppressWish = {
  /** Makes the wish idempotent: the same id twice suppresses once. Left out: a new one. */
  readonly id?: string;
  readonly justification: string;
  readonly basis?: Basis;
  /** An https address. */
  readonly ticket?: string;
  readonly by: Actor;
  /** Left out: as long as the configuration says. */
  readonly expiresAt?: Instant;
} & ({ readonly fingerprint: string } | { readonly rule: Rule });

export type SuppressAnswer =
  | {
      readonly kind: "suppressed";
      /** With `approval: "waiting"` it hides nothing until another person approves it. */
      readonly suppression: Suppression;
      /** `null`: by rule. */
      readonly finding: Finding | null;
      /** What it hides, or would hide once it is approved. */
      readonly preview: Preview;
    }
  | { readonly kind: "refused"; readonly why: SuppressRefusal; readonly by?: Suppression };
export type SuppressRefusal =
  | Refusal
  | "justification-too-short"
  | "ticket-not-an-address"
  | "expiry-out-of-range"
  | "rule-names-nothing"
  | "not-an-approver";

/** What a suppression would do now, and what it may be. */
export interface Previewed {
  readonly preview: Preview;
  readonly limits: SuppressionLimits;
}

/** What came of a decision about a suppression: as it is now, or why not. */
export type DecisionAnswer =
  | { readonly kind: "done"; readonly suppression: Suppression }
  | { readonly kind: "refused"; readonly why: SuppressRefusal };

export type LiftAnswer = { readonly kind: "lifted" } | { readonly kind: "refused"; readonly why: "no-such-suppression" };

/** The finding as it is now; `changed`: it was not so before. */
export type AssignAnswer =
  | { readonly kind: "assigned"; readonly finding: Finding; readonly changed: boolean }
  | { readonly kind: "refused"; readonly why: "no-such-finding" };

/** `malformed`: its rule or its dates make no sense, so it hides nothing. */
export type SuppressionState = "in-force" | "waiting" | "expired" | "malformed";

/** A suppression that has not ended, and what it does now. */
export interface SuppressionListed {
  readonly suppression: Suppression;
  /** What people type: the shortest beginning that no other has. */
  readonly id: string;
  readonly state: SuppressionState;
  /** How many findings it hides, alone or with others. */
  readonly hides: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  /** Failing findings that its rule leaves out, since nobody has read their tags. */
  readonly tagsUnread: number;
}

/** Everything the command line and the Slack bot do, behind one door. */
export interface Posture {
  readonly store: FindingStore;
  readonly checks: ReadonlyMap<string, CheckInfo>;
  /** Where a finding is told in Slack, and how. Pure and synchronous; there is always one, and no channel is there twice. */
  route(this: void, finding: Pick<Finding, "severity" | "checkId" | "ref" | "tags" | "changed" | "condition">): readonly Destination[];
  /** Whom a bot tells what it cannot do: Slack user ids. */
  readonly slackAdmins: readonly string[];
  /** The account of the credentials; asks AWS once. @throws {PostureError} POSTURE_AWS_… */
  account(): Promise<Account>;
  /** All accounts that are watched, that of the credentials first. @throws {PostureError} as `account` */
  accounts(): Promise<readonly Account[]>;
  /** @throws {PostureError} when the sweep could not be done at all; what could not be read is in the record's coverage. */
  sweep(options?: SweepOptions): Promise<SweepRecord>;
  /** Reads the finding's resource live. Calls for the same resource that run at once share one read. */
  recheck(fingerprint: string, by: Actor): Promise<Recheck>;
  /**
   * Reads what changes in AWS, as soon as the configured queue tells of it, until the signal; resolves then, and at once where no queue is
   * configured. One process may do so at a time. `say`: what an operator should know, in sentences.
   */
  listen(signal: AbortSignal, say: (line: string) => void): Promise<void>;
  events(): EventsHealth;
  readonly suppressionSettings: ResolvedSuppressions;
  readonly slackSettings: ResolvedSlack;
  /** Exactly what a suppression would hide if it were in force now. @throws {PostureError} POSTURE_CHECK_UNKNOWN */
  preview(scope: SuppressionScope): Promise<Previewed>;
  /** What a suppression of this scope may be, without counting what it would hide. @throws {PostureError} POSTURE_CHECK_UNKNOWN */
  limits(scope: SuppressionScope): Promise<SuppressionLimits>;
  /** Refusals are audit events too. @throws {PostureError} POSTURE_CHECK_UNKNOWN */
  suppress(wish: SuppressWish): Promise<SuppressAnswer>;
  /** Ends a suppression at once; what waits for approval is withdrawn, or declined where somebody else asked. */
  lift(suppressionId: string, by: Actor): Promise<LiftAnswer>;
  /** Another person than who asked agrees to a suppression, or to a later expiry. */
  approve(suppressionId: string, by: Actor): Promise<DecisionAnswer>;
  decline(suppressionId: string, by: Actor): Promise<DecisionAnswer>;
  /** Gives a later expiry, within what the configuration allows from now on; where approval is needed, asks for it. */
  extend(suppressionId: string, expiresAt: Instant, by: Actor): Promise<DecisionAnswer>;
  /** Says who sees to a finding: a Slack user id, or the ARN or name of a command line. `null`: nobody in particular. */
  assign(fingerprint: string, assignee: string | null, by: Actor): Promise<AssignAnswer>;
  /** Those that have not ended, what waits first and then by expiry. */
  suppressions(): Promise<readonly SuppressionListed[]>;
  /**
   * The suppression that a person's text names: its id or a beginning of it, or the finding that it is about.
   * @throws {PostureError} POSTURE_SUPPRESSION_UNKNOWN, POSTURE_SUPPRESSION_AMBIGUOUS
   */
  suppressionNamed(typed: string): Promise<SuppressionListed>;
  /** Writes down what time alone has done (suppressions that expired, or soon will), so that it is announced. */
  tick(): Promise<void>;
  /** Announces what processes without an announcer have committed, as command lines; does nothing without one. */
  catchUp(): Promise<void>;
  summary(options?: SummaryOptions): Promise<Summary>;
  /**
   * The same of the findings that are asked for, in every status, as they are now: of the past only the whole is kept.
   * @throws {PostureError} POSTURE_CATEGORY_UNKNOWN, POSTURE_FRAMEWORK_UNKNOWN
   */
  summaryOf(asked: Asked): Promise<Present>;
  /** What was open at the end of a day, and what happened on it; of today, as it stands. `null`: nothing is known of that day. */
  day(day: Day): Promise<DaySummary | null>;
  /** @throws {PostureError} POSTURE_FINDING_UNKNOWN, POSTURE_FINDING_AMBIGUOUS */
  find(typed: string): Promise<Listed>;
  /**
   * Findings that are asked for, by default all of them, the gravest first.
   * @throws {PostureError} POSTURE_CATEGORY_UNKNOWN, POSTURE_FRAMEWORK_UNKNOWN
   */
  list(asked?: Asked, options?: ListOptions): Promise<readonly Listed[]>;
  /**
   * Findings on their way out of the system, and what is said once about them. `noteExport` writes down that they left.
   * @throws {PostureError} POSTURE_CATEGORY_UNKNOWN, POSTURE_FRAMEWORK_UNKNOWN
   */
  leaving(asked?: Asked): Promise<Leaving>;
  noteExport(note: ExportNote): Promise<void>;
  /** The same as `list` one after the other, for lists that need not fit into memory. */
  stream(asked?: Asked, options?: ListOptions): AsyncIterable<Listed>;
  close(): Promise<void>;
}

export type Listed = Found;

export type SeverityCounts = Readonly<Record<Severity, number>>;

export interface SummaryOptions {
  /** How many days the trend has, with today; a whole number, 1 or more. Default: 30. */
  readonly days?: number | undefined;
}

/** How it stands at one moment. */
export interface Present {
  readonly at: Instant;
  /** Open findings only, as everywhere below unless it says otherwise. */
  readonly open: SeverityCounts;
  readonly suppressed: number;
  readonly covered: number;
  readonly resolved: number;
  /** In days, how long a finding may be open. */
  readonly targets: SeverityCounts;
  /** How many have been open for longer than that, counted from when they were first seen. */
  readonly overdue: SeverityCounts;
  readonly lastSweep: SweepRecord | null;
  readonly coverage: { readonly complete: number; readonly total: number; readonly incomplete: readonly ScopeCoverage[] };
  readonly undecided: readonly Undecided[];
  readonly unread: readonly Unread[];
  /** Oldest first, at most ten. */
  readonly oldestCriticals: readonly Listed[];
}

/** And how that changed. Days are days of UTC. */
export interface Summary extends Present {
  /** What was open at the end of each of the last `days` days that is known, oldest first; the last is today, as it stands. */
  readonly trend: { readonly days: number; readonly known: readonly DayCounts[] };
  readonly sinceYesterday: {
    /** Yesterday. */
    readonly day: Day;
    /** What was open when it ended; `null`: nothing is known of it. */
    readonly before: SeverityCounts | null;
    /** What has happened today. */
    readonly happened: Tally;
  };
}

export interface DaySummary {
  readonly day: Day;
  readonly open: SeverityCounts;
  readonly happened: Tally;
}
