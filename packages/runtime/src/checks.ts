import { loadConfig, type ResolvedConfig, type ResolvedSlack } from "@posture/config";
import {
  asRead,
  asReadByTag,
  type Check,
  consoleUrl,
  type Finding,
  permissionsOf,
  render,
  type ResolvedCheck,
  type ResourceRef,
  stepOf,
} from "@posture/core";
import { quote } from "shell-quote";
import { firstPartyPlugins } from "./plugins.ts";
import type { CheckInfo } from "./posture.ts";

/**
 * The enabled checks of a configuration, without asking AWS anything.
 * @throws {PostureError} POSTURE_CONFIG_…, POSTURE_PLUGIN_…, POSTURE_CHECK_UNKNOWN
 */
export async function loadChecks(source: { readonly file?: string | undefined; readonly folder: string }): Promise<Loaded> {
  const config = await loadConfig({ ...source, defaults: firstPartyPlugins });
  const { checks, slack } = config;
  return { checks, infos: checks.map(infoOf), policy: readPolicyOf(checks.map(mayReadTags(config) ? asReadByTag : asRead)), slack };
}

interface Loaded {
  readonly checks: readonly ResolvedCheck[];
  readonly infos: readonly CheckInfo[];
  readonly policy: ReadPolicy;
  readonly slack: ResolvedSlack;
}

/** Whether tags of all kinds may be asked for: rules of people may name them, or routes and owners do. */
export function mayReadTags({ suppressions, slack }: Pick<ResolvedConfig, "suppressions" | "slack">): boolean {
  return suppressions.byTag || slack.tagged.length > 0;
}

/** What people see of a check; severity is the configured one, without what rules make of it for some resources. */
export function infoOf({ check, severity }: ResolvedCheck): CheckInfo {
  const { id, title, risk, categories, frameworks = {}, remediation, resource, coveredBy } = check;
  const consoleOf = (ref: ResourceRef): string | null => consoleUrl(resource, ref);
  const permissions = permissionsOf([check]);
  const facts = { id, title, risk, severity, categories, frameworks, permissions, remediation, resourceType: resource.type, consoleOf };
  return { ...facts, ...(coveredBy && { coveredBy }) };
}

/** A remediation step of one finding, its holes filled. */
export interface FilledStep {
  readonly text: string;
  /** For a POSIX shell. */
  readonly command?: string;
  readonly docs: string;
}

/** What to do about a finding, with its resource's name and its evidence in it. */
export function guideOf(
  { remediation }: Pick<CheckInfo, "remediation">,
  { ref, message }: Pick<Finding, "ref" | "message">,
): readonly FilledStep[] {
  return remediation.steps.map(stepOf).map(({ text, command, docs = remediation.docs }) => ({
    text: render(text, ref, message.evidence),
    ...(command !== undefined && { command: render(command, ref, message.evidence, (value) => quote([value])) }),
    docs,
  }));
}

/** The same in words alone. */
export function stepsOf(info: Pick<CheckInfo, "remediation">, finding: Pick<Finding, "ref" | "message">): readonly string[] {
  return guideOf(info, finding).map(({ text }) => text);
}

/** Every run asks who it is and which regions there are. */
export const ALWAYS_NEEDED: readonly string[] = ["ec2:DescribeRegions", "sts:GetCallerIdentity"];

/** The least-privilege IAM policy for these checks, as AWS takes it. */
export interface ReadPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly [
    { readonly Sid: string; readonly Effect: "Allow"; readonly Action: readonly string[]; readonly Resource: "*" },
  ];
}

/** Exactly what these checks need, and what every run needs. */
export function readPolicyOf(checks: readonly Check[]): ReadPolicy {
  const actions = [...new Set([...ALWAYS_NEEDED, ...permissionsOf(checks)])].toSorted();
  return { Version: "2012-10-17", Statement: [{ Sid: "PostureRead", Effect: "Allow", Action: actions, Resource: "*" }] };
}
