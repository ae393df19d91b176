import type { Listed } from "@posture/runtime";
import { type Desk, findingOf } from "./desk.ts";
import type { DigestBody, FindingBody, Row } from "./outbox/rows.ts";
import type { Message } from "./slack/port.ts";
import { digestMessage } from "./views/digest.ts";
import { type FindingModel, findingMessage } from "./views/finding.ts";
import { fitted, problemsOf } from "./views/limits.ts";

/** What a message shows at this moment: rows say that something is due, never what. */
export async function render(desk: Desk, row: Row): Promise<Message | null> {
  const message =
    row.body.type === "finding" ? await renderFinding(desk, row.subject, row.body) : await renderDigest(desk, row.subject, row.body);
  if (!message) return null;
  const problems = problemsOf(message.blocks);
  if (problems.length > 0) desk.log.warn({ key: row.key, problems }, "a message was too much for Slack and was shortened");
  return fitted(message);
}

export function findingModel({ posture, checking, now }: Desk, listed: Listed): FindingModel {
  const { finding, status, suppression, id } = listed;
  return {
    finding,
    status,
    suppression,
    id,
    check: posture.checks.get(finding.checkId),
    cover: finding.coveredBy === null ? undefined : posture.checks.get(finding.coveredBy),
    checking: checking.get(finding.fingerprint) ?? null,
    said: null,
    follows: null,
    mayRepeat: false,
    now: now(),
  };
}

async function renderFinding(desk: Desk, fingerprint: string, { said, follows, mayRepeat, channel }: FindingBody): Promise<Message | null> {
  const listed = await findingOf(desk, fingerprint);
  if (!listed) return null;
  const earlier = follows === null ? null : await desk.slack.permalink({ channel: channel ?? desk.channel, ts: follows }).catch(() => null);
  return findingMessage({ ...findingModel(desk, listed), said, mayRepeat, follows: earlier });
}

async function renderDigest(
  { posture, now }: Desk,
  sweepId: string,
  { accountId, first, fingerprints, said }: DigestBody,
): Promise<Message> {
  const summary = await posture.summary();
  const about = new Set(fingerprints);
  const open = await posture.list({ statuses: ["open"], accounts: [accountId] });
  const findings = open.filter(({ finding }) => first || [finding.fingerprint, ...finding.aliases].some((it) => about.has(it)));
  const scopes = summary.lastSweep?.coverage.filter((scope) => scope.accountId === accountId) ?? [];
  const resources = scopes.reduce((sum, scope) => sum + (scope.state === "complete" ? scope.seen : 0), 0);
  return digestMessage({
    accountId,
    sweepId,
    first,
    findings,
    unsure: summary,
    resources,
    said,
    now: now(),
  });
}
