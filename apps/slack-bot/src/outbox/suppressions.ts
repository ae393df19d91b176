import { waitsUntil } from "@posture/config";
import { type Finding, isInForce, type Instant, type OutboxRow, type StoreView, type Suppression } from "@posture/core";
import { cut } from "../views/parts.ts";
import type { Route } from "./announcer.ts";
import { isPerson } from "./channels.ts";
import { isUnsaid, messagesOf, nextNumber, type Told } from "./messages.ts";
import {
  bumped,
  type FindingBody,
  findingRow,
  type NoticeBody,
  noticeRow,
  opened,
  outboxOf,
  rowOf,
  type Row,
  ruleRow,
  type Said,
  type To,
} from "./rows.ts";

/** What a commit leaves, and what is told by then. A commit may write a thousand suppressions: the outbox is gone through once for all of them. */
export interface Scene {
  readonly view: StoreView;
  readonly told: Told;
  /** The rows by what they are about. */
  readonly bySubject: ReadonlyMap<string, readonly OutboxRow[]>;
  readonly route: Route;
  readonly now: Instant;
}

/** Which messages follow a suppression that was asked for, decided about, or is near its expiry. Pure. */
export function aboutSuppression(suppression: Suppression, scene: Scene): readonly OutboxRow[] {
  return [...ofFinding(suppression, scene), ...ofItself(suppression, scene)];
}

/** A finding's messages say what waits. One that has none gets them: nobody can approve what nobody sees. */
function ofFinding(suppression: Suppression, { view, told, route, now }: Scene): readonly OutboxRow[] {
  const { approval, ended } = suppression;
  const finding = findingIn(suppression, view);
  if (!finding || !isShown(suppression, now)) return [];
  const isWaiting = approval === "waiting" && ended === null;
  // What nobody has heard of is not told because somebody suppressed it.
  const known = messagesOf(finding, told).filter((row) => isWaiting || !isUnsaid(row));
  if (known.length > 0) {
    // A group's message has no buttons.
    const shown = isWaiting ? known.map((row) => alone(opened(row, now))) : known;
    return shown.map((row) => outboxOf(bumped(row, now, { asked: true, said: saidOf(suppression) })));
  }
  if (!isWaiting) return [];
  const { fingerprint } = finding;
  return placesOf(finding, route, now).map((to) => outboxOf(findingRow(fingerprint, nextNumber(fingerprint, to, told), now, { to })));
}

function alone(row: Row<FindingBody>): Row<FindingBody> {
  return isUnsaid(row) ? { ...row, body: { ...row.body, mayShare: false } } : row;
}

function findingIn({ scope }: Suppression, view: StoreView): Finding | undefined {
  return "fingerprint" in scope ? view.findingOf(scope.fingerprint) : undefined;
}

function placesOf(finding: Finding, route: Route, now: Instant): readonly To[] {
  const places = route(finding, now).map(({ channel }) => channel);
  return places.length > 0 ? places : [null];
}

/** What ended was in force, or its finding's status says it; that an expiry is near is said in the thread, and why it had been suppressed when it came. */
function isShown({ approval, ended, noticedAt }: Suppression, now: Instant): boolean {
  return approval === "waiting" || ended?.why === "expired" || (ended === null && noticedAt !== now);
}

const MOST_REASON = 500;

function saidOf({ ended, approval, by: asker, justification }: Suppression): Said | undefined {
  if (ended?.why === "expired" && approval !== "waiting") {
    const reason = `had it suppressed until now: “${cut(justification, MOST_REASON)}”`;
    if (asker.kind === "system") return { by: null, at: ended.at, text: reason };
    return asker.via === "slack" ? { by: asker.id, at: ended.at, text: reason } : { by: null, at: ended.at, text: `${asker.id} ${reason}` };
  }
  if (ended?.why !== "declined" && ended?.why !== "withdrawn") return undefined;
  const { at, by, why } = ended;
  const did = why === "declined" ? "declined the suppression" : "withdrew the suppression";
  if (by.kind === "user" && by.via === "slack") return { by: by.id, at, text: did };
  return { by: null, at, text: by.kind === "user" ? `${by.id} ${did}` : did };
}

/** The messages about the suppression itself: those that are there follow it, or their buttons would lie. */
function ofItself(suppression: Suppression, scene: Scene): readonly OutboxRow[] {
  const { bySubject, now } = scene;
  const told = (bySubject.get(suppression.id) ?? []).map(rowOf);
  const known = told.flatMap((row) => (row && row.state !== "dead" ? [outboxOf(bumped(row, now, { asked: true }))] : []));
  const fresh = freshOf(suppression, scene).filter(({ key }) => told.every((row) => row?.key !== key));
  return [...known, ...fresh.map(outboxOf)];
}

function freshOf(suppression: Suppression, scene: Scene): readonly Row[] {
  const { view, route, now } = scene;
  const { scope, approval, ended, noticedAt } = suppression;
  if ("rule" in scope && approval === "waiting" && ended === null) return [ruleRow(suppression, now)];
  if (noticedAt !== now || !isInForce(suppression, now)) return [];
  const finding = findingIn(suppression, view);
  const dueIn = (to: To): Instant => {
    const destination = finding && route(finding, now).find(({ channel }) => channel === to);
    return (destination && waitsUntil(destination, finding.severity, now)) ?? now;
  };
  const places = [...threadsOf(suppression, scene), ...concerned(suppression, scene).map((to) => ({ to, thread: null }))];
  return places.map(({ to, thread }) => noticeRow(suppression, thread, dueIn(to), to));
}

/** Whoever asked for it, and whoever owns the finding, each once, in a message to them alone. Groups have none. */
function concerned(suppression: Suppression, { view, route, now }: Scene): readonly string[] {
  const { by } = suppression;
  const finding = findingIn(suppression, view);
  const owners = finding ? route(finding, now).flatMap(({ owner }) => owner ?? []) : [];
  const asker = by.kind === "user" && by.via === "slack" ? [by.id] : [];
  return [...new Set([...asker, ...owners])].filter(isPerson);
}

/** In the thread of each message of the finding; where it has none, in the channels that it belongs to. */
function threadsOf(
  suppression: Suppression,
  { view, told, route, now }: Scene,
): readonly { readonly to: To; readonly thread: NoticeBody["thread"] }[] {
  const finding = findingIn(suppression, view);
  if (!finding) return [{ to: null, thread: null }];
  const known = messagesOf(finding, told);
  if (known.length === 0) return placesOf(finding, route, now).map((to) => ({ to, thread: null }));
  return known.map(({ body: { to, ts, channel } }) => ({ to, thread: ts !== null && channel !== null ? { ts, channel } : null }));
}
