import { resolve } from "node:path";
import { postureError } from "@posture/core";
import { loadChecks } from "@posture/runtime";
import { isRegion } from "../arguments.ts";
import { cloudFormationEvents } from "../events/cloudformation.ts";
import { eventPath, type EventPath, globalRegionOf } from "../events/path.ts";
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
  const named = (regions ?? watched ?? []).filter((region) => region !== "global");
  const path = eventPath({ name, home: home ?? homeOf(named, process.env["AWS_REGION"]), regions: named, rules: eventRules });
  await printed(WRITTEN[format](path));
  return 0;
}

/** Where nobody says it. @throws {PostureError} POSTURE_AWS_REGION_INVALID */
function homeOf([first = "us-east-1"]: readonly string[], given: string | undefined): string {
  if (!given) return globalRegionOf(first);
  if (!isRegion(given)) throw postureError("POSTURE_AWS_REGION_INVALID", { cause: `AWS_REGION is ${JSON.stringify(given)}` });
  return given;
}

const WRITTEN: Readonly<Record<TemplateOptions["format"], (path: EventPath) => string>> = {
  cloudformation: cloudFormationEvents,
  terraform: terraformEvents,
};
