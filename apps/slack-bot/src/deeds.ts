import { type Finding, isPostureError, type OutboxRow } from "@posture/core";
import type { Listed, Recheck } from "@posture/runtime";
import { type Desk, messagesAbout, type Place, rowAt, tellChannel, written } from "./desk.ts";
import { askedFor } from "./outbox/announcer.ts";
import { membersIn } from "./outbox/members.ts";
import { bumped, type Checking, type FindingBody, outboxOf, type Row, rowOf, type Said, type To } from "./outbox/rows.ts";
import type { Message } from "./slack/port.ts";
import { alreadyThere } from "./views/more.ts";
import { verdictSentence } from "./views/verdicts.ts";
import { sentence } from "./views/words.ts";

/** A fix takes a moment to reach every part of AWS: what was resolved is looked at once more after this. In milliseconds. */
const SECOND_LOOK = 60_000;

/** Reads the finding's resource now. The message says so at once, and then what came of it. Answers the same in words. */
export async function recheck(desk: Desk, { finding }: Listed, user: string): Promise<string> {
  const checking = { by: user, at: desk.now() };
  await tellChannel(desk, finding, undefined, (body) => ({ ...body, checking }));
  let said: Said | undefined;
  try {
    const text = await verdict(desk, finding.fingerprint, user);
    said = { by: user, at: desk.now(), text };
    return text;
  } finally {
    await tellChannel(desk, finding, said, ended(checking));
  }
}

/** Whoever has asked after that is still waiting. */
function ended({ by, at }: Checking): (body: FindingBody) => FindingBody {
  return (body) => (body.checking?.by === by && body.checking.at === at ? { ...body, checking: null } : body);
}

async function verdict(desk: Desk, fingerprint: string, user: string): Promise<string> {
  try {
    const done = await desk.apart(fingerprint, () => desk.posture.recheck(fingerprint, { kind: "user", id: user, via: "slack" }));
    if (done.answer.kind === "resolved") lookAgain(desk, fingerprint);
    return verdictSentence(done);
  } catch (error) {
    if (!isPostureError(error)) throw error;
    desk.log.warn({ err: error, fingerprint }, "a re-check could not be done");
    return `could not re-check: ${error.message} ${error.next}`;
  }
}

function lookAgain({ posture, log }: Desk, fingerprint: string): void {
  const again = (): Promise<Recheck | void> =>
    posture
      .recheck(fingerprint, { kind: "system" })
      .catch((error: unknown) => log.warn({ err: error }, "the second look could not be done"));
  setTimeout(() => void again(), SECOND_LOOK).unref();
}

/** The finding's own message in the channel where it was asked for: where it is, or, where there is none, posts it. */
export async function openFinding(desk: Desk, { finding }: Listed, from: Row | null): Promise<Message> {
  const to = from?.body.to ?? null;
  const known = (await messagesAbout(desk, finding)).find(({ body }) => body.to === to);
  if (known?.body.ts && known.body.channel) {
    const url = await desk.slack.permalink({ channel: known.body.channel, ts: known.body.ts }).catch(() => null);
    if (url === null) return sentence(`${finding.ref.name} already has a message in this channel.`);
    return alreadyThere(finding, url);
  }
  const posted = await post(desk, finding, to);
  const where = known?.body.group === null || known === undefined ? "" : " in the thread";
  return sentence(posted > 0 ? `Posting ${finding.ref.name}${where}.` : `${finding.ref.name} is on its way.`);
}

async function post({ store, now }: Desk, finding: Finding, to: To): Promise<number> {
  return store.transact({ outbox: { subjects: [finding.fingerprint, ...finding.aliases] } }, ({ outbox }) => {
    const at = now();
    const writes = askedFor([finding], to, outbox, at);
    return { at, events: [], writes, result: writes.length };
  });
}

/** Gives each open critical finding that a digest is about a message of its own, in the channel of the digest. */
export async function postCriticals(desk: Desk, sweepId: string, accountId: string, user: string, place: Place | null): Promise<Message> {
  const { store, posture, route, now } = desk;
  const clicked = await rowAt(desk, place, [sweepId]);
  const more = clicked?.body.type === "digest" ? clicked.body.more : [];
  const open = await posture.list({ statuses: ["open"], severities: ["critical"], accounts: [accountId, ...more] });
  const posted = await store.transact({ outbox: {} }, ({ outbox }) => {
    const at = now();
    const digests = outbox.filter(({ subject }) => subject === sweepId).map(rowOf);
    const row = digests.find(
      (it) => it?.body.type === "digest" && it.body.accountId === accountId && it.body.to === (clicked?.body.to ?? null),
    );
    const to = row?.body.to ?? null;
    const about = row?.body.type === "digest" && !row.body.first ? new Set([...row.body.fingerprints, ...membersOf(row, outbox)]) : null;
    const isMeant = (finding: Finding): boolean =>
      about === null
        ? route(finding, at).some(({ channel }) => channel === to)
        : [finding.fingerprint, ...finding.aliases].some((it) => about.has(it));
    const wanted = open.map(({ finding }) => finding).filter(isMeant);
    const posts = askedFor(wanted, to, outbox, at);
    const told = row ? [written(outboxOf(bumped(row, at, { said: { by: user, at, text: "posted the criticals" }, asked: true })))] : [];
    return { at, events: [], writes: [...posts, ...told], result: posts.length };
  });
  return sentence(
    posted > 0
      ? `Posting ${posted} critical ${posted === 1 ? "finding" : "findings"}.`
      : "Every open critical finding has its message already.",
  );
}

function membersOf({ key }: Row, outbox: readonly OutboxRow[]): readonly string[] {
  return membersIn(outbox.filter(({ subject }) => subject === key));
}

/** Lifts what hides the finding. Answers what to tell the person; `null`: the message says it. */
export async function lift(desk: Desk, { finding, suppression }: Listed, user: string): Promise<string | null> {
  if (!suppression) return "This finding is not suppressed any more.";
  const answer = await desk.posture.lift(suppression.id, { kind: "user", id: user, via: "slack" });
  if (answer.kind === "refused") return "This finding is not suppressed any more.";
  await tellChannel(desk, finding, { by: user, at: desk.now(), text: "lifted the suppression" });
  return null;
}
