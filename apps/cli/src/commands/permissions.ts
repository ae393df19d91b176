import { resolve } from "node:path";
import { loadChecks, type Policy, tryPermissions } from "@posture/runtime";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { cloudFormationRole, terraformRole } from "../role-templates.ts";
import { trialText } from "../trial-text.ts";

export interface PermissionsOptions {
  readonly format: "json" | "cloudformation" | "terraform";
  /** Whether the format was asked for; a trial is for people otherwise. */
  readonly formatGiven: boolean;
  readonly for: "bot" | "member";
  readonly check?: boolean;
  readonly config?: string;
}

/**
 * `posture permissions`: exactly what the enabled checks need, and what every run needs. Answers the exit code; with `check`, 2 where
 * something is missing.
 */
export async function permissions({ format, formatGiven, for: whom, check, config }: PermissionsOptions): Promise<number> {
  const source = { file: config, folder: resolve(".") };
  if (check) {
    const trial = await tryPermissions(source);
    await printed(formatGiven && format === "json" ? json(trial) : trialText(allPrintable(trial), widthOf()));
    return trial.missing.length > 0 ? 2 : 0;
  }
  const { policy, memberPolicy } = await loadChecks(source);
  await printed(WRITTEN[format](whom === "member" ? memberPolicy : policy));
  return 0;
}

const WRITTEN: Readonly<Record<PermissionsOptions["format"], (policy: Policy) => string>> = {
  json: (policy) => `${JSON.stringify(policy, null, 2)}\n`,
  cloudformation: cloudFormationRole,
  terraform: terraformRole,
};
