import { type AwsChange, elapsed, type Instant, principalOf } from "@posture/core";
import type { RichTextElement } from "@slack/types";
import { cut, literal, when } from "./parts.ts";

const MOST_NAME = 120;
const MINUTE = 60_000;

/**
 * "After `AuthorizeSecurityGroupIngress` by ana, today at 10:02": nobody is called by it. Pure. `caller`: how a person of this workspace is called whose
 * principal it was; `undefined`: that is not known. `told`: the time that stands beside it; the change's own is left out where it was within the minute.
 */
export function afterElements(
  { name, by, at }: Pick<AwsChange, "name" | "by" | "at">,
  word: string,
  caller?: string,
  told?: Instant,
): readonly RichTextElement[] {
  const who = by === null ? [] : [literal(` by ${cut(caller ?? principalOf(by).name, MOST_NAME)}`)];
  const isNear = told !== undefined && Math.abs(elapsed(at, told)) < MINUTE;
  const time = isNear ? [] : [literal(", "), when(at)];
  return [literal(`${word} `), literal(cut(name, MOST_NAME), { code: true }), ...who, ...time];
}
