import type { EventRule } from "@posture/runtime";

/** What both templates are made of. */
export type Part = Readonly<Record<string, unknown>>;

export function arnOf(resource: string): Part {
  return { "Fn::GetAtt": [resource, "Arn"] };
}

/** `iam-2`: `RuleIam2`. */
export function idOf({ name }: EventRule): string {
  return `Rule${name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("")}`;
}
