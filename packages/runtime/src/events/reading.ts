import {
  type AwsChange,
  elapsed,
  type Finding,
  fingerprintOf,
  type Instant,
  type Progress,
  type ResourceRef,
  resourceKey,
  type Write,
} from "@posture/core";
import { type About, factsOfReading, type Judgement, tell } from "@posture/engine";
import { changeOf, type Context, watchingOf, writeRenames } from "../context.ts";
import { noteLive, readNow } from "../live-reading.ts";

/** What something is looked at for after a change. */
export interface Reason {
  readonly checkIds: ReadonlySet<string>;
  /** The latest of those that concern it. */
  readonly change: AwsChange;
  /** What events prove of it. */
  readonly primed: Progress;
}
/** What a resource is read for after a change. */
export interface EventWish extends Reason {
  readonly ref: ResourceRef;
}

/** What came of it. */
export interface EventReading {
  readonly wish: EventWish;
  readonly judgements: readonly Judgement[];
  readonly readAt: Instant;
  /** Whether some sweep or read has shown the resource before. */
  readonly isKnown: boolean;
}

/** Of two about the same thing. */
export function merged<W extends Reason>(before: W, later: W): W {
  return {
    ...later,
    checkIds: new Set([...before.checkIds, ...later.checkIds]),
    change: before.change.at > later.change.at ? before.change : later.change,
    primed: { ...before.primed, ...later.primed },
  };
}

/** Reads one resource that an event touches, and writes down what is true of it now. */
export async function readAfter(context: Context, wish: EventWish): Promise<void> {
  await writeRenames(context);
  const { ref, checkIds, primed } = wish;
  const { judgements, readAt, isKnown } = await readNow(context, { ref, checkIds: [...checkIds], primed });
  await writeDown(context, [{ wish, judgements, readAt, isKnown }]);
}

/** In one record. */
export async function writeDown(context: Context, all: readonly EventReading[]): Promise<void> {
  const { store, now, checks } = context;
  const readings = all.filter(({ judgements }) => judgements.length > 0);
  const change = latestOf(readings);
  if (!change) return;
  for (const reading of readings) noteLive(context, reading.wish.ref, reading);
  const watching = watchingOf(checks, await context.accounts());
  const arns = readings.map(({ wish }) => wish.ref.arn);
  await store.transact({ findings: { arns }, outbox: { subjects: await subjectsOf(context, readings) } }, (view) => {
    const at = now();
    const byArn = Map.groupBy(view.findings, ({ ref }) => ref.arn);
    const facts = readings.flatMap(({ judgements, wish }) => {
      const findings = byArn.get(wish.ref.arn) ?? [];
      return factsOfReading(judgements, "event", { findings }, watching, wish.change).map((about) => explained(about, findings));
    });
    const writes = readings.flatMap(newcomer);
    return { ...changeOf(context, view, tell(view, facts, at), { kind: "event", change }, at, { writes }), result: undefined };
  });
}

/** AWS may show for a while what was before a change; in milliseconds. */
const SETTLED = 120_000;

/** Whether a finding may have become another because of this change. Events come late, in any order and more than once. */
export function mayExplain({ eventId, at }: AwsChange, { changed, evidenceAt }: Pick<Finding, "changed" | "evidenceAt">): boolean {
  const isKnown = changed !== undefined && (changed.eventId === eventId || changed.at > at);
  // What was seen well after it is not what it led to.
  return !isKnown && elapsed(at, evidenceAt) <= SETTLED;
}

function explained(about: About, findings: readonly Finding[]): About {
  const known = findings.find(({ fingerprint }) => fingerprint === about.fingerprint);
  if (!known || about.fact.type !== "observed" || !about.fact.change) return about;
  const { change, ...fact } = about.fact;
  return mayExplain(change, known) ? about : { ...about, fact };
}

function latestOf(readings: readonly EventReading[]): AwsChange | undefined {
  return readings
    .map(({ wish }) => wish.change)
    .reduce<AwsChange | undefined>((last, it) => (last && last.at > it.at ? last : it), undefined);
}

/** Findings of the resources, former names included, and those that may come. */
async function subjectsOf({ store }: Context, readings: readonly EventReading[]): Promise<readonly string[]> {
  const arns = readings.map(({ wish }) => wish.ref.arn);
  const known = await store.read({ findings: { arns } }, ({ findings }) => findings.flatMap((it) => [it.fingerprint, ...it.aliases]));
  const judged = readings.flatMap(({ judgements }) => judgements.map(({ checkId, ref }) => fingerprintOf(checkId, ref)));
  return [...new Set([...known, ...judged])];
}

/** What nothing has shown before, and is there. */
function newcomer({ isKnown, judgements, readAt, wish: { ref } }: EventReading): Write[] {
  const isThere = judgements.some(({ outcome }) => outcome.status !== "gone" && outcome.status !== "unknown");
  if (isKnown || !isThere) return [];
  return [{ kind: "seen", value: { keys: [resourceKey(ref)], seen: { first: readAt, baseline: false } } }];
}
