import { elapsed, type SweepRecord } from "@posture/core";
import type { SweepChanges } from "@posture/runtime";
import type { Message } from "../slack/port.ts";
import type { Swept } from "../sweeps.ts";
import { coverageBlocks } from "./coverage.ts";
import { header, literal, note, plural, rich, section, tookText } from "./parts.ts";
import { sentence } from "./words.ts";

/** At once, to whoever asked for a sweep. */
export function sweepingMessage(joined: boolean): Message {
  return sentence(
    joined ? "A sweep is running already. You will be told what comes of it." : "Sweeping. You will be told what comes of it.",
  );
}

/** What came of a sweep: what changed, what could not be read, how long it took. Pure. */
export function sweptMessage(swept: Swept): Message {
  switch (swept.kind) {
    case "swept":
      return changedMessage(swept.sweep, swept.changes);
    case "failed":
      return sentence(`The sweep could not be done: ${swept.why}`);
    case "stopped":
      return sentence("Posture was stopped before the sweep was done, and kept nothing of it. It sweeps when it starts again.");
  }
}

function changedMessage({ begunAt, finishedAt, calls, coverage, undecided, unread }: SweepRecord, changes: SweepChanges): Message {
  const incomplete = coverage.filter(({ state }) => state === "incomplete");
  const complete = coverage.length - incomplete.length;
  const title = `Swept: ${changesText(changes)}.`;
  return {
    text: title,
    blocks: [
      header(title),
      rich(
        section(
          literal(
            `It took ${tookText(elapsed(begunAt, finishedAt))} and ${plural(calls, "call")}; ${complete} of ${plural(coverage.length, "listing")} complete.`,
          ),
        ),
      ),
      ...coverageBlocks({ coverage: { complete, total: coverage.length, incomplete }, undecided, unread }),
      note("`/posture findings` lists what is open, `/posture summary` counts it."),
    ],
  };
}

function changesText({ opened, reopened, resolved }: SweepChanges): string {
  if (opened + reopened + resolved === 0) return "nothing has changed";
  const parts = [opened > 0 ? `${opened} new` : "", reopened > 0 ? `${reopened} reopened` : "", resolved > 0 ? `${resolved} resolved` : ""];
  return parts.filter((it) => it !== "").join(", ");
}
