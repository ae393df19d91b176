import {
  type Assignee,
  type AwsChange,
  plus,
  type ResourceRef,
  type ScopeCoverage,
  SEVERITIES,
  type Severity,
  type Status,
  type Suppression,
  type SweepRecord,
  type UnknownReason,
} from "@posture/core";
import type { CheckInfo, EventsHealth, Listed, Summary } from "@posture/runtime";
import { ACCOUNT, CHECK, listed, NOW, summaryOf, suppressionOf } from "../finding.test.fixture.ts";

/** Begins each text that is not ours: where Slack would format it, it is seen. */
export const OUTSIDE = "ꙮ";

/** Texts of which each world takes the next, over and over. */
export interface Texts {
  next(): string;
}
export function textsOf(all: readonly string[]): Texts {
  let at = -1;
  return { next: () => all[(at += 1) % all.length] ?? "" };
}

export const STATUSES: readonly Status[] = ["open", "covered", "suppressed", "resolved", "retired", "unmonitored"];
export const EVENTS = ["off", "idle", "listening", "trouble"] as const;
export const ME = { kind: "user", id: "U0ANA", via: "slack" } as const;
export const LIMITS = { maxDays: 90, defaultDays: 30, approval: "waiting" } as const;

type Incomplete = Extract<ScopeCoverage, { state: "incomplete" }>;

/** Finding after finding in a world that means no good. */
export class World {
  readonly #texts: Texts;
  #count = 0;

  constructor(texts: Texts) {
    this.#texts = texts;
  }

  text(): string {
    const text = this.#texts.next();
    // One that is a mere word may be a key of something.
    return /^\s*\w*\s*$/.test(text) ? text : `${OUTSIDE}${text}`;
  }
  /** 1 MB of it. */
  huge(): string {
    const text = this.text() || "x";
    return text.repeat(Math.ceil(1_000_000 / text.length));
  }
  /** Of whoever may choose their own name. */
  change(): AwsChange {
    const by = this.#count % 3 === 0 ? this.text() : `arn:aws:sts::111122223333:assumed-role/Admin/${this.text()}`;
    return { eventId: this.text(), name: this.text(), at: NOW, by };
  }
  events(state: EventsHealth["state"]): EventsHealth {
    return {
      state,
      queue: this.text(),
      since: NOW,
      trouble: state === "trouble" ? { why: this.text(), since: NOW } : null,
      latest: { change: this.change(), receivedAt: NOW },
      delay: { median: 4000, longest: 9000 },
      late: { change: this.change(), receivedAt: NOW },
      silent: [],
      waiting: 12_345,
      counts: { acted: 1, ignored: 2, repeated: 3, refused: 4 },
    };
  }
  ref(): ResourceRef {
    const text = this.text();
    return {
      type: this.text(),
      arn: `arn:aws:s3:::${(this.#count += 1)}${text}`,
      name: text,
      accountId: "111122223333",
      region: this.text(),
      ...(this.#count % 2 === 0 && { subResourceId: this.text() }),
    };
  }
  listed(status: Status = "open", severity: Severity = SEVERITIES[this.#count % 4] ?? "low"): Listed {
    const gap = this.gap();
    const it = listed(status, {
      ref: this.ref(),
      severity,
      title: this.text(),
      message: { id: "m", text: this.text(), evidence: { any: this.text() }, notes: [this.text(), this.text(), this.text(), this.text()] },
      tags: { [this.text() || "key"]: this.text(), team: this.text() },
      changed: this.change(),
      reopened: this.#count % 3,
      stale: this.#count % 2 === 0 ? { ...gap, since: NOW } : null,
      coveredBy: status === "covered" ? "s3/other" : null,
      ...(this.#count % 3 === 0 && { assignee: this.assignee() }),
    });
    return { ...it, suppression: status === "suppressed" ? this.suppression(it.finding) : null };
  }
  many(count: number): Listed[] {
    const some = Array.from({ length: Math.min(count, 12) }, () => this.listed());
    return Array.from({ length: count }, (_, i) => some[i % some.length]).flatMap((it) => it ?? []);
  }
  suppression(finding: Listed["finding"], more: Partial<Suppression> = {}): Suppression {
    const basis =
      this.#count % 2 === 0
        ? { basis: "compensating-control" as const, ticket: "https://example.com/SEC-7" }
        : { ticket: `javascript:${this.text()}` };
    return suppressionOf(finding, {
      justification: this.text(),
      by: this.#count % 3 === 0 ? { kind: "user", id: this.text(), via: "cli" } : ME,
      ...basis,
      ...more,
    });
  }
  rule(more: Partial<Suppression> = {}): Suppression {
    const one = {
      checks: [this.text()],
      accounts: ["111122223333"],
      regions: [this.text()],
      arns: [this.text()],
      tags: { [this.text() || "key"]: [this.text()] },
    };
    return this.suppression(this.listed().finding, { scope: { rule: this.#count % 2 === 0 ? one : { sets: [one, one] } }, ...more });
  }
  gap(): { reason: UnknownReason; missing: readonly string[]; detail: string } {
    return { reason: "malformed", missing: this.#count % 2 === 0 ? [this.text()] : [], detail: this.text() };
  }
  /** At a command line anybody is named. */
  assignee(): Assignee {
    return { id: this.#count % 2 === 0 ? "U0BEN" : this.text(), by: ME, at: NOW };
  }
  /** A third party's. */
  check(): CheckInfo {
    return {
      ...CHECK,
      title: this.text(),
      risk: this.text(),
      permissions: [this.text(), this.text()],
      frameworks: { [this.text() || "framework"]: [this.text()] },
      remediation: {
        ...CHECK.remediation,
        steps: ["Open {name}.", this.text(), { text: this.text(), command: "aws {name} {arn}" }],
      },
      consoleOf: ({ name }) => `https://eu-west-1.console.aws.amazon.com/s3/buckets/${encodeURIComponent(name.toWellFormed())}`,
    };
  }
  /** A sweep of which not everything could be read, and what is summed up after it. */
  summary(more: Partial<Summary> = {}): { readonly scopes: readonly Incomplete[]; readonly sweep: SweepRecord; readonly summary: Summary } {
    const accountId = ACCOUNT;
    const scopes = [1, 2, 3].map(() => ({
      accountId,
      region: this.text(),
      type: this.text(),
      state: "incomplete" as const,
      listedAt: NOW,
      gap: this.gap(),
    }));
    const undecided = [1, 2, 3, 4, 5, 6].map(() => ({ ...this.gap(), checkId: this.text(), ref: this.ref() }));
    const unread = [1, 2].map(() => ({ ...this.gap(), call: this.text(), type: "t", region: this.text(), accountId, times: 3 }));
    const sweep: SweepRecord = {
      id: "sweep-1",
      begunAt: NOW,
      finishedAt: plus(NOW, 1000),
      accounts: [{ accountId, regions: [this.text(), this.text()], baseline: true }],
      coverage: scopes,
      undecided,
      unread,
      calls: 3,
      held: [{ accountId, failing: 100, resolving: 90, resolved: 3 }],
    };
    const summary = summaryOf({
      lastSweep: sweep,
      coverage: { complete: 1, total: 4, incomplete: scopes },
      undecided,
      unread,
      oldestCriticals: this.many(10),
      trend: { days: 30, known: ["2026-01-01", "2026-01-02"].map((day) => ({ day, critical: 2, high: 1, medium: 4, low: 0 })) },
      overdue: { critical: 1, high: 2, medium: 3, low: 4 },
      ...more,
    });
    return { scopes, sweep, summary };
  }
}
