import { elapsed, type Instant } from "@posture/core";
import { afterBriefly, type EventsHealth } from "@posture/runtime";
import type { RichTextElement, RichTextSection } from "@slack/types";
import { cut, lasting, literal, plural, section, sentences, tookText, when } from "./parts.ts";

const MOST_WHY = 600;
/** How it stands with the changes in AWS that Posture is told of, in two lines or a few more. Pure. */
export function eventsSections(health: EventsHealth, now: Instant): readonly RichTextSection[] {
  return [
    section(literal("Change events ", { bold: true }), ...stateOf(health)),
    ...whyOf(health),
    ...latestOf(health, now),
    ...silentOf(health, now),
  ];
}

function stateOf({ state, since, trouble, waiting }: EventsHealth): readonly RichTextElement[] {
  const waits =
    waiting === null || waiting === 0 ? "" : `; about ${plural(waiting, "message")} ${waiting === 1 ? "waits" : "wait"} in the queue`;
  switch (state) {
    case "off":
      return sentences("No queue is configured: changes are seen by the next sweep. `posture events template` prints what makes one.");
    case "idle":
      return [literal("This bot stands by: the one that leads listens.")];
    case "listening":
      return [literal("Listening"), ...sinceOf(since), literal(`${waits}.`)];
    case "trouble":
      return [literal("⚠️ They have not got through", { bold: true }), ...sinceOf(trouble?.since ?? since), literal(`${waits}.`)];
  }
}

function whyOf({ state, trouble }: EventsHealth): readonly RichTextSection[] {
  return state === "trouble" && trouble ? [section(...sentences(cut(trouble.why, MOST_WHY)))] : [];
}

/** In milliseconds: an account that nobody works in for this long is nothing to speak of. */
const QUIET = 60 * 60_000;
const MOST_NAMED = 5;

/** Nobody can tell an account in which nothing happens from one whose rules are not there; so both are said, and only once others were heard of. */
function silentOf({ state, since, silent }: EventsHealth, now: Instant): readonly RichTextSection[] {
  if (state !== "listening" || since === null || silent.length === 0 || elapsed(since, now) < QUIET) return [];
  const more = silent.length > MOST_NAMED ? ` and ${silent.length - MOST_NAMED} more` : "";
  const named = `${silent.slice(0, MOST_NAMED).join(", ")}${more}`;
  return [section(literal(`No change has come since from ${named}: nothing was changed there, or its rules are not deployed.`))];
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
