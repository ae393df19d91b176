import { resolve } from "node:path";
import { loadChecks, type ReadPolicy } from "@posture/runtime";
import { printed } from "../output.ts";
import { cloudFormationRole, terraformRole } from "../role-templates.ts";

export interface PermissionsOptions {
  readonly format: "json" | "cloudformation" | "terraform";
  readonly config?: string;
}

/** `posture permissions`: exactly what the enabled checks need, and what every run needs. Answers the exit code. */
export async function permissions({ format, config }: PermissionsOptions): Promise<number> {
  const { policy } = await loadChecks({ file: config, folder: resolve(".") });
  await printed(WRITTEN[format](policy));
  return 0;
}

const WRITTEN: Readonly<Record<PermissionsOptions["format"], (policy: ReadPolicy) => string>> = {
  json: (policy) => `${JSON.stringify(policy, null, 2)}\n`,
  cloudformation: cloudFormationRole,
  terraform: terraformRole,
};
