import { isPostureError } from "@posture/core";
import { err } from "./colours.ts";
import { widthOf } from "./output.ts";
import { printable } from "./printable.ts";
import { paragraph } from "./table.ts";

/** Was the store made by another version than this one knows? Only another Posture can help. */
export function isOtherVersion(error: unknown): boolean {
  return isPostureError(error) && (error.code === "POSTURE_STORE_VERSION" || error.code === "POSTURE_STORE_OUTDATED");
}

/** An error as a person reads it: what happened, then what to do. */
export function explain(error: unknown, width: number = widthOf(process.stderr)): string {
  const lines = (text: string): string => paragraph(printable(text), width, 2).trimStart();
  if (isPostureError(error)) return `${err.red("✖")} ${lines(error.message)}\n  ${lines(error.next)}\n  ${err.dim(error.code)}\n`;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${err.red("✖")} Posture met something it did not expect. Please report it with this text:\n${printable(text)}\n`;
}
