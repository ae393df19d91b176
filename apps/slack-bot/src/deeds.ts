import { type Finding, isPostureError } from "@posture/core";
import type { Listed, Recheck } from "@posture/runtime";
import { type Desk, messageOf, tellChannel, written } from "./desk.ts";
import { askedFor } from "./outbox/announcer.ts";
import { bumped, digestKey, latestByFinding, outboxOf, rowOf } from "./outbox/rows.ts";
import { rich, section, link, literal } from "./views/parts.ts";
import type { Message } from "./slack/port.ts";
import { verdictSentence } from "./views/verdicts.ts";
import { sentence } from "./views/words.ts";

/** A fix takes a moment to reach every part of AWS: what was resolved is looked at once more after this. In milliseconds. */
const SECOND_LOOK = 60_000;

/** Reads the finding's resource now. The message says so at once, and then what came of it. Answers the same in words. */
export async function recheck(desk: Desk, { finding }: Listed, user: string): Promise<string> {
  const { checking, now } = desk;
  checking.set(finding.fingerprint, { by: user });
  await tellChannel(desk, finding);
  try {
    const text = await verdict(desk, finding.fingerprint, user);
    checking.delete(finding.fingerprint);
    await tellChannel(desk, finding, { by: user, at: now(), text });
    return text;
  } finally {
    checking.delete(finding.fingerprint);
  }
}

async function verdict(desk: Desk, fingerprint: string, user: string): Promise<string> {
  try {
    const done = await desk.posture.recheck(fingerprint, { kind: "user", id: user, via: "slack" });
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

/** The finding's own message: where it is, or, where there is none, posts it. */
export async function openFinding(desk: Desk, { finding }: Listed): Promise<Message> {
  const known = await messageOf(desk, finding);
  if (known?.body.ts && known.body.channel) {
    const url = await desk.slack.permalink({ channel: known.body.channel, ts: known.body.ts }).catch(() => null);
    if (url === null) return sentence(`${finding.ref.name} already has a message in this channel.`);
    return {
      text: `Already in this channel: ${url}`,
      blocks: [rich(section(literal(`${finding.ref.name} already has a message: `), link(url, "open it"), literal(".")))],
    };
  }
  const posted = await post(desk, [finding.fingerprint]);
  return sentence(posted > 0 ? `Posting ${finding.ref.name}.` : `${finding.ref.name} is on its way.`);
}

async function post({ store, now }: Desk, fingerprints: readonly string[]): Promise<number> {
  return store.transact({ outbox: { subjects: [...fingerprints] } }, ({ outbox }) => {
    const at = now();
    const writes = askedFor(fingerprints, outbox, at);
    return { at, events: [], writes, result: writes.length };
  });
}

/** Gives each open critical finding that a digest is about a message of its own. */
export async function postCriticals(desk: Desk, sweepId: string, accountId: string, user: string): Promise<Message> {
  const { store, posture, now } = desk;
  const open = await posture.list({ statuses: ["open"], severities: ["critical"], accounts: [accountId] });
  const digests = [`digest:${sweepId}:${accountId}`, digestKey(accountId)];
  const posted = await store.transact({ outbox: {} }, ({ outbox }) => {
    const at = now();
    const row = digests.flatMap((key) => outbox.filter((it) => it.key === key && it.subject === sweepId)).map(rowOf)[0];
    const about = row?.body.type === "digest" && !row.body.first ? new Set(row.body.fingerprints) : null;
    const isMeant = ({ fingerprint, aliases }: Finding): boolean => about === null || [fingerprint, ...aliases].some((it) => about.has(it));
    const latest = latestByFinding(outbox);
    // The message that a finding has under a former name is its message.
    const isTold = ({ aliases }: Finding): boolean => aliases.some((it) => (latest.get(it)?.state ?? "dead") !== "dead");
    const wanted = open.flatMap(({ finding }) => (isMeant(finding) && !isTold(finding) ? [finding.fingerprint] : []));
    const posts = askedFor(wanted, outbox, at);
    const told = row ? [written(outboxOf(bumped(row, at, { said: { by: user, at, text: "posted the criticals" }, asked: true })))] : [];
    return { at, events: [], writes: [...posts, ...told], result: posts.length };
  });
  return sentence(
    posted > 0
      ? `Posting ${posted} critical ${posted === 1 ? "finding" : "findings"}.`
      : "Every open critical finding has its message already.",
  );
}

/** Lifts what hides the finding. Answers what to tell the person; `null`: the message says it. */
export async function lift(desk: Desk, { finding, suppression }: Listed, user: string): Promise<string | null> {
  if (!suppression) return "This finding is not suppressed any more.";
  const answer = await desk.posture.lift(suppression.id, { kind: "user", id: user, via: "slack" });
  if (answer.kind === "refused") return "This finding is not suppressed any more.";
  await tellChannel(desk, finding, { by: user, at: desk.now(), text: "lifted the suppression" });
  return null;
}
