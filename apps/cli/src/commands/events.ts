import { resolve } from "node:path";
import { postureError } from "@posture/core";
import { loadChecks } from "@posture/runtime";
import { isRegion } from "../arguments.ts";
import { cloudFormationEvents } from "../events/cloudformation.ts";
import { eventPath, type EventPath, globalRegionOf } from "../events/path.ts";
import { cloudFormationMember } from "../events/cloudformation-members.ts";
import type { Members } from "../events/members.ts";
import { terraformMember } from "../events/terraform-members.ts";
import { terraformEvents } from "../events/terraform.ts";
import { printed } from "../output.ts";

export interface TemplateOptions {
  readonly format: "cloudformation" | "terraform";
  /** The bot's own account, or one that sends to it. */
  readonly for: "home" | "member";
  readonly accounts?: readonly string[];
  readonly organization?: string;
  readonly home?: string;
  readonly regions?: readonly string[];
  readonly name: string;
  readonly config?: string;
}

/** `posture events template`. Answers the exit code. */
export async function template({
  format,
  for: whom,
  home,
  regions,
  name,
  config,
  accounts,
  organization,
}: TemplateOptions): Promise<number> {
  const { eventRules, watched, accounts: configured } = await loadChecks({ file: config, folder: resolve(".") });
  const named = (regions ?? watched ?? []).filter((region) => region !== "global");
  const path = eventPath({
    name,
    home: home ?? homeOf(named, process.env["AWS_REGION"]),
    regions: named,
    rules: eventRules,
    members: membersOf(organization, accounts ?? configured),
  });
  await printed(WRITTEN[whom][format](path));
  return 0;
}

/** Where nobody says it. @throws {PostureError} POSTURE_AWS_REGION_INVALID */
function homeOf([first = "us-east-1"]: readonly string[], given: string | undefined): string {
  if (!given) return globalRegionOf(first);
  if (!isRegion(given)) throw postureError("POSTURE_AWS_REGION_INVALID", { cause: `AWS_REGION is ${JSON.stringify(given)}` });
  return given;
}

function membersOf(organization: string | undefined, accounts: readonly string[]): Members | null {
  if (organization !== undefined) return { organization };
  return accounts.length > 0 ? { accounts: [...new Set(accounts)].toSorted() } : null;
}

type Writer = Readonly<Record<TemplateOptions["format"], (path: EventPath) => string>>;
const WRITTEN: Readonly<Record<TemplateOptions["for"], Writer>> = {
  home: { cloudformation: cloudFormationEvents, terraform: terraformEvents },
  member: { cloudformation: cloudFormationMember, terraform: terraformMember },
};
