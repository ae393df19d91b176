/* Rows a second and peak memory of every export format. Run: node --conditions=@posture/source bench/exports.ts */
import { spawnSync } from "node:child_process";
import { createWriteStream, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { EXPORT_FORMATS, type ExportContext, type ExportFormat, type ExportRow, exported } from "../packages/export/src/index.ts";
import { CONTEXT, row, SUPPRESSION } from "../packages/export/src/rows.test.fixture.ts";
import { keep } from "./common.ts";

const COUNTS = [10_000, 200_000];
const SEVERITIES = ["critical", "high", "medium", "low"] as const;
const CHECKS = 60;
const format = EXPORT_FORMATS.find((it) => it === process.argv[2]);

if (format === undefined) await measureAll();
else await measureOne(format, Number(process.argv[3]), process.argv[4] ?? "");

/** Each in a process of its own: memory that another has used is not its peak. */
async function measureOne(format: ExportFormat, count: number, file: string): Promise<void> {
  const context: ExportContext = { ...CONTEXT, filter: {} };
  const begun = performance.now();
  await pipeline(Readable.from(exported(format, rows(count), context)), createWriteStream(file));
  const seconds = (performance.now() - begun) / 1000;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  console.log(`${seconds} ${peakMb} ${statSync(file).size}`);
}

async function* rows(count: number): AsyncGenerator<ExportRow> {
  for (let i = 0; i < count; i += 1) {
    const name = `example-${i}`;
    const checkId = `s3/check-${i % CHECKS}` as const;
    const suppressed = i % 20 === 0 ? ({ status: "suppressed", suppression: SUPPRESSION } as const) : {};
    yield row({ severity: SEVERITIES[i % 4] ?? "low", ref: { name, arn: `arn:aws:s3:::${name}` }, finding: { checkId }, row: suppressed });
  }
}

async function measureAll(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "posture-bench-"));
  const results = COUNTS.flatMap((count) =>
    EXPORT_FORMATS.map((format) => {
      const words = [...process.execArgv, fileURLToPath(import.meta.url), format, String(count), join(folder, "out")];
      const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: "utf8" });
      if (status !== 0) throw new Error(`${format} ended with ${status}: ${stderr}`);
      const [seconds = 0, peakMb = 0, bytes = 0] = stdout.trim().split(" ").map(Number);
      const rounded = { seconds: Number(seconds.toFixed(2)), rowsPerSecond: Math.round(count / seconds), peakMb: Math.round(peakMb) };
      return { format, rows: count, ...rounded, mb: Number((bytes / 1e6).toFixed(1)) };
    }),
  );
  await rm(folder, { recursive: true });
  keep("exports", {
    what: "findings as they come, written to a file; rows a second, the process's peak memory (Node itself and the making of the rows included) and the size of the file",
    results,
  });
}
