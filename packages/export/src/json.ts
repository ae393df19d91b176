import { exportedFinding } from "./finding.ts";
import type { ExportContext, ExportRow } from "./row.ts";
import { json } from "./text.ts";

export const EXPORT_SCHEMA = "posture.export/1";

/** One document: what is said once, then the findings, a line each. */
export async function* jsonDocument(rows: AsyncIterable<ExportRow>, context: ExportContext): AsyncGenerator<string> {
  const { at, version, filter, counts, coverage, trend } = context;
  const head = json({ schema: EXPORT_SCHEMA, exportedAt: at, version, filter, counts, coverage, trend });
  yield `${head.slice(0, -1)},"findings":[`;
  let between = "\n";
  for await (const row of rows) {
    yield `${between}${json(exportedFinding(row, context))}`;
    between = ",\n";
  }
  yield "\n]}\n";
}

/** A finding a line, and nothing else: what is said once is not repeated, and not there. */
export async function* jsonLines(rows: AsyncIterable<ExportRow>, context: ExportContext): AsyncGenerator<string> {
  for await (const row of rows) yield `${json(exportedFinding(row, context))}\n`;
}
