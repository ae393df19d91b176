import { isPostureError } from "@posture/core";
import pc from "picocolors";

/** An error as a person reads it: what happened, then what to do. */
export function explain(error: unknown): string {
  if (isPostureError(error)) return `${pc.red("✖")} ${error.message}\n  ${error.next}\n  ${pc.dim(error.code)}\n`;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${pc.red("✖")} Posture met something it did not expect. Please report it with this text:\n${text}\n`;
}
