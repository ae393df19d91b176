import { setImmediate } from "node:timers/promises";
import { noticeOf } from "@posture/config";
import { type Decision, expiringSoon, inParts, type Instant, type StoreView, type Suppression, type Work } from "@posture/core";
import { telling, type Told } from "@posture/engine";
import { changing, type Context } from "./context.ts";
import { isSameScope } from "./deciding.ts";

/** Writes down the suppressions that have ended by time alone, or soon will, and announces what they no longer hide. */
export async function runTick(context: Context): Promise<void> {
  const { store, now, suppressions: settings } = context;
  const notice = noticeOf(settings);
  const due = await store.read({}, ({ suppressions }) => suppressions.filter((it) => mayPass(it, notice, now())));
  if (due.length === 0) return;
  const findings = { heldBy: due.map(({ scope }) => scope) };
  const known = await store.read({ findings }, (view) => view);
  if ((await inParts(passing(context, known, notice, now()), setImmediate)).writes.length === 0) return;
  const byId = new Map(due.map((it) => [it.id, it]));
  await store.transact<undefined>({ findings, outbox: {} }, function* (view): Work<Decision<undefined>> {
    const at = now();
    // What has ended since then waits for the next time: its findings are not in sight.
    const isKnown = (it: Suppression): boolean => {
      const known = byId.get(it.id);
      return known !== undefined && isSameScope(it, known);
    };
    const isInSight = view.suppressions.every((it) => isKnown(it) || !mayPass(it, notice, at));
    if (!isInSight) return { at, events: [], writes: [], result: undefined };
    const told = yield* passing(context, view, notice, at);
    return { ...(yield* changing(context, view, told, { kind: "clock" }, at)), result: undefined };
  });
}

/** The finding of its own may be resolved; a rule changes nothing until its time has come, and may hold half of the store. */
function mayPass(suppression: Suppression, notice: number, now: Instant): boolean {
  const { scope, expiresAt } = suppression;
  return "fingerprint" in scope || expiresAt <= now || expiringSoon([suppression], now, notice).length > 0;
}

function passing({ part }: Context, view: StoreView, notice: number, now: Instant): Work<Told> {
  const facts = view.suppressions.map(({ scope }) => ({
    fingerprint: "fingerprint" in scope ? scope.fingerprint : "",
    fact: { type: "time-passed", notice } as const,
  }));
  return telling(view, facts, now, part);
}
