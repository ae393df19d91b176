import { resolve } from "node:path";
import { examine } from "@posture/runtime";
import { createLogUpdate } from "log-update";
import { err } from "../colours.ts";
import { doctorText } from "../doctor-text.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";

export interface DoctorCommand {
  readonly format: "text" | "json";
  /** As typed; the environment is asked after it. */
  readonly config?: string;
  readonly store?: string;
  /** False with `--no-permissions`. */
  readonly permissions: boolean;
}

/** `posture doctor`. Answers the exit code: 2 where something is wrong. */
export async function doctor({ format, config, store, permissions }: DoctorCommand): Promise<number> {
  const looking = process.stderr.isTTY ? createLogUpdate(process.stderr) : null;
  const diagnosis = await examine({
    flags: { config, store },
    folder: resolve("."),
    now: () => new Date().toISOString(),
    permissions,
    onLook: (name) => looking?.(err.dim(`Looking at: ${name} …`)),
  }).finally(() => {
    looking?.clear();
    looking?.done();
  });
  await printed(format === "json" ? json(diagnosis) : doctorText(allPrintable(diagnosis), widthOf()));
  return diagnosis.points.some(({ state }) => state === "wrong") ? 2 : 0;
}
