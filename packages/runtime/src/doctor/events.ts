import type { AwsAccess, QueuePlace, QueueState } from "@posture/aws-access";
import { good, failed, notExamined, type Point, warning } from "./point.ts";

/** Asks the queue how it stands, and takes nothing from it. `null`: there is none. */
export async function eventsPoint(place: QueuePlace | null, aws: Pick<AwsAccess, "queue">): Promise<Point> {
  if (place === null)
    return notExamined(
      "Events",
      "off, so a change is seen by the next sweep",
      "`posture events template` prints what AWS needs to tell of changes within seconds; docs/guide/events.md says how.",
    );
  try {
    return statePoint(place, await aws.queue(place).state());
  } catch (error) {
    return failed("Events", error);
  }
}

/** In seconds: as long as the bot works on what it took. */
const HIDDEN_FOR = 120;
const MANY = 1000;

/** Pure. */
export function statePoint({ queue, region }: QueuePlace, { waiting, underWay, hiddenFor, deadLetters }: QueueState): Point {
  const dead = deadLetters ? `dead letters after ${deadLetters.after} deliveries` : "no dead-letter queue";
  const says = `${queue} in ${region} answers: ${waiting} waiting, ${underWay} under way, hidden for ${hiddenFor} s; ${dead}`;
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
  return good("Events", says);
}
