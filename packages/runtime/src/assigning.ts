import { type Actor, NOBODY } from "@posture/core";
import { tell } from "@posture/engine";
import { changeOf, type Context } from "./context.ts";
import type { AssignAnswer } from "./posture.ts";
import { sourceOf } from "./suppressing.ts";

/** @param assignee `null`: nobody */
export function runAssign(context: Context, fingerprint: string, assignee: string | null, by: Actor): Promise<AssignAnswer> {
  const { store, now } = context;
  return store.transact<AssignAnswer>({ findings: { fingerprints: [fingerprint] }, outbox: {} }, (view) => {
    const at = now();
    const known = view.findingOf(fingerprint);
    if (!known) return { at, events: [], writes: [], result: { kind: "refused", why: "no-such-finding" } };
    const who = { by, source: sourceOf(by) };
    const fact =
      assignee === null || assignee === NOBODY
        ? ({ type: "unassign", ...who } as const)
        : ({ type: "assign", to: assignee, ...who } as const);
    const told = tell(view, [{ fingerprint: known.fingerprint, fact }], at);
    const finding = told.writes.flatMap((write) => (write.kind === "finding" ? [write.value] : []))[0] ?? known;
    const change = changeOf(context, view, told, { kind: "assignment", by }, at);
    return { ...change, result: { kind: "assigned", finding, changed: finding !== known } };
  });
}
