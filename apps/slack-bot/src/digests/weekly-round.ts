import { type Desk, written } from "../desk.ts";
import { outboxOf } from "../outbox/rows.ts";
import { beginningOf } from "./happened.ts";
import { wasThere, weeklyDue } from "./schedule.ts";
import { addresseesOf, roundKey, weeklyRow } from "./weekly.ts";

/** Has each owner told once a week what is open of theirs. */
export async function weeklyRound({ posture, store, route, now, log }: Desk): Promise<void> {
  const { weekly } = posture.slackSettings.digests;
  const at = now();
  const date = weekly && weeklyDue(weekly, at);
  if (!weekly || !date) return;
  const key = roundKey(date);
  const keys = { outbox: { keys: [key] } };
  if (await store.read(keys, ({ outbox }) => outbox.length > 0)) return;
  if (!wasThere({ ...weekly, days: [weekly.day] }, date, await beginningOf(store))) return;
  const open = await posture.list({ statuses: ["open"] });
  const rows = addresseesOf(
    open.map(({ finding }) => finding),
    route,
    at,
  ).map((it) => weeklyRow(it, date, at));
  const mark = { key, subject: "weekly", state: "sent" as const, dueAt: null, body: { type: "weekly-round" } };
  const made = await store.transact(keys, ({ outbox }) => {
    const writes = outbox.length > 0 ? [] : [mark, ...rows.map(outboxOf)].map(written);
    return { at: now(), events: [], writes, result: writes.length > 0 };
  });
  if (made) log.info({ date, owners: rows.length }, "owners are told what is open of theirs");
}
