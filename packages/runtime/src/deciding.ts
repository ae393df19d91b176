import { isDeepStrictEqual } from "node:util";
import type { Actor, Decision, Fact, Instant, StoreView, Suppression, Work } from "@posture/core";
import { telling } from "@posture/engine";
import { changing, type Context } from "./context.ts";
import type { DecisionAnswer, LiftAnswer, SuppressRefusal } from "./posture.ts";
import { isWithin, limitsFor, refused, sourceOf } from "./suppressing.ts";

/* What people decide about a suppression that is there. */

export async function runLift(context: Context, suppressionId: string, by: Actor): Promise<LiftAnswer> {
  const answer = await decide(context, suppressionId, by, () => ({ type: "lift" }));
  return answer.kind === "done" ? { kind: "lifted" } : { kind: "refused", why: "no-such-suppression" };
}

export function runApprove(context: Context, suppressionId: string, by: Actor): Promise<DecisionAnswer> {
  const { approvers } = context.suppressions;
  const mayApprove = approvers === null || (by.kind === "user" && approvers.includes(by.id));
  return decide(context, suppressionId, by, () => (mayApprove ? { type: "approve" } : "not-an-approver"));
}

export function runDecline(context: Context, suppressionId: string, by: Actor): Promise<DecisionAnswer> {
  return decide(context, suppressionId, by, () => ({ type: "decline" }));
}

export function runExtend(context: Context, suppressionId: string, expiresAt: Instant, by: Actor): Promise<DecisionAnswer> {
  return decide(context, suppressionId, by, ({ scope }, view, now) => {
    const limits = limitsFor(context, scope, view);
    return isWithin(expiresAt, limits, now) ? { type: "extend", expiresAt, approval: limits.approval } : "expiry-out-of-range";
  });
}

type Deciding = Extract<Fact, { readonly suppressionId: string }>;
type Without<T> = T extends Deciding ? Omit<T, "suppressionId" | "by" | "source"> : never;
type Choose = (suppression: Suppression, view: StoreView, now: Instant) => Without<Deciding> | SuppressRefusal;

/** Only what the suppression may hold is loaded, and only that can change its status. A rule that got another name meanwhile holds something else. */
async function decide(context: Context, suppressionId: string, by: Actor, choose: Choose): Promise<DecisionAnswer> {
  const { store } = context;
  for (;;) {
    const known = await store.read({}, ({ suppressions }) => suppressions.find(({ id }) => id === suppressionId));
    const answer = await decideKnown(context, known, suppressionId, by, choose);
    if (answer !== "is another by now") return answer;
  }
}

type Answer = DecisionAnswer | "is another by now";

function decideKnown(context: Context, known: Suppression | undefined, suppressionId: string, by: Actor, choose: Choose): Promise<Answer> {
  const { store, now } = context;
  const findings = known ? { findings: { heldBy: [known.scope] } } : {};
  return store.transact<Answer>({ ...findings, outbox: {} }, function* (view): Work<Decision<Answer>> {
    const at = now();
    const refuse = (why: SuppressRefusal): Decision<DecisionAnswer> => refused({ kind: "refused", why } as const, by, suppressionId, at);
    const suppression = view.suppressions.find(({ id }) => id === suppressionId);
    if (!suppression || !known) return refuse("no-such-suppression");
    if (!isSameScope(suppression, known)) return { at, events: [], writes: [], result: "is another by now" };
    const chosen = choose(suppression, view, at);
    if (typeof chosen === "string") return refuse(chosen);
    const fingerprint = "fingerprint" in suppression.scope ? suppression.scope.fingerprint : "";
    const fact: Fact = { ...chosen, suppressionId, by, source: sourceOf(by) };
    const told = yield* telling(view, [{ fingerprint, fact }], at, context.part);
    const [why] = told.refused;
    if (why !== undefined) return refuse(why);
    const after = told.writes.flatMap((write) => (write.kind === "suppression" ? [write.value] : []))[0] ?? suppression;
    return {
      ...(yield* changing(context, view, told, { kind: "suppression", suppression: after }, at)),
      result: { kind: "done", suppression: after },
    };
  });
}

/** Whether two states of a suppression hold the same findings. */
export function isSameScope({ scope: a }: Suppression, { scope: b }: Suppression): boolean {
  return isDeepStrictEqual(a, b);
}
