import { elapsed, isComplete, type SweepRecord } from "@posture/core";
import type { EventsHealth, Summary } from "@posture/runtime";
import type { KnownBlock } from "@slack/types";
import type { Message } from "../slack/port.ts";
import { coverageBlocks, isSure } from "./coverage.ts";
import { eventsSections } from "./events.ts";
import { cut, header, lasting, literal, note, plural, rich, section, sentences, tookText, when } from "./parts.ts";

export interface StatusModel {
  readonly summary: Pick<Summary, "at" | "lastSweep" | "coverage" | "undecided" | "unread">;
  /** Why the latest sweep could not be done, or `null`. */
  readonly trouble: string | null;
  /** Why not everything can be said in Slack, in sentences. */
  readonly unspoken: readonly string[];
  readonly events: EventsHealth;
  readonly checks: number;
  readonly versions: { readonly posture: string; readonly node: string };
}

/** Whether Posture itself does its work: its last sweep, what it could not read, what it runs on. Pure. */
export function statusMessage({ summary, trouble, unspoken, events, checks, versions }: StatusModel): Message {
  const { lastSweep } = summary;
  const hears = events.state !== "trouble";
  const well = hears && trouble === null && unspoken.length === 0 && lastSweep !== null && isComplete(lastSweep) && isSure(summary);
  const title = well
    ? "Posture status: everything was read"
    : lastSweep === null
      ? "Posture status: no sweep has finished yet"
      : unspoken.length > 0
        ? "Posture status: not everything can be said in Slack"
        : !hears && trouble === null && isComplete(lastSweep) && isSure(summary)
          ? "Posture status: change events do not get through"
          : "Posture status: not everything is known";
  const blocks: KnownBlock[] = [
    header(title),
    ...(trouble === null
      ? []
      : [rich(section(literal("⚠️ The latest sweep could not be done: ", { bold: true }), ...sentences(cut(trouble, 1500))))]),
    ...unspoken.map((it) => rich(section(literal(`⚠️ ${cut(it, 500)}`)))),
    ...(lastSweep === null ? [] : sweepBlocks(lastSweep, summary)),
    rich(...eventsSections(events, lastSweep, summary.at)),
    ...coverageBlocks(summary),
    note(`Posture ${versions.posture}  ·  Node.js ${versions.node}  ·  ${plural(checks, "check")} loaded`),
  ];
  return { text: `${title}.`, blocks };
}

function sweepBlocks({ begunAt, finishedAt, accounts, calls }: SweepRecord, { at, coverage }: StatusModel["summary"]): KnownBlock[] {
  const places = accounts.map(({ accountId, regions }) => `${accountId} (${regions.join(", ")})`).join("; ");
  return [
    rich(
      section(
        literal("Last sweep ", { bold: true }),
        when(finishedAt),
        literal(
          `, ${lasting(elapsed(finishedAt, at))} ago. It took ${tookText(elapsed(begunAt, finishedAt))} and ${plural(calls, "call")}; ${coverage.complete} of ${plural(coverage.total, "listing")} complete.`,
        ),
      ),
      section(literal("Watched ", { bold: true }), literal(cut(places, 1500))),
    ),
  ];
}
