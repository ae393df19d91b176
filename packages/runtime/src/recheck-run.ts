import { type Actor, type AuditEvent, type Finding, fingerprintOf, postureError } from "@posture/core";
import { factsOfReading, tell } from "@posture/engine";
import { answerOf } from "./answer.ts";
import { changeOf, type Context, neighbourhoodOf, viewAfter, watchingOf } from "./context.ts";
import { noteLive, type Reading, readNow } from "./live-reading.ts";
import type { Recheck } from "./posture.ts";

/** Re-checks of one Posture. Those of one finding that are asked while it is being read join the one run. */
export class Rechecks {
  readonly #context: Context;
  readonly #running = new Map<string, Promise<Reading>>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** @throws {PostureError} POSTURE_FINDING_UNKNOWN */
  async run(fingerprint: string, by: Actor): Promise<Recheck> {
    const { store, now, checks } = this.#context;
    const found = await neighbourhoodOf(this.#context, fingerprint);
    if (!found) throw postureError("POSTURE_FINDING_UNKNOWN", { id: fingerprint });
    const { finding, fingerprints } = found;
    const reading = await this.#readOnce(finding);
    const { judgements, calls, readAt } = reading;
    noteLive(this.#context, finding.ref, reading);
    const mine = judgements.find(({ checkId }) => checkId === finding.checkId);
    const watching = watchingOf(checks, await this.#context.accounts());
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
    const wish = { ref: finding.ref, checkIds: [finding.checkId], firstSeen: finding.openedAt };
    const running = this.#running.get(key) ?? readNow(this.#context, wish).finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    return running;
  }
}
