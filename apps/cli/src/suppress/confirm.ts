import { createInterface } from "node:readline/promises";
import { postureError } from "@posture/core";

/**
 * Shows what would happen, and asks whether it shall; only a person at a terminal can say so.
 * @throws {PostureError} POSTURE_CONFIRMATION_NEEDED where there is none
 */
export async function confirmed(preview: string, count: number): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw postureError("POSTURE_CONFIRMATION_NEEDED", { count });
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    process.stderr.write(`${preview}\n`);
    return /^\s*y(es)?\s*$/i.test(await asking.question("Suppress by this rule? [y/N] "));
  } finally {
    asking.close();
  }
}
