import {
  type Actor,
  type AuditEvent,
  type Finding,
  fingerprintOf,
  type Instant,
  plus,
  postureError,
  resourceKey,
  setsOnTags,
} from "@posture/core";
import { factsOfReading, hintsFor, type Judgement, tell } from "@posture/engine";
import { answerOf } from "./answer.ts";
import { changeOf, type Context, neighbourhoodOf, viewAfter, watchingOf } from "./context.ts";
import type { Recheck } from "./posture.ts";

const DEADLINE = 60_000;

interface Reading {
  readonly judgements: readonly Judgement[];
  readonly calls: number;
  readonly readAt: Instant;
}

/** Re-checks of one Posture. Those of one finding that are asked while it is being read join the one run. */
export class Rechecks {
  readonly #context: Context;
  readonly #running = new Map<string, Promise<Reading>>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** @throws {PostureError} POSTURE_FINDING_UNKNOWN */
  async run(fingerprint: string, by: Actor): Promise<Recheck> {
    const { store, now, checks, readLive } = this.#context;
    const found = await neighbourhoodOf(this.#context, fingerprint);
    if (!found) throw postureError("POSTURE_FINDING_UNKNOWN", { id: fingerprint });
    const { finding, fingerprints } = found;
    const { judgements, calls, readAt } = await this.#readOnce(finding);
    // What could not be read says nothing that an older outcome of a sweep might contradict.
    if (judgements.some(({ outcome }) => outcome.status !== "unknown")) readLive.set(resourceKey(finding.ref), readAt);
    const mine = judgements.find(({ checkId }) => checkId === finding.checkId);
    const watching = watchingOf(checks, await this.#context.account());
    const touched = [...new Set([...fingerprints, ...judgements.map(({ checkId, ref }) => fingerprintOf(checkId, ref))])];
    const answer = await store.transact<Recheck["answer"]>(
      { findings: { fingerprints: touched }, outbox: { subjects: touched } },
      (view) => {
        const at = now();
        const before = view.findingOf(finding.fingerprint) ?? finding;
        const told = tell(view, factsOfReading(judgements, "re-check", view, watching), at);
        const source = by.kind === "user" ? by.via : "clock";
        const note = mine?.outcome.status ?? "not judged";
        const answered: AuditEvent = { type: "recheck-answered", subject: finding.fingerprint, at, actor: by, source, note };
        const result = answerOf(before, mine, viewAfter(view, told), at);
        return { ...changeOf(this.#context, view, told, { kind: "re-check", by }, at, { events: [answered] }), result };
      },
    );
    return { readAt, calls, answer };
  }

  #readOnce(finding: Finding): Promise<Reading> {
    const key = fingerprintOf(finding.checkId, finding.ref);
    const running = this.#running.get(key) ?? this.#read(finding).finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    return running;
  }

  async #read({ ref, checkId, openedAt }: Finding): Promise<Reading> {
    const { thread, now, store, account, checks, tagged: always } = this.#context;
    const { partition } = await account();
    const key = resourceKey(ref);
    const readAt = now();
    const [seen, hints, tagged] = await store.read({ seen: [key], findings: { arns: [ref.arn] } }, (view) => [
      view.seen.get(key),
      hintsFor(view.findings, checks).get(key),
      [...always, ...setsOnTags(view.suppressions, readAt)],
    ]);
    const ask = {
      op: "recheck",
      checkIds: [checkId],
      ref,
      partition,
      seen: seen ?? { first: openedAt, baseline: false },
      hints: hints ?? {},
      tagged,
      deadline: plus(readAt, DEADLINE),
    } as const;
    return { ...(await thread.ask(ask)), readAt };
  }
}
