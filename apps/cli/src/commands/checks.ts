import { resolve } from "node:path";
import { loadChecks, readPolicyOf } from "@posture/runtime";
import { out } from "../colours.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { table } from "../table.ts";
import { severityColour, severityText } from "../words.ts";

export interface ChecksOptions {
  readonly format?: "table" | "json";
  readonly config?: string;
}

/** `posture checks`. Answers the exit code. */
export async function checks({ format, config }: ChecksOptions): Promise<number> {
  const { infos } = await loadChecks({ file: config, folder: resolve(".") });
  const text =
    format === "json"
      ? json(infos)
      : `${table(
          [
            {
              head: "Severity",
              text: ({ severity }) => severityText(severity),
              colour: (cell, { severity }) => severityColour(severity, cell),
            },
            { head: "Check", text: ({ id }) => id },
            { head: "Resource", text: ({ resourceType }) => resourceType, colour: out.dim },
            { head: "What it finds", text: ({ title }) => title, flexible: 1 },
          ],
          allPrintable(infos),
          widthOf(),
        )}\n`;
  await printed(text);
  return 0;
}

/** `posture permissions`: exactly what the enabled checks need, and what every run needs. Answers the exit code. */
export async function permissions({ config }: ChecksOptions): Promise<number> {
  const { checks: enabled } = await loadChecks({ file: config, folder: resolve(".") });
  await printed(`${JSON.stringify(readPolicyOf(enabled), null, 2)}\n`);
  return 0;
}
