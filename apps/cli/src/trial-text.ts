import type { CallTrouble, PermissionTrial } from "@posture/runtime";
import { out } from "./colours.ts";
import { nextText } from "./next-steps.ts";
import { paragraph } from "./table.ts";
import { plural } from "./words.ts";

/** Pure: what `posture permissions --check` says to people. */
export function trialText({ granted, missing, untried }: PermissionTrial, width: number): string {
  const entry = ({ action, call, checks }: CallTrouble, more = ""): string =>
    `${paragraph(`${out.bold(action)}${action === call ? "" : ` (${call})`}${more}`, width, 2)}\n${out.dim(paragraph(checks.join(", "), width, 4))}`;
  const parts = [
    out.green(`${plural(granted.length, "action")} granted.`),
    missing.length === 0
      ? ""
      : [out.red(`Missing; these checks would be unknown, in whole or in part:`), ...missing.map((it) => entry(it))].join("\n"),
    untried.length === 0 ? "" : [out.yellow("Could not be tried:"), ...untried.map((it) => entry(it, `: ${it.why}`))].join("\n"),
    missing.length === 0 ? "" : nextText([{ command: "posture permissions", does: "the policy that grants what is missing" }]),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}
