import { type AwsChange, fingerprintOf, type Progress, type ResourceRef, resourceKey, type Write } from "@posture/core";
import { factsOfReading, tell } from "@posture/engine";
import { changeOf, type Context, watchingOf, writeRenames } from "../context.ts";
import { noteLive, readNow, type Reading } from "../live-reading.ts";

/** What a resource is read for after a change. */
export interface EventWish {
  readonly ref: ResourceRef;
  readonly checkIds: ReadonlySet<string>;
  /** The latest of those that concern it. */
  readonly change: AwsChange;
  /** What events prove of it. */
  readonly primed: Progress;
}

export function mergedWishes(before: EventWish, later: EventWish): EventWish {
  return {
    ref: later.ref,
    checkIds: new Set([...before.checkIds, ...later.checkIds]),
    change: before.change.at > later.change.at ? before.change : later.change,
    primed: { ...before.primed, ...later.primed },
  };
}

/** Reads one resource that an event touches, and writes down what is true of it now. */
export async function readAfter(context: Context, { ref, checkIds, change, primed }: EventWish): Promise<void> {
  await writeRenames(context);
  const { store, now, checks } = context;
  const reading = await readNow(context, { ref, checkIds: [...checkIds], primed });
  const { judgements } = reading;
  if (judgements.length === 0) return;
  noteLive(context, ref, reading);
  const watching = watchingOf(checks, await context.account());
  const judged = judgements.map(({ checkId }) => fingerprintOf(checkId, ref));
  await store.transact({ findings: { arns: [ref.arn] }, outbox: { subjects: await subjectsOf(context, ref, judged) } }, (view) => {
    const at = now();
    const told = tell(view, factsOfReading(judgements, "event", view, watching, change), at);
    return { ...changeOf(context, view, told, { kind: "event", change }, at, { writes: newcomer(ref, reading) }), result: undefined };
  });
}

/** Findings of the resource, former names included, and those that may come. */
async function subjectsOf({ store }: Context, { arn }: ResourceRef, judged: readonly string[]): Promise<readonly string[]> {
  const known = await store.read({ findings: { arns: [arn] } }, ({ findings }) =>
    findings.flatMap((it) => [it.fingerprint, ...it.aliases]),
  );
  return [...new Set([...known, ...judged])];
}

/** What nothing has shown before, and is there. */
function newcomer(ref: ResourceRef, { isKnown, judgements, readAt }: Reading): Write[] {
  const isThere = judgements.some(({ outcome }) => outcome.status !== "gone" && outcome.status !== "unknown");
  if (isKnown || !isThere) return [];
  return [{ kind: "seen", value: { keys: [resourceKey(ref)], seen: { first: readAt, baseline: false } } }];
}
