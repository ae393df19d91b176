import { isPostureError } from "@posture/core";
import { err } from "./colours.ts";
import { printable } from "./printable.ts";

/** An error as a person reads it: what happened, then what to do. */
export function explain(error: unknown): string {
  if (isPostureError(error)) return `${err.red("✖")} ${printable(error.message)}\n  ${printable(error.next)}\n  ${err.dim(error.code)}\n`;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${err.red("✖")} Posture met something it did not expect. Please report it with this text:\n${printable(text)}\n`;
}
