import { createHash } from "node:crypto";
import type { Severity } from "@posture/core";
import { exported } from "./exported.ts";
import type { ExportContext, ExportFormat, ExportRow } from "./row.ts";

/** What left, once the last piece was taken. */
export interface Left {
  readonly findings: number;
  readonly severities: Readonly<Record<Severity, number>>;
  /** Of the text, in bytes of UTF-8. */
  readonly bytes: number;
  /** Of the text, hex. */
  readonly sha256: string;
}

export interface Counted {
  readonly pieces: AsyncIterable<string>;
  /** How much it was until now. */
  readonly left: () => Left;
}

/** As `exported`, and counts what leaves. The pieces can be taken once. */
export function counted(format: ExportFormat, rows: AsyncIterable<ExportRow>, context: ExportContext): Counted {
  const hash = createHash("sha256");
  const severities = { critical: 0, high: 0, medium: 0, low: 0 };
  let findings = 0;
  let bytes = 0;
  async function* countedRows(): AsyncGenerator<ExportRow, void, undefined> {
    for await (const row of rows) {
      findings += 1;
      severities[row.finding.severity] += 1;
      yield row;
    }
  }
  async function* hashed(): AsyncGenerator<string, void, undefined> {
    for await (const text of exported(format, countedRows(), context)) {
      hash.update(text);
      bytes += Buffer.byteLength(text);
      yield text;
    }
  }
  return { pieces: hashed(), left: () => ({ findings, severities: { ...severities }, bytes, sha256: hash.copy().digest("hex") }) };
}
