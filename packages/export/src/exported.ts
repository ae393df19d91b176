import { csv } from "./csv.ts";
import { htmlReport } from "./html/page.ts";
import { jsonDocument, jsonLines } from "./json.ts";
import { ocsf } from "./ocsf.ts";
import type { ExportContext, ExportFormat, ExportRow } from "./row.ts";
import { sarif } from "./sarif.ts";

/** How a file of a format ends, and what a server calls it. */
export const EXPORT_FILES: Readonly<Record<ExportFormat, { readonly extension: string; readonly mediaType: string }>> = {
  csv: { extension: "csv", mediaType: "text/csv; charset=utf-8" },
  json: { extension: "json", mediaType: "application/json" },
  jsonl: { extension: "jsonl", mediaType: "application/jsonl" },
  ocsf: { extension: "ocsf.jsonl", mediaType: "application/jsonl" },
  sarif: { extension: "sarif", mediaType: "application/sarif+json" },
  html: { extension: "html", mediaType: "text/html; charset=utf-8" },
};

type Writer = (rows: AsyncIterable<ExportRow>, context: ExportContext) => AsyncIterable<string>;

const WRITERS: Readonly<Record<ExportFormat, Writer>> = { csv, json: jsonDocument, jsonl: jsonLines, ocsf, sarif, html: htmlReport };

/**
 * The rows in a format, as pieces of text that are to be written one after the other as UTF-8.
 * A row is asked for when the piece before it was taken, and none is kept, so that memory does not grow with their number. What the rows throw is thrown on.
 */
export function exported(format: ExportFormat, rows: AsyncIterable<ExportRow>, context: ExportContext): AsyncIterable<string> {
  return WRITERS[format](rows, context);
}
