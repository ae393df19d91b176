import { resolve } from "node:path";
import { permissionsOf } from "@posture/core";
import { loadChecks } from "@posture/runtime";
import pc from "picocolors";
import { table, terminalWidth } from "../table.ts";
import { severityColour, severityText } from "../words.ts";
import { printed } from "./scan.ts";

export interface ChecksOptions {
  readonly format?: "table" | "json";
  readonly config?: string;
}

/** `posture checks`. Answers the exit code. */
export async function checks({ format, config }: ChecksOptions): Promise<number> {
  const { infos } = await loadChecks({ file: config, folder: resolve(".") });
  const text =
    format === "json"
      ? JSON.stringify(infos)
      : table(
          [
            {
              head: "Severity",
              text: ({ severity }) => severityText(severity),
              colour: (cell, { severity }) => severityColour(severity, cell),
            },
            { head: "Check", text: ({ id }) => id },
            { head: "Resource", text: ({ resourceType }) => resourceType, colour: pc.dim },
            { head: "What it finds", text: ({ title }) => title, flexible: 1 },
          ],
          infos,
          terminalWidth(),
        );
  await printed(`${text}\n`);
  return 0;
}

/** `posture permissions`: exactly what the enabled checks need, and what every run needs. Answers the exit code. */
export async function permissions({ config }: ChecksOptions): Promise<number> {
  const { checks: enabled } = await loadChecks({ file: config, folder: resolve(".") });
  const actions = [...new Set([...ALWAYS, ...permissionsOf(enabled)])].toSorted();
  const policy = { Version: "2012-10-17", Statement: [{ Sid: "PostureRead", Effect: "Allow", Action: actions, Resource: "*" }] };
  await printed(`${JSON.stringify(policy, null, 2)}\n`);
  return 0;
}

/** Every run asks who it is and which regions there are. */
const ALWAYS = ["ec2:DescribeRegions", "sts:GetCallerIdentity"];
