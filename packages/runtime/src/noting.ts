import type { Actor } from "@posture/core";
import type { Context } from "./context.ts";

/** Findings that left the system: what the audit log keeps of it. */
export interface ExportNote {
  readonly format: string;
  /** What was asked for, by what it is about. */
  readonly filter: Readonly<Record<string, readonly string[]>>;
  readonly findings: number;
  /** Of the text that left, hex. */
  readonly sha256: string;
  readonly by: Actor;
}

/** Writes down who took which findings along. */
export function runNoteExport({ store, now }: Context, { format, filter, findings, sha256, by }: ExportNote): Promise<void> {
  const at = now();
  const source = by.kind === "user" ? by.via : "clock";
  const asked = Object.entries(filter).map(([name, values]) => `${name} ${values.join(", ")}`);
  const note = `${findings} findings as ${format}; ${asked.join("; ") || "everything"}; SHA-256 ${sha256}`;
  return store.transact({}, () => ({
    at,
    events: [{ type: "exported", subject: "findings", at, actor: by, source, note }],
    writes: [],
    result: undefined,
  }));
}
