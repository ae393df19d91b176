import { type ScopeCoverage, type SweepRecord, type Undecided, unreadBesides } from "@posture/core";
import { out } from "./colours.ts";
import { paragraph } from "./table.ts";
import { plural } from "./words.ts";

type Covered = Pick<SweepRecord, "coverage" | "undecided" | "unread">;
type Incomplete = Extract<ScopeCoverage, { state: "incomplete" }>;

/** Was everything read that is watched? */
export function wasAllRead({ coverage, undecided, unread }: Covered): boolean {
  return coverage.every(({ state }) => state === "complete") && undecided.length === 0 && unread.length === 0;
}

/** What could be read, and what not and why. Never "all clear" where something was not read. */
export function coverageText(sweep: Covered, width: number): string[] {
  const { coverage, undecided } = sweep;
  if (wasAllRead(sweep)) return [out.green(`Everything could be read: ${plural(coverage.length, "listing")} complete.`)];
  const incomplete = coverage.filter((line) => line.state === "incomplete");
  const rest = unreadBesides(sweep).map(
    ({ call, region, reason, missing, times }) =>
      `${call} in ${region}: ${reason}${grant(missing)} (${plural(times, "time")}; no check depended on it alone)`,
  );
  return [
    out.yellow(
      paragraph(
        `Not everything could be read: ${coverage.length - incomplete.length} of ${plural(coverage.length, "listing")} complete, ${plural(undecided.length, "outcome")} unknown.`,
        width,
      ),
    ),
    ...[...gapLines(incomplete), ...undecidedLines(undecided), ...rest].map((line) => paragraph(line, width, 2)),
  ];
}

/** The IAM actions that whoever runs this was denied. */
export function missingActions({ coverage, undecided, unread }: Covered): readonly string[] {
  const gaps = [...coverage.flatMap((line) => (line.state === "incomplete" ? [line.gap] : [])), ...undecided, ...unread];
  return [...new Set(gaps.flatMap(({ missing }) => missing))].toSorted();
}

/** Seventeen regions that refuse the same call are one line. */
function gapLines(incomplete: readonly Incomplete[]): string[] {
  const groups = Map.groupBy(incomplete, ({ type, gap }) => JSON.stringify([type, gap.reason, gap.missing]));
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const { type, gap } = first;
    const regions = [first, ...others].map(({ region }) => region);
    const detail = gap.detail ? out.dim(` (${gap.detail})`) : "";
    return [`${type} in ${some(regions)}: ${gap.reason}${grant(gap.missing)}${detail}`];
  });
}

/** A thousand buckets with the same missing action are one line. */
function undecidedLines(undecided: readonly Undecided[]): string[] {
  const groups = Map.groupBy(undecided, ({ checkId, reason, missing }) => `${checkId}: ${reason}${grant(missing)}`);
  return [...groups].map(([what, members]) => `${what} (${plural(members.length, "resource")}, e.g. ${members[0]?.ref.name ?? ""})`);
}

const SHOWN = 3;
function some(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return more > 1 ? `${names.slice(0, SHOWN).join(", ")} and ${more} more` : names.join(", ");
}

function grant(missing: readonly string[]): string {
  return missing.length > 0 ? `, grant ${missing.join(", ")}` : "";
}
