import {
  actorSchema,
  auditEventSchema,
  awsChangeSchema,
  type Decision,
  eachOf,
  findingSchema,
  flatMapping,
  grouping,
  type Instant,
  type Json,
  type OutboxRow,
  STATUSES,
  statusOf,
  type StoreView,
  suppressionSchema,
  type Work,
  type Write,
} from "@posture/core";
import { z } from "zod";
import type { Context } from "./context.ts";
import type { Announcer, ChangeCause, Happened, StatusChange } from "./posture.ts";

/*
 * A process without an announcer, as a command line, leaves what it commits to one that has: a row of the outbox for each finding and suppression, with
 * what that was when somebody could last hear of it. Several commits about one are one row, so there are never more rows than findings.
 */

const PREFIX = "untold:";
/** Of one finding or suppression: the latest. */
const MOST_EVENTS = 50;

const cause: z.ZodType<ChangeCause> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("sweep"), sweepId: z.string() }),
  z.object({ kind: z.literal("re-check"), by: actorSchema }),
  z.object({ kind: z.literal("event"), change: awsChangeSchema }),
  z.object({ kind: z.literal("suppression"), suppression: suppressionSchema }),
  z.object({ kind: z.literal("assignment"), by: actorSchema }),
  z.object({ kind: z.literal("clock") }),
]);
const body = z.object({
  type: z.literal("untold"),
  /** `before`: `null` where the finding was new. */
  change: z.object({ before: z.object({ finding: findingSchema, status: z.enum(STATUSES) }).nullable(), cause }).nullable(),
  suppression: suppressionSchema.nullable(),
  events: z.array(auditEventSchema),
});
type Body = z.infer<typeof body>;
/** What is written is what was read: it is checked when it is read back. */
const json = z.custom<Json>((value) => value !== undefined);

interface Untold {
  readonly row: OutboxRow;
  readonly body: Body;
}

function untoldIn(outbox: readonly OutboxRow[]): readonly Untold[] {
  return outbox.flatMap((row) => {
    if (row.state !== "due" || !isUntold(row)) return [];
    const parsed = body.safeParse(row.body);
    return parsed.success ? [{ row, body: parsed.data }] : [];
  });
}

function isUntold({ key }: OutboxRow): boolean {
  return key.startsWith(PREFIX);
}

/** `null`: nobody has ever told anything from this store, and nobody need know what was there before. */
export function leaving({ outbox }: StoreView): Announcer | null {
  return outbox.some((row) => !isUntold(row)) ? LEAVING : null;
}

const LEAVING: Announcer = {
  *planning(happened, view, now, part) {
    const { changes, suppressions } = happened;
    const subjects = new Set(view.outbox.map(({ subject }) => subject));
    const left = new Map(untoldIn(view.outbox).map(({ row, body: was }) => [row.subject, was]));
    const events = yield* grouping(happened.events, ({ subject }) => subject, part);
    const rowOf = (subject: string, it: Omit<Body, "type" | "events">): Write => {
      const was = left.get(subject);
      const all = [...(was?.events ?? []), ...(events.get(subject) ?? [])].slice(-MOST_EVENTS);
      const change = it.change && was?.change ? { ...it.change, before: was.change.before } : (it.change ?? was?.change ?? null);
      return written({
        key: `${PREFIX}${subject}`,
        subject,
        state: "due",
        dueAt: now,
        body: json.parse({ type: "untold", ...it, change, events: all }),
      });
    };
    const ofChange = ({ before, after: { finding }, cause: why }: StatusChange): Write =>
      rowOf(finding.fingerprint, { change: { before, cause: why }, suppression: null });
    const concerned = yield* flatMapping(changes, (it) => (mayBeTold(it, subjects) ? [ofChange(it)] : []), part);
    return [...concerned, ...suppressions.map((it) => rowOf(it.id, { change: null, suppression: it }))];
  },
  // The sweep of a bot has its own digest.
  *planningSweep() {
    yield;
    return [];
  },
};

/** There is a message about it, or there is to be one. */
function mayBeTold({ after: { finding, status }, cause: { kind } }: StatusChange, subjects: ReadonlySet<string>): boolean {
  return status === "open" || kind === "assignment" || [finding.fingerprint, ...finding.aliases].some((name) => subjects.has(name));
}

function written(value: OutboxRow): Write {
  return { kind: "outbox", value };
}

/** Announces what others have left, as it is by now. */
export async function announceUntold(context: Context): Promise<void> {
  const { store, now, part, announcer } = context;
  if (!announcer) return;
  const due = await store.read({ outbox: { states: ["due"] } }, ({ outbox }) => outbox.filter(isUntold));
  if (due.length === 0) return;
  const subjects = new Set(due.map(({ subject }) => subject));
  await store.transact<undefined>({ findings: { fingerprints: [...subjects] }, outbox: {} }, function* (view): Work<Decision<undefined>> {
    const at = now();
    // What was left since then waits for the next time: its findings are not in sight.
    const untold = untoldIn(view.outbox).filter(({ row }) => subjects.has(row.subject));
    const done = untold.map(({ row }): Write => written({ ...row, state: "sent", dueAt: null, body: null }));
    const rest = { ...view, outbox: view.outbox.filter((row) => !isUntold(row)) };
    const writes = yield* announcer.planning(yield* happenedIn(untold, rest, at, part), rest, at, part);
    return { at, events: [], writes: [...writes, ...done], result: undefined };
  });
}

function* happenedIn(untold: readonly Untold[], view: StoreView, now: Instant, part: number): Work<Happened> {
  const changes: StatusChange[] = [];
  const take = ({ row, body: { change } }: Untold): void => {
    const finding = change && view.findingOf(row.subject);
    if (finding) changes.push({ before: change.before, after: { finding, status: statusOf(finding, view, now) }, cause: change.cause });
  };
  yield* eachOf(untold, take, part);
  const suppressions = untold.flatMap(({ body: { suppression } }) => suppression ?? []);
  const events = untold.flatMap((it) => it.body.events).toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return { changes, suppressions, events };
}
