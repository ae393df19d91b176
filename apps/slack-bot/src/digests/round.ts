import type { Day, Instant } from "@posture/core";
import { type Desk, written } from "../desk.ts";
import { type DailyBody, outboxOf, type Row, rowOf } from "../outbox/rows.ts";
import { dailyOf, type Facts, hasChanged } from "./daily.ts";
import { belongingTo, factsSince } from "./facts.ts";
import { beginningOf, type Since } from "./happened.ts";
import {
  dailyDue,
  dailyKey,
  dailyRow,
  dailySubject,
  type Due,
  type Earlier,
  earlierOf,
  missedBetween,
  sinceOf,
  targetsOf,
  wasThere,
} from "./schedule.ts";
import { weeklyRound } from "./weekly-round.ts";

/** How often it is looked whether an hour has come, in milliseconds. */
const TICK = 30_000;

/** Writes down each digest when its hour has come. Answers what ends it. */
export function digesting(desk: Desk, own: readonly string[]): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let isRunning = false;
  const tick = (): void => {
    if (isRunning) return;
    isRunning = true;
    running = round(desk, own)
      .catch((error: unknown) => desk.log.error({ err: error }, "a digest could not be made for now"))
      .finally(() => (isRunning = false));
  };
  tick();
  const timer = setInterval(tick, TICK);
  return async () => {
    clearInterval(timer);
    await running;
  };
}

/** One look at the clock. `own`: what the bot's own channel is called. */
export async function round(desk: Desk, own: readonly string[]): Promise<void> {
  await dailyRound(desk, own);
  await weeklyRound(desk);
}

/** A digest of a channel that is due and was not written down yet. */
interface Open extends Due, Earlier {
  readonly since: Since;
}

async function dailyRound(desk: Desk, own: readonly string[]): Promise<void> {
  const at = desk.now();
  const due = await openOf(desk, dailyDue(targetsOf(desk.posture.slackSettings, own), at), at);
  if (due.length === 0) return;
  // Most channels go on from the same record.
  const known = new Map<string, Facts>();
  for (const { since } of due) if (!known.has(nameOf(since))) known.set(nameOf(since), await factsSince(desk, since));
  const rows = due.flatMap((it) => {
    const facts = known.get(nameOf(it.since));
    return facts?.happened.until ? [{ ...it, row: rowFor(desk, it, facts, facts.happened.until, at) }] : [];
  });
  await writtenDown(desk, rows);
}

function nameOf({ seq, at }: Since): string {
  return `${seq} ${at}`;
}

/** Those that nobody has written down yet. */
async function openOf({ store }: Desk, due: readonly Due[], at: Instant): Promise<readonly Open[]> {
  if (due.length === 0) return [];
  const keys = due.map(({ to, date }) => dailyKey(to, date));
  const known = await store.read({ outbox: { keys } }, ({ outbox }) => new Set(outbox.map(({ key }) => key)));
  const open = due.filter(({ to, date }) => !known.has(dailyKey(to, date)));
  if (open.length === 0) return [];
  const subjects = open.map(({ to }) => dailySubject(to));
  const rows = await store.read({ outbox: { subjects } }, ({ outbox }) => outbox.map(rowOf).filter((row) => row !== null));
  const begun = await beginningOf(store);
  return open.flatMap((it) => {
    const earlier = earlierOf(
      rows.filter(({ subject }) => subject === dailySubject(it.to)),
      it.date,
    );
    const isFirst = earlier.last === null && earlier.from === null;
    return isFirst && !wasThere(it.daily, it.date, begun) ? [] : [{ ...it, ...earlier, since: sinceOf(earlier, at) }];
  });
}

function rowFor(desk: Desk, { to, daily, date, since, last }: Open, facts: Facts, until: DailyBody["until"], at: Instant): Row<DailyBody> {
  const told = dailyOf(facts, belongingTo(desk, to), to, since.at, at);
  const { complete, total } = told.unsure.coverage;
  const changed = hasChanged(told, last?.body ?? null);
  const of = { date, since, until, at, open: told.open, before: last?.body.open ?? null, coverage: { complete, total }, changed };
  return dailyRow(to, of, !changed && daily.whenNothingChanged === "silent");
}

/** In one commit: what another bot on the same store has written meanwhile is left as it is. */
async function writtenDown({ store, now, log }: Desk, due: readonly (Open & { readonly row: Row<DailyBody> })[]): Promise<void> {
  const keys = due.flatMap(({ row, overtaken }) => [row.key, ...overtaken.map(({ key }) => key)]);
  const made = await store.transact({ outbox: { keys } }, ({ outbox }) => {
    const present = new Map(outbox.map((it) => [it.key, it]));
    const mine = due.filter(({ row }) => !present.has(row.key));
    const former = mine.flatMap(({ overtaken }) => overtaken.flatMap(({ key }) => present.get(key) ?? []));
    // What has left meanwhile told people what it tells.
    const lapsed = former.filter(({ state }) => state === "due").map((it) => ({ ...it, state: "dead" as const, dueAt: null }));
    const rows = mine.map(({ row }) => outboxOf(row));
    return { at: now(), events: [], writes: [...rows, ...lapsed].map(written), result: mine };
  });
  for (const { to, date, daily, last } of made) {
    const missed = last ? missedBetween(daily, last.body.date, date) : [];
    log.info({ channel: to ?? "its own", date }, "a daily digest is due");
    if (missed.length > 0)
      log.warn(
        { channel: to ?? "its own", missed: named(missed) },
        "on these days no digest was made, since the bot did not run: the next tells what they brought",
      );
  }
}

function named(days: readonly Day[]): string {
  return days.length <= 7 ? days.join(", ") : `${days.slice(0, 7).join(", ")} and ${days.length - 7} more`;
}
