/* How long a verification of a long log takes, and how much memory: from the file, in a process of its own. Run: node --conditions=@posture/source bench/audit-verify.ts [records …] */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linesOfStory } from "../packages/core/src/log.test.fixture.ts";
import { verifyLog } from "../packages/core/src/index.ts";
import { openLowdbAudit } from "../packages/store-lowdb/src/index.ts";
import { at, keep, median } from "./common.ts";

const RUNS = 3;
const FINDINGS = 10_000;

interface Run {
  readonly records: number;
  readonly seconds: number;
  /** Of the processor: on a busy machine the clock says less. */
  readonly cpuSeconds: number;
  readonly peakMB: number;
}

const [mode, folder] = process.argv.slice(2);
if (mode === "--verify" && folder !== undefined) await verifyOnce(folder);
else await measureAll(process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100_000, 1_000_000]);

async function verifyOnce(folder: string): Promise<void> {
  const source = await openLowdbAudit({ folder });
  if (!source) throw new Error(`there is no log in ${folder}`);
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  const { bad, records } = await verifyLog(source.entries, source);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - begun) / 1000;
  await source.close();
  if (bad) throw new Error(`the log is whole, and was called ${bad.kind}: record ${bad.seq} ${bad.problem}`);
  const run: Run = { records, seconds, cpuSeconds: (user + system) / 1e6, peakMB: process.resourceUsage().maxRSS / 1000 };
  console.log(JSON.stringify(run));
}

async function measureAll(sizes: readonly number[]): Promise<void> {
  const logs: object[] = [];
  for (const records of sizes) {
    const folder = await mkdtemp(join(tmpdir(), "bench-audit-"));
    try {
      const log = join(folder, "log.jsonl");
      await writeLog(log, records);
      const runs = Array.from({ length: RUNS }, () => runOf(folder));
      logs.push({
        records,
        findings: FINDINGS,
        megabytes: Math.round((await stat(log)).size / 1e6),
        seconds: rounded(median(runs.map(({ seconds }) => seconds))),
        cpuSeconds: rounded(median(runs.map(({ cpuSeconds }) => cpuSeconds))),
        hashingAloneSeconds: rounded(hashing(records)),
        peakMB: Math.round(median(runs.map(({ peakMB }) => peakMB))),
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  keep("audit-verify", { what: "posture audit verify, from the file, in a process of its own; medians", runs: RUNS, logs });
}

function runOf(folder: string): Run {
  const words = ["--conditions=@posture/source", at("audit-verify.ts"), "--verify", folder];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what this file itself has printed
  return JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" })) as Run;
}

async function writeLog(path: string, records: number): Promise<void> {
  const file = createWriteStream(path);
  file.write('{"format":"posture-log","version":1}\n');
  let piece: string[] = [];
  const flush = async (): Promise<void> => {
    if (!file.write(`${piece.join("\n")}\n`)) await once(file, "drain");
    piece = [];
  };
  for (const line of linesOfStory({ seed: 1, records, findings: FINDINGS })) {
    piece.push(line);
    if (piece.length === 1000) await flush();
  }
  if (piece.length > 0) await flush();
  await new Promise((resolve) => file.end(resolve));
}

/** What SHA-256 alone takes for as many bytes in as many pieces: no verification is faster. */
function hashing(records: number): number {
  const piece = Buffer.alloc(675, "x");
  const begun = performance.now();
  for (let i = 0; i < records; i += 1) createHash("sha256").update(piece).digest("hex");
  return (performance.now() - begun) / 1000;
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
