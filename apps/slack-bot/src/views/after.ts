import { type AwsChange, principalOf } from "@posture/core";
import type { RichTextElement } from "@slack/types";
import { cut, literal, when } from "./parts.ts";

const MOST_NAME = 120;

/**
 * "After `AuthorizeSecurityGroupIngress` by ana, today at 10:02": nobody is called by it. Pure. `caller`: how a person of this workspace is called whose
 * principal it was; `undefined`: that is not known.
 */
export function afterElements(
  { name, by, at }: Pick<AwsChange, "name" | "by" | "at">,
  word: string,
  caller?: string,
): readonly RichTextElement[] {
  const who = by === null ? [] : [literal(` by ${cut(caller ?? principalOf(by).name, MOST_NAME)}`)];
  return [literal(`${word} `), literal(cut(name, MOST_NAME), { code: true }), ...who, literal(", "), when(at)];
}
