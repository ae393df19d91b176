import { type Finding, type FindingStore, isPostureError, statusOf, type Preview, type Suppression } from "@posture/core";
import type { Listed } from "@posture/runtime";
import { noticed } from "./approving.ts";
import { type Desk, findingOf } from "./desk.ts";
import { renderDaily, renderWeekly } from "./digests/render.ts";
import { isPerson } from "./outbox/channels.ts";
import { memberKeys, membersIn } from "./outbox/members.ts";
import type { DigestBody, FindingBody, GroupBody, NoticeBody, Row } from "./outbox/rows.ts";
import { pendingFor, pendingOf, suppressionOf } from "./pending.ts";
import type { Message } from "./slack/port.ts";
import { digestMessage } from "./views/digest.ts";
import { type FindingModel, findingMessage } from "./views/finding.ts";
import { groupMessage } from "./views/group.ts";
import { fitted, problemsOf } from "./views/limits.ts";
import { noticeMessage } from "./views/notice.ts";
import { ruleMessage } from "./views/rule.ts";
import { troubleMessage } from "./views/trouble.ts";

/** What a message shows at this moment: rows say that something is due, never what. */
export async function render(desk: Desk, row: Row): Promise<Message | null> {
  const message = await content(desk, row);
  if (!message) return null;
  const problems = problemsOf(message.blocks);
  if (problems.length > 0) desk.log.warn({ key: row.key, problems }, "a message was too much for Slack and was shortened");
  return fitted(message);
}

function content(desk: Desk, { key, subject, body }: Row): Promise<Message | null> {
  switch (body.type) {
    case "finding":
      return renderFinding(desk, subject, body);
    case "digest":
      return renderDigest(desk, key, subject, body);
    case "group":
      return renderGroup(desk, key, body);
    case "notice":
      return renderNotice(desk, subject, body);
    case "rule":
      return renderRule(desk, subject, body.mayRepeat);
    case "daily":
      return renderDaily(desk, body);
    case "weekly":
      return renderWeekly(desk, body);
    case "trouble":
      return Promise.resolve(troubleMessage({ ...body, channel: body.of ?? desk.channel, own: body.of === null }));
  }
}

export async function findingModel(desk: Desk, listed: Listed): Promise<FindingModel> {
  const { posture, checking, now } = desk;
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
    pending: await pendingFor(desk, listed),
    follows: null,
    mayRepeat: false,
    now: now(),
  };
}

async function renderFinding(desk: Desk, fingerprint: string, { said, follows, mayRepeat, channel }: FindingBody): Promise<Message | null> {
  const listed = await findingOf(desk, fingerprint);
  if (!listed) return null;
  const earlier = follows === null ? null : await desk.slack.permalink({ channel: channel ?? desk.channel, ts: follows }).catch(() => null);
  return findingMessage({ ...(await findingModel(desk, listed)), said, mayRepeat, follows: earlier });
}

async function renderNotice(desk: Desk, suppressionId: string, { expiresAt, mayRepeat, to, ts }: NoticeBody): Promise<Message | null> {
  // Somebody whom Slack lets nobody write to is not written to for ever.
  if (isPerson(to) && ts === null && desk.now() >= expiresAt) return null;
  const suppression = await suppressionOf(desk, suppressionId);
  return suppression && noticeMessage({ suppression, expiresAt, mayRepeat, now: desk.now(), ...(await noticed(desk, suppression)) });
}

async function renderRule(desk: Desk, suppressionId: string, mayRepeat: boolean): Promise<Message | null> {
  const suppression = await suppressionOf(desk, suppressionId);
  if (!suppression) return null;
  const isWaiting = pendingOf(suppression, desk.now())?.later === false;
  const preview = isWaiting ? await previewOf(desk, suppression) : null;
  const listed = (await desk.posture.suppressions()).find((it) => it.suppression.id === suppressionId);
  return ruleMessage({ suppression, preview, hides: listed?.hides ?? 0, mayRepeat, now: desk.now() });
}

/** `null`: a check that the rule names is not loaded any more. */
async function previewOf({ posture, log }: Desk, { id, scope }: Suppression): Promise<Preview | null> {
  try {
    return (await posture.preview(scope)).preview;
  } catch (error) {
    if (!isPostureError(error)) throw error;
    log.warn({ err: error, suppression: id }, "what a rule would hide could not be said");
    return null;
  }
}

async function renderDigest(
  { posture, store, route, now }: Desk,
  key: string,
  sweepId: string,
  { accountId, first, fingerprints, parts, said, to }: DigestBody,
): Promise<Message> {
  const summary = await posture.summary();
  const about = new Set([...fingerprints, ...(await membersOf(store, key, parts))]);
  const open = await posture.list({ statuses: ["open"], accounts: [accountId] });
  const at = now();
  const isAbout = (finding: Finding): boolean =>
    first
      ? route(finding, at).some(({ channel }) => channel === to)
      : [finding.fingerprint, ...finding.aliases].some((it) => about.has(it));
  const findings = open.filter(({ finding }) => isAbout(finding));
  const scopes = summary.lastSweep?.coverage.filter((scope) => scope.accountId === accountId) ?? [];
  const resources = scopes.reduce((sum, scope) => sum + (scope.state === "complete" ? scope.seen : 0), 0);
  return digestMessage({ accountId, sweepId, first, findings, unsure: summary, resources, said, now: at });
}

async function renderGroup(
  { posture, store, now }: Desk,
  key: string,
  { checkId, accountId, parts, mayRepeat }: GroupBody,
): Promise<Message> {
  const fingerprints = await membersOf(store, key, parts);
  const at = now();
  const members = await store.read({ findings: { fingerprints } }, (view) =>
    view.findings.map((finding) => ({ finding, status: statusOf(finding, view, at) })),
  );
  const check = checkId === null ? undefined : posture.checks.get(checkId);
  return groupMessage({ title: check?.title ?? checkId, accountId, members, mayRepeat });
}

function membersOf(store: FindingStore, owner: string, parts: number): Promise<readonly string[]> {
  return store.read({ outbox: { keys: memberKeys(owner, parts) } }, ({ outbox }) => membersIn(outbox));
}
