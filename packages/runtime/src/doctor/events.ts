import type { AwsAccess, QueuePlace, QueueState } from "@posture/aws-access";
import { isPostureError, type Instant, type Unheard } from "@posture/core";
import { accountInQueue } from "../event-queue.ts";
import { unheardNext, unheardWords } from "../events/unheard.ts";
import { storeInfo } from "../store-info.ts";
import { good, failed, notExamined, type Point, warning } from "./point.ts";

/** What else is known where the queue is asked. */
export interface Besides {
  /** The bot's account; `null`: it is not known. */
  readonly accountId: string | null;
  /** What sweeps found and no event told of. */
  readonly unheard: readonly Unheard[];
}

/** What the bot's sweeps found that no event told of. A store that cannot be read is a point of its own. */
export async function unheardIn(place: string, now: () => Instant): Promise<readonly Unheard[]> {
  try {
    return (await storeInfo(place, now)).lastSweep?.unheard ?? [];
  } catch (error) {
    if (isPostureError(error)) return [];
    throw error;
  }
}

/** Asks the queue how it stands, and takes nothing from it. `null`: there is none. */
export async function eventsPoint(place: QueuePlace | null, aws: Pick<AwsAccess, "queue">, besides: Besides): Promise<Point> {
  if (place === null)
    return notExamined(
      "Events",
      "off, so a change is seen by the next sweep",
      "`posture events template` prints what AWS needs to tell of changes within seconds; docs/guide/events.md says how.",
    );
  try {
    return statePoint(place, await aws.queue(place).state(), besides);
  } catch (error) {
    return failed("Events", error);
  }
}

/** In seconds: as long as the bot works on what it took. */
const HIDDEN_FOR = 120;
const MANY = 1000;

/** Pure. */
export function statePoint(
  { queue, region }: QueuePlace,
  { waiting, underWay, hiddenFor, deadLetters }: QueueState,
  { accountId, unheard }: Besides,
): Point {
  const dead = deadLetters ? `dead letters after ${deadLetters.after} deliveries` : "no dead-letter queue";
  const owner = accountInQueue(queue);
  // It can be meant so; whoever mistyped it should see it.
  const others =
    owner !== null && accountId !== null && owner !== accountId ? `; it is of account ${owner}, and the bot of ${accountId}` : "";
  const says = `${queue} in ${region} answers: ${waiting} waiting, ${underWay} under way, hidden for ${hiddenFor} s; ${dead}${others}`;
  if (!deadLetters)
    return warning(
      "Events",
      `${says}, so what cannot be worked on comes again for days`,
      "Give the queue a dead-letter queue; `posture events template` makes both.",
    );
  if (hiddenFor < HIDDEN_FOR)
    return warning(
      "Events",
      `${says}; what takes longer is delivered a second time`,
      `Set the queue's visibility timeout to ${HIDDEN_FOR} s; \`posture events template\` does.`,
    );
  if (waiting >= MANY)
    return warning("Events", `${says}; nobody seems to take them`, "See that the bot runs and listens: `/posture status` says so.");
  const missed = unheardWords(unheard);
  if (missed !== null) return warning("Events", `${says}; ${missed}`, unheardNext(unheard));
  return good("Events", says);
}
