import { randomUUID } from "node:crypto";
import { type AuditEvent, plus, type Seen, type StoreView, type SweepRecord, SYSTEM, type Write } from "@posture/core";
import { hintsFor, isBaseline, tell, type Watching } from "@posture/engine";
import { changeOf, type Context } from "./context.ts";
import type { SweepOptions } from "./posture.ts";
import { Gathering, recordOf, sweepId } from "./sweeping.ts";

/** One sweep: everything is collected and judged in the thread, then told to the store in one record. */
export async function runSweep(context: Context, { onProgress, signal }: SweepOptions): Promise<SweepRecord> {
  const { store, thread, now, readLive, only } = context;
  const begunAt = now();
  const { id: accountId, partition, regions } = await context.account();
  readLive.clear();
  const before = await store.read({ findings: "all", seen: "all" }, (view) => ({
    findings: view.findings,
    seen: view.seen,
    baseline: isBaseline(accountId, view.sweptAccounts),
  }));
  const newcomer: Seen = { first: begunAt, baseline: before.baseline };
  const gathering = new Gathering(before.findings);
  const limits = { deadline: plus(begunAt, context.sweepDeadline), patience: plus(begunAt, context.patience) };
  const { calls, unread } = await thread.ask(
    {
      op: "sweep",
      only,
      accounts: [{ accountId, partition, regions }],
      seen: before.seen,
      hints: hintsFor(before.findings, context.checks),
      newcomer,
      ...limits,
    },
    {
      signal,
      onFound: (found, soFar) => {
        gathering.take(found);
        const { scopes, resources, coverage } = gathering;
        onProgress?.({ accounts: [{ accountId, regions }], scopes, ended: coverage, resources, calls: soFar });
      },
    },
  );
  // What was not asked because somebody wanted to end is no gap of AWS.
  signal?.throwIfAborted();
  const watching: Watching = { checks: context.checks, accounts: [{ accountId, regions }] };
  const id = sweepId(begunAt, randomUUID().slice(0, 8));
  return store.transact<SweepRecord>({ findings: "all", outbox: {}, seen: [...gathering.listed] }, (view) => {
    const at = now();
    const told = tell(view, gathering.facts(known(view, only), watching, readLive), at);
    const accounts = [{ accountId, regions, baseline: before.baseline }];
    const sweep = recordOf(gathering, { id, begunAt, finishedAt: at, accounts, calls, unread });
    const fresh = gathering.newcomers(view, newcomer);
    const writes: Write[] = fresh ? [{ kind: "seen", value: fresh }] : [];
    const finished: AuditEvent = { type: "sweep-finished", subject: id, at, actor: SYSTEM, source: "sweep", note: noteOf(sweep) };
    const cause = { kind: "sweep", sweepId: id, baseline: before.baseline } as const;
    // A sweep about some checks says nothing of the others: the last whole one stays what is known of the account.
    const more = only === null ? { sweep } : {};
    return { ...changeOf(context, view, told, cause, at, { events: [finished], writes, ...more }), result: sweep };
  });
}

/** The findings that a sweep may say something about, be it that their resource is gone or their region not watched. */
function known(view: StoreView, only: ReadonlySet<string> | null): StoreView {
  return only === null ? view : { ...view, findings: view.findings.filter(({ checkId }) => only.has(checkId)) };
}

function noteOf({ coverage, calls }: SweepRecord): string {
  const complete = coverage.filter(({ state }) => state === "complete").length;
  return `${complete} of ${coverage.length} listings complete, ${calls} calls`;
}
