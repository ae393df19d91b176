import { personOf, type ResolvedSlack } from "@posture/config";
import {
  DAY,
  elapsed,
  type Finding,
  type FindingStore,
  type Instant,
  isPostureError,
  statusOf,
  type Preview,
  type Suppression,
} from "@posture/core";
import { noticed } from "./approving.ts";
import { type Desk, findingOf, messagesAbout } from "./desk.ts";
import { renderDaily, renderWeekly } from "./digests/render.ts";
import { findingModel } from "./finding-model.ts";
import { isPerson } from "./outbox/channels.ts";
import { memberKeys, membersIn } from "./outbox/members.ts";
import { messageIn, toldOf } from "./outbox/messages.ts";
import {
  type AssignedBody,
  type Checking,
  type DigestBody,
  type FindingBody,
  type GroupBody,
  type NoticeBody,
  type ReplyBody,
  type Row,
  rowOf,
} from "./outbox/rows.ts";
import { flappingOf } from "./outbox/threads.ts";
import { pendingOf, suppressionOf } from "./pending.ts";
import { renderShared } from "./sharing.ts";
import type { Message } from "./slack/port.ts";
import { assignedMessage } from "./views/assign.ts";
import { digestMessage } from "./views/digest.ts";
import { findingMessage } from "./views/finding.ts";
import { groupMessage } from "./views/group.ts";
import { fitted, problemsOf } from "./views/limits.ts";
import { noticeMessage } from "./views/notice.ts";
import { ruleMessage } from "./views/rule.ts";
import { guideMessage, linesMessage } from "./views/thread.ts";
import { troubleMessage } from "./views/trouble.ts";

/** In milliseconds: what reads a resource gives up before. */
const LONGEST_CHECK = 5 * 60_000;

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
    case "reply":
      return renderReply(desk, subject, body);
    case "digest":
      return renderDigest(desk, key, subject, body);
    case "group":
      return renderGroup(desk, key, body);
    case "notice":
      return renderNotice(desk, subject, body);
    case "assigned":
      return renderAssigned(desk, subject, body);
    case "rule":
      return renderRule(desk, subject, body.mayRepeat);
    case "daily":
      return renderDaily(desk, body);
    case "weekly":
      return renderWeekly(desk, body);
    case "share":
      return renderShared(desk, body);
    case "trouble":
      return Promise.resolve(troubleMessage({ ...body, channel: body.of ?? desk.channel, own: body.of === null }));
  }
}

async function renderFinding(desk: Desk, fingerprint: string, body: FindingBody): Promise<Message | null> {
  const listed = await findingOf(desk, fingerprint);
  if (!listed) return null;
  const { said, follows, lapsed, mayRepeat, channel } = body;
  const earlier = follows === null ? null : await linkTo(desk, { ts: follows, channel });
  const next = body.next === null ? null : { url: await linkToRow(desk, body.next), after: body.nextAfter };
  // What a group has told is not called for twice.
  const owner = body.group === null ? body.owner : null;
  const now = desk.now();
  const own = { said, mayRepeat, follows: earlier, lapsed, flapping: flappingOf(body, now), checking: checkingOf(body, now), next, owner };
  return findingMessage({ ...(await findingModel(desk, listed)), ...own });
}

/** What takes longer than any re-check was left by a bot that did not come back. */
function checkingOf({ checking }: FindingBody, now: Instant): Checking | null {
  return checking !== null && elapsed(checking.at, now) < LONGEST_CHECK ? checking : null;
}

/** `null`: Slack does not say where it is. */
function linkTo({ slack, channel: own }: Desk, { ts, channel }: { ts: string; channel: string | null }): Promise<string | null> {
  return slack.permalink({ channel: channel ?? own, ts }).catch(() => null);
}

/** To the message of a row, or to the group that tells it; `null`: it does not stand yet. */
async function linkToRow(desk: Desk, key: string): Promise<string | null> {
  const row = await rowNamed(desk, key);
  const group =
    row?.body.type === "finding" && row.body.ts === null && row.body.group !== null ? await rowNamed(desk, row.body.group) : null;
  const { ts, channel } = group?.body ?? row?.body ?? { ts: null, channel: null };
  return ts === null ? null : linkTo(desk, { ts, channel });
}

function rowNamed({ store }: Desk, key: string): Promise<Row | null> {
  return store.read({ outbox: { keys: [key] } }, ({ outbox }) => (outbox[0] ? rowOf(outbox[0]) : null));
}

/** Whom a line names, by id. */
function peopleIn({ by, did, from, to }: ReplyBody["lines"][number]): readonly string[] {
  const actor = by.kind === "user" && by.via === "slack" ? [by.id] : [];
  return did === "assigned" || did === "unassigned" ? [...actor, ...[from, to].filter((id) => id !== null)] : actor;
}

/** Whom the configuration knows of those who called AWS, by principal; a user group is nobody in particular. */
function callersIn(lines: ReplyBody["lines"], { owners }: Pick<ResolvedSlack, "owners">): ReadonlyMap<string, string> {
  const callers = lines.flatMap(({ after }) => after?.by ?? []);
  return new Map(
    callers
      .map((by) => [by, personOf(by, owners)] as const)
      .flatMap(([by, id]) => (id?.startsWith("S") === false ? [[by, id] as const] : [])),
  );
}

function namedAs(by: string, name: string | undefined): readonly (readonly [string, string])[] {
  return name === undefined ? [] : [[by, name]];
}

async function renderReply(desk: Desk, fingerprint: string, { lines, owner, mayRepeat }: ReplyBody): Promise<Message | null> {
  if (lines.length > 0) {
    const callerIds = callersIn(lines, desk.posture.slackSettings);
    const names = await desk.people.namesOf([...new Set([...lines.flatMap(peopleIn), ...callerIds.values()])]);
    const callers = new Map([...callerIds].flatMap(([by, id]) => namedAs(by, names.get(id))));
    return linesMessage({ lines, owner, names, callers, mayRepeat });
  }
  const listed = await findingOf(desk, fingerprint);
  return listed && guideMessage({ finding: listed.finding, check: desk.posture.checks.get(listed.finding.checkId), mayRepeat });
}

async function renderNotice(desk: Desk, suppressionId: string, { expiresAt, mayRepeat, to, ts }: NoticeBody): Promise<Message | null> {
  // Somebody whom Slack lets nobody write to is not written to for ever.
  if (isPerson(to) && ts === null && desk.now() >= expiresAt) return null;
  const suppression = await suppressionOf(desk, suppressionId);
  return suppression && noticeMessage({ suppression, expiresAt, mayRepeat, now: desk.now(), ...(await noticed(desk, suppression)) });
}

/** `null`: it is somebody else's by now, or was given anew, or Slack has let nobody write to them for a day. */
async function renderAssigned(desk: Desk, fingerprint: string, { to, at, ts, mayRepeat }: AssignedBody): Promise<Message | null> {
  const listed = await findingOf(desk, fingerprint);
  const assignee = listed?.finding.assignee;
  if (!listed || assignee?.id !== to || assignee.at !== at) return null;
  if (ts === null && elapsed(at, desk.now()) >= DAY) return null;
  const { finding, id } = listed;
  return assignedMessage({ finding, id, by: assignee.by, url: await linkToMessage(desk, finding), mayRepeat });
}

/** `null`: it has none that stands. */
async function linkToMessage(desk: Desk, finding: Finding): Promise<string | null> {
  const standing = (await messagesAbout(desk, finding)).find(({ body }) => body.ts !== null);
  if (!standing || standing.body.ts === null) return null;
  return linkTo(desk, { ts: standing.body.ts, channel: standing.body.channel });
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
  { accountId, more, first, fingerprints, parts, said, to, ts }: DigestBody,
): Promise<Message | null> {
  const accounts = [accountId, ...more];
  const present = await posture.summaryOf({ accounts });
  const about = new Set([...fingerprints, ...(await membersOf(store, key, parts))]);
  const open = await posture.list({ statuses: ["open"], accounts });
  const at = now();
  const isAbout = (finding: Finding): boolean =>
    first
      ? route(finding, at).some(({ channel }) => channel === to)
      : [finding.fingerprint, ...finding.aliases].some((it) => about.has(it));
  const findings = open.filter(({ finding }) => isAbout(finding));
  // What waited for the end of quiet hours, and is over by then.
  if (!first && ts === null && findings.length === 0) return null;
  const scopes = present.lastSweep?.coverage ?? [];
  const resources = scopes.reduce((sum, scope) => sum + (scope.state === "complete" ? scope.seen : 0), 0);
  return digestMessage({ accounts, sweepId, first, findings, unsure: present, resources, said, now: at });
}

async function renderGroup(
  { posture, store, now }: Desk,
  key: string,
  { checkId, accountId, quiet, parts, mayRepeat, owners, to }: GroupBody,
): Promise<Message> {
  const fingerprints = await membersOf(store, key, parts);
  const at = now();
  const members = await store.read({ findings: { fingerprints }, outbox: { subjects: fingerprints } }, (view) => {
    const told = toldOf(view.outbox);
    return view.findings.map((finding) => {
      const latest = messageIn(finding, to, told);
      const isToldLater = latest !== undefined && latest.body.group !== key;
      const wasHidden = !isToldLater && latest?.body.lapsed != null;
      return { finding, status: isToldLater ? ("told-later" as const) : statusOf(finding, view, at), wasHidden };
    });
  });
  const check = checkId === null ? undefined : posture.checks.get(checkId);
  return groupMessage({ title: check?.title ?? checkId, accountId, quiet, members, owners, mayRepeat });
}

function membersOf(store: FindingStore, owner: string, parts: number): Promise<readonly string[]> {
  return store.read({ outbox: { keys: memberKeys(owner, parts) } }, ({ outbox }) => membersIn(outbox));
}
