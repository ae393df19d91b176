import { elapsed, type Instant, type SweepRecord } from "@posture/core";
import { afterBriefly, type EventsHealth, isSwept, unheardNext, unheardWords } from "@posture/runtime";
import type { RichTextElement, RichTextSection } from "@slack/types";
import { cut, lasting, literal, plural, section, sentences, tookText, when } from "./parts.ts";

type LastSweep = Pick<SweepRecord, "begunAt" | "unheard">;

const MOST_WHY = 600;
/** How it stands with the changes in AWS that Posture is told of, in a few lines. `lastSweep`: the last that was done. Pure. */
export function eventsSections(health: EventsHealth, lastSweep: LastSweep | null, now: Instant): readonly RichTextSection[] {
  return [
    section(literal("Change events ", { bold: true }), ...stateOf(health)),
    ...whyOf(health),
    ...latestOf(health, now),
    ...silentOf(health, now),
    ...lateOf(health, lastSweep, now),
    ...unheardOf(health, lastSweep),
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

/** In milliseconds: so long after it came, what was late is worth knowing. */
const REMEMBERED = 24 * 3_600_000;

/** What was too late to be trusted with what it did not tell. */
function lateOf({ late }: EventsHealth, lastSweep: LastSweep | null, now: Instant): readonly RichTextSection[] {
  if (!late || elapsed(late.receivedAt, now) > REMEMBERED) return [];
  const { change, receivedAt } = late;
  const came = literal(` came ${lasting(elapsed(change.at, receivedAt))} after the call in AWS, at `);
  const begunAt = lastSweep?.begunAt ?? null;
  const after = isSwept(late, begunAt)
    ? [literal(". The last sweep has looked for what else may have been missed.")]
    : [literal(". What else may have been missed is not known yet: a sweep follows by itself.")];
  return [section(literal("⚠️ Told late ", { bold: true }), literal(cut(change.name, 300)), came, when(receivedAt), ...after)];
}

/** What stands in the record of the last sweep is known to each bot. */
function unheardOf({ state }: EventsHealth, lastSweep: LastSweep | null): readonly RichTextSection[] {
  const unheard = lastSweep?.unheard ?? [];
  const words = unheardWords(unheard);
  if (state === "off" || words === null) return [];
  return [section(literal("⚠️ Not told of ", { bold: true }), ...sentences(cut(`${words}. ${unheardNext(unheard)}`, MOST_WHY)))];
}
