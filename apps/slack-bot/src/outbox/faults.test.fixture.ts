import { type AuditEvent, type Finding, HOUR, type Instant, type Suppression, SYSTEM } from "@posture/core";
import fc from "fast-check";
import { expect } from "vitest";
import { CHANGE, listed, refOf, suppressionOf } from "../finding.test.fixture.ts";
import { type Arrival, ONCE_WRONG, type Step, steps } from "./faults-steps.test.fixture.ts";
import { House, type Story } from "./house.test.fixture.ts";
import { isFindingRow, isUnsaid, numberOf } from "./messages.ts";
import type { Row } from "./rows.ts";

/* What people are told while Slack fails in every way and the bot ends in the middle: each thing once, in its order, and in the end the truth. */

interface News extends Arrival {
  readonly finding: Finding;
  /** What hides it. */
  readonly hidden: Suppression | null;
}

export interface Tally {
  readonly counts: Record<string, number>;
  readonly faults: Record<string, number>;
}

/** So long may everything need that is due once Slack is well again; the longest silence that it can ask for is a quarter of an hour. */
const PATIENCE = 6 * HOUR;

/** Tells so many stories. What did not come out as it should is in what it throws. */
export async function expectEachOnce(runs: number, seed: number): Promise<Tally> {
  const house = new House();
  const tally: Tally = { counts: {}, faults: {} };
  try {
    await fc.assert(
      fc.asyncProperty(steps, async (told) => {
        const story = await house.story({ several: told.some(({ kind }) => kind === "handover") });
        try {
          await tell(story, told, tally);
        } finally {
          await story.end();
        }
      }),
      { seed, numRuns: runs, endOnFailure: true, examples: [[ONCE_WRONG]] },
    );
  } finally {
    await house.close();
  }
  return tally;
}

async function tell(story: Story, told: readonly Step[], tally: Tally): Promise<void> {
  const known: News[] = [];
  let suppressed = 0;
  let isPayloadFaulty = false;
  for (const step of told) {
    count(tally.counts, step.kind);
    if ("heard" in step && step.heard) count(tally.counts, "of news and changes, after a change event");
    switch (step.kind) {
      case "news": {
        for (const it of step.findings) {
          const more = {
            severity: it.severity,
            checkId: `s3/check-${it.check}` as const,
            ref: refOf(`bucket-${known.length}`),
            openedAt: story.clock.now(),
          };
          const finding = listed("open", more).finding;
          known.push({ ...it, finding, hidden: null });
          await story.happened([finding], it.where, heardOf(step, story));
        }
        break;
      }
      case "change": {
        const at = step.which % Math.max(1, known.length);
        const it = known[at];
        if (!it) break;
        const finding = turned(it.finding, story.clock.now());
        known[at] = { ...it, finding };
        await story.happened([finding], it.where, heardOf(step, story));
        break;
      }
      case "lapse": {
        const over = known.filter(({ hidden, finding }) => hidden !== null && finding.condition === "failing");
        // Half of them end what is there already.
        const among = step.which % 2 === 0 && over.length > 0 ? over : known;
        const it = among[step.which % Math.max(1, among.length)];
        if (!it) break;
        const at = known.indexOf(it);
        const hidden = it.hidden
          ? null
          : suppressionOf(it.finding, { id: `s-${(suppressed += 1)}`, from: story.clock.now(), expiresAt: FAR });
        known[at] = { ...it, hidden };
        if (it.hidden && it.finding.condition === "failing") count(tally.counts, "suppressions that expired over what was still wrong");
        await story.happened([it.finding], it.where, hidden ? hiding(hidden) : expiring(it.hidden, story.clock.now()));
        break;
      }
      case "fault": {
        const isPayload = step.fault.error === "invalid_blocks";
        // What Slack would take neither as blocks nor as words is given up, and said in the log.
        if (isPayload && isPayloadFaulty) break;
        isPayloadFaulty ||= isPayload;
        count(tally.faults, step.fault.error ?? step.fault.kind);
        if (step.fault.method === "conversations.replies") count(tally.faults, "of conversations.replies");
        const channel = step.where === "anywhere" ? undefined : story.channels.get(step.where);
        story.slack.fault({ ...step.fault, ...(channel !== undefined && { channel }) });
        break;
      }
      case "restart":
        await story.restart();
        break;
      case "handover":
        await story.handedOver();
        break;
      case "death":
        story.dies(step.steps, step.midway);
        break;
      case "pass":
        await story.pass(step.seconds * 1000);
        break;
    }
    await story.moment(known.length % 4);
  }
  story.slack.clearFaults();
  await story.pass(PATIENCE, async () => (await story.rows()).every(({ state }) => state === "sent" || state === "dead"));
  await expectTruth(story, known);
  if (!told.some((step) => step.kind === "fault" && step.where === "anywhere")) await expectCalm(story, told, tally);
  const calls = story.ledger();
  count(tally.counts, "calls", calls.length);
  const rows = (await story.rows()).filter(isFindingRow);
  count(tally.counts, "findings that waited for the end of quiet hours", rows.filter(({ body }) => body.waited).length);
  count(tally.counts, "of these, over before they were told", rows.filter((row) => row.body.waited && isUnsaid(row)).length);
  count(tally.counts, "messages", calls.filter((it) => it.method === "chat.postMessage" && it.outcome?.ok === true).length);
}

const FAR = "2099-01-01T00:00:00.000Z";

function hiding(suppression: Suppression): Parameters<Story["happened"]>[2] {
  const { id: subject, from: at, by: actor } = suppression;
  const event: AuditEvent = { type: "suppressed", subject, at, actor, source: "slack", note: suppression.justification };
  return { suppressions: [suppression], events: [event], cause: { kind: "suppression", suppression } };
}

function expiring(hidden: Suppression | null, at: Instant): Parameters<Story["happened"]>[2] {
  if (!hidden) return {};
  const ended = { ...hidden, expiresAt: at, ended: { at, why: "expired", by: SYSTEM } } as const;
  const event: AuditEvent = { type: "suppression-ended", subject: hidden.id, at, actor: SYSTEM, source: "clock", note: "expired" };
  return { suppressions: [ended], events: [event] };
}

function heardOf({ heard }: { readonly heard?: boolean }, story: Story): Parameters<Story["happened"]>[2] {
  return heard ? { cause: { kind: "event", change: { ...CHANGE, at: story.clock.now() } } } : {};
}

function turned(finding: Finding, now: string): Finding {
  return finding.condition === "failing"
    ? { ...finding, condition: "cleared", clearedAt: now }
    : { ...finding, condition: "failing", clearedAt: null, reopened: finding.reopened + 1 };
}

async function expectTruth(story: Story, known: readonly News[]): Promise<void> {
  const rows = await story.rows();
  const calls = story
    .ledger()
    .filter(({ outcome, method }) => outcome?.ok === true && (method === "chat.postMessage" || method === "chat.update"));
  const marked = calls.map((call) => ({ call, mark: markOf(call.arguments["metadata"]) }));
  // Everything is settled, and shows its last revision.
  expect(rows.filter(({ state }) => state !== "sent").map(({ key, state, body }) => [key, state, body.lastError])).toEqual([]);
  for (const { finding, where } of known) {
    for (const it of where)
      expect(rows.some(({ subject, body }) => subject === finding.fingerprint && body.to === story.named(it))).toBe(true);
  }
  const isQuiet = (fingerprint: string): boolean =>
    known.some(({ finding, hidden }) => finding.fingerprint === fingerprint && (finding.condition === "cleared" || hidden !== null));
  const channels = new Set(rows.flatMap(({ body }) => body.channel ?? []));
  const shown = [...[...channels].flatMap((it) => story.slack.messages(it)), ...story.slack.directMessages()];
  for (const row of rows) {
    const its = marked.filter(({ mark }) => mark.key === row.key);
    const isTold = row.body.type === "finding" && row.body.group !== null && row.body.ts === null;
    const isOver = isFindingRow(row) && isUnsaid(row) && isQuiet(row.subject);
    const posts = its.filter(({ call }) => call.method === "chat.postMessage").length;
    // What was resolved or suppressed before anybody heard of it is never said.
    expect([row.key, posts]).toEqual([row.key, isTold || isOver ? 0 : 1]);
    if (isTold || isOver) continue;
    const message = shown.find(({ ts }) => ts === row.body.ts);
    expect([row.key, message?.text]).toEqual([row.key, await story.expected(row)]);
    const revisions = its.map(({ mark }) => mark.revision);
    expect([row.key, revisions]).toEqual([row.key, revisions.toSorted((a, b) => a - b)]);
    expect([row.key, row.body.shown, row.body.mayRepeat]).toEqual([row.key, row.body.wanted, false]);
  }
  for (const group of rows.filter(({ body }) => body.type === "group")) {
    const told = rows.filter(({ body }) => body.type === "finding" && body.group === group.key).length;
    expect(group.body).toMatchObject({ count: told });
  }
  expectOrder(rows);
}

/** The second message about a finding stands behind the first. */
function expectOrder(rows: readonly Row[]): void {
  const own = rows.filter(({ body }) => body.type === "finding" && body.ts !== null);
  for (const same of Map.groupBy(own, ({ subject, body }) => JSON.stringify([subject, body.to])).values()) {
    const inOrder = same.toSorted((a, b) => numberOf(a) - numberOf(b)).map(({ body }) => Number(body.ts));
    expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
  }
}

/** Until a post that may have been made before a death is believed not to be there. In milliseconds. */
const LOOKING = 36_000;

/** Where nothing went wrong, nothing waited for where it did. */
async function expectCalm(story: Story, told: readonly Step[], tally: Tally): Promise<void> {
  const there = (await story.rows()).filter(({ body }) => body.to === story.named("#calm"));
  const calm = there.filter(({ body }) => body.type === "finding" && body.ts !== null);
  const deaths = told.filter(({ kind }) => kind === "death" || kind === "handover").length;
  const bound = (there.length + 2) * 1000 + deaths * LOOKING + story.stopping;
  for (const { key } of calm) {
    const first = story.attempts.find((it) => it.key === key);
    const late = (first?.at ?? Number.NaN) - (story.dueAt.get(key) ?? Number.NaN);
    expect([key, late <= bound ? "in time" : late]).toEqual([key, "in time"]);
    count(tally.counts, "in time beside a faulty channel");
  }
}

function markOf(metadata: unknown): { readonly key: string; readonly revision: number } {
  const given: unknown = typeof metadata === "string" ? JSON.parse(metadata) : metadata;
  const { event_payload } = Object(given);
  return event_payload;
}

function count(counts: Record<string, number>, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}
