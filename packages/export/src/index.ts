export { type Counted, counted, type Left } from "./counted.ts";
export { CSV_HEADINGS, readCsv } from "./csv.ts";
export { EXPORT_FILES, exported } from "./exported.ts";
export type { ExportedAssignee, ExportedFinding, ExportedSuppression } from "./finding.ts";
export * from "./row.ts";
