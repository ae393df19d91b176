import { out } from "./colours.ts";

/** A command that is ready to be run, and what it does. */
export interface NextStep {
  readonly command: string;
  readonly does: string;
}

/** What to do next, one command a line. */
export function nextText(steps: readonly NextStep[]): string {
  const longest = Math.max(0, ...steps.map(({ command }) => command.length));
  return [out.bold("Next"), ...steps.map(({ command, does }) => `  ${command.padEnd(longest)}   ${out.dim(does)}`)].join("\n");
}
