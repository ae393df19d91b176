import { elapsed, type Instant } from "@posture/core";
import { afterBriefly, type EventsHealth } from "@posture/runtime";
import type { RichTextElement, RichTextSection } from "@slack/types";
import { cut, lasting, literal, plural, section, tookText, when } from "./parts.ts";

const MOST_WHY = 600;
const HOW = "posture events template";

/** How it stands with the changes in AWS that Posture is told of, in a line or two. Pure. */
export function eventsSections(health: EventsHealth, now: Instant): readonly RichTextSection[] {
  return [section(literal("Change events ", { bold: true }), ...stateOf(health)), ...latestOf(health, now)];
}

function stateOf({ state, since, trouble, waiting }: EventsHealth): readonly RichTextElement[] {
  const waits =
    waiting === null || waiting === 0 ? "" : `; about ${plural(waiting, "message")} ${waiting === 1 ? "waits" : "wait"} in the queue`;
  switch (state) {
    case "off":
      return [
        literal("No queue is configured: changes are seen by the next sweep. "),
        literal(HOW, { code: true }),
        literal(" makes one."),
      ];
    case "idle":
      return [literal("This bot does not listen: the leading bot does.")];
    case "listening":
      return [literal("Listening"), ...sinceOf(since), literal(`${waits}.`)];
    case "trouble":
      return [
        literal("⚠️ They do not arrive", { bold: true }),
        ...sinceOf(trouble?.since ?? since),
        literal(`${waits}: ${cut(trouble?.why ?? "nobody knows why", MOST_WHY)}`),
      ];
  }
}

function sinceOf(since: Instant | null): readonly RichTextElement[] {
  return since === null ? [] : [literal(" since "), when(since)];
}

/** Who does not listen knows nothing of it. */
function latestOf({ state, latest, delay }: EventsHealth, now: Instant): readonly RichTextSection[] {
  if (state === "off" || state === "idle") return [];
  if (!latest) return state === "listening" ? [section(literal("No change of what is watched has come since."))] : [];
  const { change } = latest;
  const took = delay ? `; half of the latest were read within ${tookText(delay.median)} of the call in AWS` : "";
  const words = cut(afterBriefly(change).replace(/^after /, ""), 300);
  return [section(literal("Latest change ", { bold: true }), literal(`${words}, ${lasting(elapsed(change.at, now))} ago${took}.`))];
}
