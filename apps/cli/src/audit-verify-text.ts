import type { BadKind, LogReport } from "@posture/core";
import { out } from "./colours.ts";
import { paragraph } from "./table.ts";
import { plural } from "./words.ts";

export const VERDICTS = ["good", "broken", "truncated", "state-differs", "unreadable", "no-anchor", "backdated"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What the report comes to. `strict`: what cannot be proved counts as well, an end that no anchor holds and a date before the last. */
export function verdictOf({ bad, differences, anchoredTo, setBack }: LogReport, strict: boolean): Verdict {
  if (bad) return bad.kind === "truncated" || bad.kind === "unreadable" ? bad.kind : "broken";
  if (differences.length > 0) return "state-differs";
  if (strict && setBack) return "backdated";
  return strict && anchoredTo === null ? "no-anchor" : "good";
}

export const AUDIT_EXIT: Readonly<Record<Verdict, number>> = {
  good: 0,
  broken: 1,
  backdated: 1,
  truncated: 2,
  "state-differs": 3,
  unreadable: 4,
  "no-anchor": 5,
};

export interface VerifyScreen {
  readonly place: string;
  readonly verdict: Verdict;
  readonly width: number;
  /** The words that name the store in the next command. */
  readonly store: string;
}

/** Pure: what was proved, what was not, and what to keep. */
export function verifyText(report: LogReport, { place, verdict, width, store }: VerifyScreen): string {
  const { records, head, span, bad, anchoredTo, setBack, compared, differences } = report;
  const lines = [
    headline(report, verdict, place, width),
    "",
    row("Proved", span ? `${plural(records, "record")}, from ${span.from} to ${span.to}` : "no record", width),
    ...(bad ? [row("Not proved", `record ${bad.seq.toLocaleString("en")} and what follows`, width)] : []),
    ...(bad ? [] : [row("Anchored", anchored(anchoredTo, records), width)]),
    ...(setBack ? [row("Dates", out.yellow(backdated(setBack)), width)] : []),
    ...(compared.length > 0 && differences.length === 0 ? [row("State", `${compared.join(", ")}: as the log has it`, width)] : []),
    ...differences
      .slice(0, SHOWN)
      .map(({ shown, row: of, problem }) =>
        row("State", `${out.red("✖")} ${shown}: ${of ? `${of.table} ${of.key} ` : ""}${problem}`, width),
      ),
    ...(differences.length > SHOWN ? [row("", `and ${differences.length - SHOWN} more; --format json has them`, width)] : []),
    "",
    ...(bad ? [paragraph(ADVICE[bad.kind], width)] : differences.length > 0 ? [paragraph(STATE_ADVICE, width)] : keep(head, store, width)),
  ];
  return `${lines.join("\n")}\n`;
}

const SHOWN = 10;

function headline({ bad, differences }: LogReport, verdict: Verdict, place: string, width: number): string {
  const says = (text: string): string => paragraph(text, width);
  if (bad) return says(`${out.red("✖")} ${out.bold(HEADS[bad.kind])}: record ${bad.seq.toLocaleString("en")} ${bad.problem}.`);
  if (differences.length > 0) return says(`${out.red("✖")} ${out.bold("The store shows another state than its audit log")}, in ${place}.`);
  if (verdict === "backdated") return says(`${out.red("✖")} ${out.bold("The audit log goes back in time")}, in ${place}.`);
  if (verdict === "no-anchor") return says(`${out.red("✖")} ${out.bold("Nothing shows where the audit log ended")}, in ${place}.`);
  return says(`${out.green("✔")} ${out.bold("The audit log is whole")}, in ${place}.`);
}

const HEADS: Readonly<Record<BadKind, string>> = {
  edited: "The audit log was edited",
  removed: "A record was removed from the audit log",
  inserted: "A record was inserted into the audit log",
  reordered: "Records of the audit log were reordered",
  truncated: "The end of the audit log was cut off",
  unreadable: "The audit log cannot be read to its end",
  "not-explained": "The audit log holds a change that no rule explains",
};

const KEEP_IT = "Keep the folder as it is, and compare the log with a backup: the records before this one are proved.";
const ADVICE: Readonly<Record<BadKind, string>> = {
  edited: KEEP_IT,
  removed: KEEP_IT,
  inserted: KEEP_IT,
  reordered: KEEP_IT,
  truncated: "Keep the folder as it is, and take the missing records from a backup.",
  unreadable: "Keep the folder as it is: a disk that fails and a hand that writes look the same. A backup of the log shows which it was.",
  "not-explained":
    "The chain is whole up to there, so whoever wrote this record was able to seal it. Compare with an anchor that was kept elsewhere.",
};
const STATE_ADVICE = "The log is what counts. Stop the bot and move the snapshots aside: the next start makes the state anew from the log.";

function anchored(to: number | null, records: number): string {
  if (to === null) return out.yellow("nowhere: a cut end would not show. Keep the anchor below, and give it the next time");
  return `up to record ${to.toLocaleString("en")}${to < records ? ` of ${records.toLocaleString("en")}` : ""}`;
}

function backdated({ count, first }: NonNullable<LogReport["setBack"]>): string {
  const times = count === 1 ? "One record is" : `${count} records are`;
  return `${times} dated before the one in front, first record ${first.seq}, by ${(first.milliseconds / 1000).toFixed(0)} s: a clock was set, or a hand backdated`;
}

function keep({ seq, hash }: LogReport["head"], store: string, width: number): string[] {
  if (seq === 0) return [];
  return [
    paragraph("Keep this elsewhere; given the next time, it proves that nothing up to here was cut off or made anew:", width),
    `  ${out.cyan(`posture audit verify${store} --anchor ${seq}:${hash}`)}`,
  ];
}

const NAMES = 12;
function row(name: string, text: string, width: number): string {
  return `${out.dim(name.padEnd(NAMES))}${paragraph(text, width, NAMES).trimStart()}`;
}
