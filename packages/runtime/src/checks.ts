import { loadConfig, type ResolvedConfig, type ResolvedSlack } from "@posture/config";
import {
  asRead,
  asReadByTag,
  type Check,
  consoleUrl,
  type Finding,
  findCallsOf,
  permissionsOf,
  render,
  type ResolvedCheck,
  type ResourceRef,
  stepOf,
} from "@posture/core";
import { quote } from "shell-quote";
import { accountStatement, queueOf, queueStatement, type QueueStatement } from "./event-queue.ts";
import { heardBy } from "./events/targets.ts";
import { type EventRule, eventRulesOf } from "./events-template/patterns.ts";
import { firstPartyPlugins } from "./plugins.ts";
import type { CheckInfo } from "./posture.ts";

/**
 * The enabled checks of a configuration, without asking AWS anything.
 * @throws {PostureError} POSTURE_CONFIG_…, POSTURE_PLUGIN_…, POSTURE_CHECK_UNKNOWN, POSTURE_EVENTS_QUEUE_INVALID
 */
export async function loadChecks(source: { readonly file?: string | undefined; readonly folder: string }): Promise<Loaded> {
  const config = await loadConfig({ ...source, defaults: firstPartyPlugins });
  const { checks, slack, regions: watched } = config;
  const accounts = config.accounts.map(({ id }) => id);
  const queue = queueOf(process.env["POSTURE_EVENT_QUEUE"], config.events, process.env);
  const read = checks.map(mayReadTags(config) ? asReadByTag : asRead);
  const memberPolicy = readPolicyOf(read, queue !== null);
  const policy: Policy = {
    ...memberPolicy,
    Statement: [...memberPolicy.Statement, ...(queue ? [queueStatement(queue)] : []), ...config.accounts.map(accountStatement)],
  };
  return { checks, infos: checks.map(infoOf), policy, memberPolicy, slack, watched, accounts, eventRules: eventRulesOf(heardBy(checks)) };
}

interface Loaded {
  readonly checks: readonly ResolvedCheck[];
  readonly infos: readonly CheckInfo[];
  /** With a statement for the queue of changes, where there is one, and for the role of each other account. */
  readonly policy: Policy;
  /** Of the role of another account. */
  readonly memberPolicy: Policy;
  readonly slack: ResolvedSlack;
  /** `null`: every enabled region. */
  readonly watched: readonly string[] | null;
  /** Those besides that of the credentials. */
  readonly accounts: readonly string[];
  /** What has to reach the bot for these checks to hear of changes. */
  readonly eventRules: readonly EventRule[];
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

/** The same, and what the bot may do at its queue and with the roles of other accounts. */
export interface Policy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly [ReadPolicy["Statement"][0], ...QueueStatement[]];
}

/** Exactly what these checks need, and what every run needs. `hearsChanges`: and what finds those that a change in AWS does not name. */
export function readPolicyOf(checks: readonly Check[], hearsChanges = false): ReadPolicy {
  const finds = hearsChanges ? findCallsOf(checks).map(({ action }) => action) : [];
  const actions = [...new Set([...ALWAYS_NEEDED, ...permissionsOf(checks), ...finds])].toSorted();
  return { Version: "2012-10-17", Statement: [{ Sid: "PostureRead", Effect: "Allow", Action: actions, Resource: "*" }] };
}
