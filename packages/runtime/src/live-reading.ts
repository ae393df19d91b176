import { type Instant, plus, type Progress, type ResourceRef, resourceKey, type Seen, setsOnTags } from "@posture/core";
import { hintsFor, type Judgement } from "@posture/engine";
import type { Context } from "./context.ts";

/** In milliseconds: whoever reads some resources live does not wait longer for AWS. */
export const READ_DEADLINE = 60_000;

export interface Reading {
  readonly judgements: readonly Judgement[];
  readonly calls: number;
  readonly readAt: Instant;
  /** Whether some sweep or read has shown the resource before. */
  readonly isKnown: boolean;
}

export interface ReadWish {
  readonly ref: ResourceRef;
  readonly checkIds: readonly string[];
  /** Of a resource that nothing has shown before: when it was first seen. Left out: now. */
  readonly firstSeen?: Instant;
  /** What an event proves of it. */
  readonly primed?: Progress;
}

/** Reads one resource in AWS now, and has it judged. */
export async function readNow(context: Context, wish: ReadWish): Promise<Reading> {
  const { thread, now, accounts } = context;
  const { ref, checkIds, primed } = wish;
  const watched = (await accounts()).find(({ id }) => id === ref.accountId);
  const key = resourceKey(ref);
  const readAt = now();
  const before = await knownOf(context, [ref], readAt);
  const [known, hints, tagged] = [before.seen.get(key), before.hints.get(key), before.tagged];
  if (!watched) return { judgements: strange(context, wish, readAt), calls: 0, readAt, isKnown: known !== undefined };
  const { partition } = watched;
  const seen = known ?? { first: wish.firstSeen ?? readAt, baseline: false };
  const rest = { partition, seen, hints: hints ?? {}, tagged, ...(primed && { primed }), deadline: plus(readAt, READ_DEADLINE) };
  return { ...(await thread.ask({ op: "recheck", checkIds, ref, ...rest })), readAt, isKnown: known !== undefined };
}

/** Other credentials would not find what is of an account that is not watched, and that would look like its end. */
function strange({ checks }: Context, { ref, checkIds }: ReadWish, at: Instant): readonly Judgement[] {
  const detail = `account ${ref.accountId} is not watched, so there is nothing to read it with: enter its role in \`accounts\``;
  const outcome = { status: "unknown", reason: "credentials", missing: [], detail, facets: [], evidenceAt: at } as const;
  return checkIds.flatMap((id) => {
    const check = checks.get(id);
    return check ? [{ checkId: check.check.id, ref, severity: check.severity, outcome }] : [];
  });
}

interface Beforehand {
  /** By `resourceKey`, as `hints`. */
  readonly seen: ReadonlyMap<string, Seen>;
  readonly hints: ReturnType<typeof hintsFor>;
  readonly tagged: Context["tagged"];
}

/** What has to be known of resources before they are read. */
export function knownOf({ store, checks, tagged }: Context, refs: readonly ResourceRef[], at: Instant): Promise<Beforehand> {
  return store.read({ seen: refs.map(resourceKey), findings: { arns: refs.map(({ arn }) => arn) } }, (view) => ({
    seen: view.seen,
    hints: hintsFor(view.findings, checks),
    tagged: [...tagged, ...setsOnTags(view.suppressions, at)],
  }));
}

/** What could not be read says nothing that an older outcome of a sweep might contradict; all else a running sweep has to know. */
export function noteLive({ readLive }: Context, ref: ResourceRef, { judgements, readAt }: Pick<Reading, "judgements" | "readAt">): void {
  if (judgements.some(({ outcome }) => outcome.status !== "unknown")) readLive.set(resourceKey(ref), readAt);
}
