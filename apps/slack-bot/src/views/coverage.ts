import type { Gap } from "@posture/core";
import type { Summary } from "@posture/runtime";
import type { KnownBlock } from "@slack/types";
import { cut, literal, plural, rich, section } from "./parts.ts";

const NAMED = 5;

/** What could not be read. */
export type Unsure = Pick<Summary, "coverage" | "undecided" | "unread">;

/** True only where everything was read and decided. */
export function isSure({ coverage, undecided, unread }: Unsure): boolean {
  return coverage.incomplete.length === 0 && undecided.length === 0 && unread.length === 0;
}

/** What could not be read, always said, and never taken for good. Nothing where all was read. */
export function coverageBlocks(unsure: Unsure): KnownBlock[] {
  if (isSure(unsure)) return [];
  const { coverage, undecided } = unsure;
  const elements = [literal("⚠️ Not everything could be read", { bold: true })];
  elements.push(literal(`: ${coverage.complete} of ${plural(coverage.total, "listing")} complete.`));
  if (undecided.length > 0) elements.push(literal(` ${plural(undecided.length, "check")} could not be decided.`));
  const all = reasonsOf(unsure);
  const lines = all.slice(0, NAMED).map((line) => section(literal(cut(line, 300))));
  if (all.length > NAMED) lines.push(section(literal(`and ${all.length - NAMED} more`)));
  return [rich(section(...elements), { type: "rich_text_list", style: "bullet", elements: lines })];
}

/** Calls first, since they name the permission that is missing; what no failed call explains after them. */
function reasonsOf({ coverage, undecided, unread }: Unsure): readonly string[] {
  const calls = unread.map((it) => `${it.call} in ${it.region}: ${whyOf(it)}${it.times > 1 ? ` (${plural(it.times, "time")})` : ""}`);
  const isExplained = ({ detail }: Gap): boolean => unread.some(({ call }) => detail.includes(call));
  const lists = coverage.incomplete.flatMap((scope) =>
    scope.state === "incomplete" && !isExplained(scope.gap) ? [`${scope.type} in ${scope.region}: ${whyOf(scope.gap)}`] : [],
  );
  const checks = undecided.filter((it) => !isExplained(it)).map((it) => `${it.checkId} of ${it.ref.name}: ${whyOf(it)}`);
  return [...calls, ...lists, ...checks];
}

export function whyOf({ reason, missing, detail }: Gap): string {
  return missing.length > 0 ? `missing ${missing.join(", ")}` : detail || reason;
}
