import type { Summary } from "@posture/runtime";
import type { KnownBlock } from "@slack/types";
import { cut, literal, plural, rich, section } from "./parts.ts";

const NAMED = 3;

/** What could not be read, always said, and never taken for good. Nothing where all was read. */
export function coverageBlocks({ complete, total, incomplete }: Summary["coverage"], undecided: number): KnownBlock[] {
  if (incomplete.length === 0 && undecided === 0) return [];
  const elements = [literal("⚠️ Not everything could be read", { bold: true })];
  if (incomplete.length > 0) elements.push(literal(`: ${complete} of ${total} lists are complete.`));
  if (undecided > 0) elements.push(literal(` ${plural(undecided, "check")} could not be decided.`));
  const gaps = incomplete.slice(0, NAMED).flatMap((scope) => {
    if (scope.state !== "incomplete") return [];
    const { reason, missing, detail } = scope.gap;
    const why = missing.length > 0 ? `missing ${missing.join(", ")}` : detail || reason;
    return [section(literal(`${scope.type} in ${scope.region}: ${cut(why, 300)}`))];
  });
  const rest = incomplete.length - gaps.length;
  const lines = rest > 0 ? [...gaps, section(literal(`and ${rest} more`))] : gaps;
  return [
    rich(
      section(...elements),
      ...(lines.length > 0 ? [{ type: "rich_text_list" as const, style: "bullet" as const, elements: lines }] : []),
    ),
  ];
}
