import { resolve } from "node:path";
import { loadChecks } from "@posture/runtime";
import { cloudFormationEvents } from "../events/cloudformation.ts";
import { eventPath, type EventPath } from "../events/path.ts";
import { terraformEvents } from "../events/terraform.ts";
import { printed } from "../output.ts";

export interface TemplateOptions {
  readonly format: "cloudformation" | "terraform";
  readonly home?: string;
  readonly regions?: readonly string[];
  readonly name: string;
  readonly config?: string;
}

/** `posture events template`. Answers the exit code. */
export async function template({ format, home, regions, name, config }: TemplateOptions): Promise<number> {
  const { eventRules, watched } = await loadChecks({ file: config, folder: resolve(".") });
  const path = eventPath({
    name,
    home: home ?? (process.env["AWS_REGION"] || "us-east-1"),
    regions: regions ?? watched ?? [],
    rules: eventRules,
  });
  await printed(WRITTEN[format](path));
  return 0;
}

const WRITTEN: Readonly<Record<TemplateOptions["format"], (path: EventPath) => string>> = {
  cloudformation: cloudFormationEvents,
  terraform: terraformEvents,
};
