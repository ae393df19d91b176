import { existsSync } from "node:fs";
import { postureError } from "@posture/core";
import { kindOfPlace, performThroughHolder, type Recheck, type Reservations } from "@posture/runtime";
import { out } from "../colours.ts";
import { whoAsks } from "../door.ts";
import { placeOf, withPosture } from "../open.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { paragraph } from "../table.ts";

export interface RecheckOptions {
  readonly format: "text" | "json";
  readonly store?: string;
  readonly config?: string;
}

/** `posture recheck <id>`. Answers the exit code. */
export async function recheck(id: string, { format, store, config }: RecheckOptions): Promise<number> {
  const place = await placeOf({ store, config });
  const isFolder = kindOfPlace(place) === "folder";
  // A store that is not there has no findings, and is not made for a question about one.
  if (isFolder && !existsSync(place)) throw postureError("POSTURE_FINDING_UNKNOWN", { id });
  const by = await whoAsks();
  const answer =
    // A running bot holds the store in a folder; then it does the reading, and updates its message too.
    (isFolder ? await performThroughHolder(place, "recheck", { typed: id, by }) : null) ??
    (await withPosture({ store, config }, async (posture) => posture.recheck((await posture.find(id)).finding.fingerprint, by)));
  await printed(format === "json" ? json(answer) : recheckText(allPrintable(answer), widthOf()));
  return 0;
}

/** Pure: what was true before, and what is true now. */
export function recheckText({ answer, readAt, calls }: Recheck, width: number): string {
  const { verdict, before, now, notes = [] } = changeOf(answer);
  const { title, ref } = answer.finding;
  const lines = [
    paragraph(`${verdict}  ${out.bold(title)}  ${out.dim(ref.name)}`, width),
    "",
    ...(before === null ? [] : [paired("Before", before, width)]),
    paired("Now", now, width),
    ...notes.map((note) => paired("", note, width)),
    "",
    out.dim(`Read live at ${readAt}, with ${calls} ${calls === 1 ? "call" : "calls"}.`),
  ];
  return `${lines.join("\n")}\n`;
}

interface Change {
  readonly verdict: string;
  readonly before: string | null;
  readonly now: string;
  readonly notes?: readonly string[];
}

function changeOf(answer: Recheck["answer"]): Change {
  switch (answer.kind) {
    case "resolved":
      return { verdict: out.green("✔ Resolved"), before: answer.before.message.text, now: WHY[answer.why], notes: reservationsOf(answer) };
    case "unchanged":
      return { verdict: out.red("✖ Still failing, as before"), before: null, now: answer.finding.message.text };
    case "changed":
      return { verdict: out.red("✖ Still failing, but differently"), before: answer.before.message.text, now: changedText(answer) };
    case "unreadable": {
      const { reason, missing, detail } = answer.undecided;
      const grant = missing.length > 0 ? ` Grant ${missing.join(", ")}, then re-check.` : "";
      return {
        verdict: out.yellow("? Could not be read"),
        before: answer.finding.message.text,
        now: `Unknown: ${detail || reason}.${grant} The finding stays as it was: ${answer.status}.`,
      };
    }
  }
}

/** Where the sentence is the same, the evidence is what differs. */
function changedText({ before, finding }: Extract<Recheck["answer"], { kind: "changed" }>): string {
  const { text, evidence } = finding.message;
  if (before.condition === "cleared") return `${text} (It was resolved.)`;
  return text === before.message.text ? `${text} The evidence is now ${JSON.stringify(evidence)}` : text;
}

/** A pass on a part is said to be one. */
function reservationsOf({ notes, coverage }: Reservations): readonly string[] {
  const part = coverage && coverage.seen < coverage.total ? [`Looked at ${coverage.seen} of ${coverage.total}.`] : [];
  return [...part, ...notes];
}

const WHY = {
  pass: "The condition is gone.",
  "not-applicable": "The check no longer concerns this resource.",
  gone: "The resource is gone.",
} as const;

const NAMES = 8;
function paired(name: string, text: string, width: number): string {
  return `${out.dim(name.padEnd(NAMES))}${paragraph(text, width, NAMES).trimStart()}`;
}
