import { noticeOf } from "@posture/config";
import { expiringSoon, type Instant, type StoreView, type Suppression } from "@posture/core";
import { tell, type Told } from "@posture/engine";
import { changeOf, type Context } from "./context.ts";

/** Writes down the suppressions that have ended by time alone, or soon will, and announces what they no longer hide. */
export async function runTick(context: Context): Promise<void> {
  const { store, now, suppressions: settings } = context;
  const notice = noticeOf(settings);
  const due = await store.read({}, ({ suppressions }) => suppressions.filter((it) => mayPass(it, notice, now())));
  if (due.length === 0) return;
  const findings = { heldBy: due.map(({ scope }) => scope) };
  const isDue = await store.read({ findings }, (view) => passedIn(view, notice, now()).writes.length > 0);
  if (!isDue) return;
  const ids = new Set(due.map(({ id }) => id));
  await store.transact<undefined>({ findings, outbox: {} }, (view) => {
    const at = now();
    // What has ended since then waits for the next time: its findings are not in sight.
    const isInSight = view.suppressions.every((it) => ids.has(it.id) || !mayPass(it, notice, at));
    if (!isInSight) return { at, events: [], writes: [], result: undefined };
    return { ...changeOf(context, view, passedIn(view, notice, at), { kind: "clock" }, at), result: undefined };
  });
}

/** The finding of its own may be resolved; a rule changes nothing until its time has come, and may hold half of the store. */
function mayPass(suppression: Suppression, notice: number, now: Instant): boolean {
  const { scope, expiresAt } = suppression;
  return "fingerprint" in scope || expiresAt <= now || expiringSoon([suppression], now, notice).length > 0;
}

function passedIn(view: StoreView, notice: number, now: Instant): Told {
  const facts = view.suppressions.map(({ scope }) => ({
    fingerprint: "fingerprint" in scope ? scope.fingerprint : "",
    fact: { type: "time-passed", notice } as const,
  }));
  return tell(view, facts, now);
}
