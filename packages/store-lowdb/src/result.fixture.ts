import { writeFileSync } from "node:fs";
import { cpus } from "node:os";

/** Writes what was counted into a file, with the machine, if one was asked for. */
export function kept(file: string | undefined, result: object): void {
  if (file === undefined) return;
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpus: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
  };
  writeFileSync(file, `${JSON.stringify({ ...result, machine }, null, 2)}\n`);
}
