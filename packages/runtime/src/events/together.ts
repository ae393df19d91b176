import { plus, resourceKey } from "@posture/core";
import type { Judgement } from "@posture/engine";
import { accountOf, type Context, writeRenames } from "../context.ts";
import { knownOf, READ_DEADLINE } from "../live-reading.ts";
import { type EventReading, type EventWish, writeDown } from "./reading.ts";

/**
 * Reads many resources of one kind and region by listing them: AWS counts calls, and a listing answers for hundreds. What is written down is only
 * what AWS said since this began. Answers the others, which have to be read one by one.
 */
export async function readTogether(context: Context, wishes: readonly EventWish[]): Promise<readonly EventWish[]> {
  const [first] = wishes;
  if (!first) return [];
  await writeRenames(context);
  const { now, thread } = context;
  const { accountId, region, type } = first.ref;
  const { partition, regions } = await accountOf(context, accountId);
  const byKey = new Map(wishes.map((wish) => [resourceKey(wish.ref), wish]));
  const begun = now();
  const known = await knownOf(
    context,
    wishes.map(({ ref }) => ref),
    begun,
  );
  const found = new Map<string, readonly Judgement[]>();
  await thread.ask(
    {
      op: "sweep",
      only: new Set(wishes.flatMap(({ checkIds }) => [...checkIds])),
      scopes: [{ accountId, region, type }],
      resources: new Set(byKey.keys()),
      accounts: [{ accountId, partition, regions }],
      ...known,
      newcomer: { first: begun, baseline: false },
      deadline: plus(begun, READ_DEADLINE),
      patience: begun,
    },
    { onFound: (it) => void (it.type === "judged" && it.judgements[0] && found.set(resourceKey(it.judgements[0].ref), it.judgements)) },
  );
  const readings = [...byKey].flatMap(([key, wish]): EventReading[] => {
    const judgements = found.get(key)?.filter(({ checkId }) => wish.checkIds.has(checkId)) ?? [];
    // A listing may rest on what AWS knew before: a credential report is hours old.
    const isLive = judgements.length > 0 && judgements.every(({ outcome }) => outcome.evidenceAt >= begun && outcome.status !== "unknown");
    return isLive ? [{ wish, judgements, readAt: begun, isKnown: known.seen.has(key) }] : [];
  });
  await writeDown(context, readings);
  const written = new Set(readings.map(({ wish }) => wish));
  return wishes.filter((wish) => !written.has(wish));
}
