import { isInForce, type Instant, type OutboxRow, type StoreView, type Suppression } from "@posture/core";
import {
  bumped,
  findingRow,
  latestByFinding,
  messageOf,
  noticeRow,
  numberOf,
  outboxOf,
  rowOf,
  type Row,
  ruleRow,
  type Said,
} from "./rows.ts";

/** Which messages follow a suppression that was asked for, decided about, or is near its expiry. Pure. */
export function aboutSuppression(suppression: Suppression, view: StoreView, now: Instant): readonly OutboxRow[] {
  return [...ofFinding(suppression, view, now), ...ofItself(suppression, view, now)];
}

/** A finding's message says what waits. One that has no message gets it: nobody can approve what nobody sees. */
function ofFinding(suppression: Suppression, view: StoreView, now: Instant): readonly OutboxRow[] {
  const { scope, approval, ended } = suppression;
  const finding = "fingerprint" in scope ? view.findingOf(scope.fingerprint) : undefined;
  if (!finding || !isShown(suppression, now)) return [];
  const latest = latestByFinding(view.outbox);
  const row = messageOf(finding, latest);
  if (row) return [outboxOf(bumped(row, now, { asked: true, said: saidOf(suppression) }))];
  if (approval !== "waiting" || ended !== null) return [];
  const before = latest.get(finding.fingerprint);
  return [outboxOf(findingRow(finding.fingerprint, before ? numberOf(before) + 1 : 1, now))];
}

/** What ended was in force, or its finding's status says it; that an expiry is near is said in the thread. */
function isShown({ approval, ended, noticedAt }: Suppression, now: Instant): boolean {
  return approval === "waiting" || (ended === null && noticedAt !== now);
}

function saidOf({ ended }: Suppression): Said | undefined {
  if (ended?.why !== "declined" && ended?.why !== "withdrawn") return undefined;
  const { at, by, why } = ended;
  const did = why === "declined" ? "declined the suppression" : "withdrew the suppression";
  if (by.kind === "user" && by.via === "slack") return { by: by.id, at, text: did };
  return { by: null, at, text: by.kind === "user" ? `${by.id} ${did}` : did };
}

/** The messages about the suppression itself: those that are there follow it, or their buttons would lie. */
function ofItself(suppression: Suppression, view: StoreView, now: Instant): readonly OutboxRow[] {
  const told = view.outbox.filter(({ subject }) => subject === suppression.id).map(rowOf);
  const known = told.flatMap((row) => (row && row.state !== "dead" ? [outboxOf(bumped(row, now, { asked: true }))] : []));
  const fresh = freshOf(suppression, view, now).filter(({ key }) => told.every((row) => row?.key !== key));
  return [...known, ...fresh.map(outboxOf)];
}

function freshOf(suppression: Suppression, view: StoreView, now: Instant): readonly Row[] {
  const { scope, approval, ended, noticedAt } = suppression;
  if ("rule" in scope && approval === "waiting" && ended === null) return [ruleRow(suppression, now)];
  const isNear = noticedAt === now && isInForce(suppression, now);
  return isNear ? [noticeRow(suppression, threadOf(suppression, view), now)] : [];
}

function threadOf({ scope }: Suppression, view: StoreView): { readonly ts: string; readonly channel: string } | null {
  const finding = "fingerprint" in scope ? view.findingOf(scope.fingerprint) : undefined;
  const { ts, channel } = (finding && messageOf(finding, latestByFinding(view.outbox)))?.body ?? { ts: null, channel: null };
  return ts !== null && channel !== null ? { ts, channel } : null;
}
