import type { AwsSettings } from "@posture/aws-access";
import { type Call, callsOf, type Check, findCallsOf, type Kind } from "@posture/core";

/** What became of one declared call that was not answered with what it asks for. */
export interface CallTrouble {
  /** The IAM action. */
  readonly action: string;
  /** `s3:GetBucketAcl` */
  readonly call: string;
  /** Ids of the checks that declare it. */
  readonly checks: readonly string[];
}

/** Whether the enabled checks may read what they declare. */
export interface PermissionTrial {
  /** IAM actions of which every call that was tried was allowed. */
  readonly granted: readonly string[];
  readonly missing: readonly CallTrouble[];
  /** Whether it is allowed cannot be said, and why. */
  readonly untried: readonly (CallTrouble & { readonly why: string })[];
}

/** What was heard while everything was tried. */
export interface Heard {
  /** By call: `s3:GetBucketAcl`. */
  readonly answers: Map<string, "granted" | "denied" | "unanswered">;
  /** By resource type. */
  readonly kinds: Map<string, { readonly resources: number; readonly listed: boolean }>;
}

/**
 * Says, before a sweep, which actions are denied. It sends real reads, since only those tell what boundaries and service control policies
 * leave: every kind is listed as far as its first resources, and what needs a resource is asked of these.
 * @throws {PostureError} POSTURE_AWS_…, POSTURE_CONFIG_…, POSTURE_PLUGIN_…, POSTURE_CHECK_UNKNOWN
 */
export async function tryPermissions(
  source: { readonly file?: string | undefined; readonly folder: string; readonly regions?: readonly string[] | undefined },
  settings?: AwsSettings,
): Promise<PermissionTrial> {
  // The AWS SDK is loaded where it is needed.
  const { runTrial } = await import("./permission-trial.ts");
  return runTrial(source, source.regions, settings);
}

/** Pure: what was heard, by action. `finds`: what only a change in AWS asks for; left out where none is told. */
export function trialOf(checks: readonly Check[], { answers, kinds }: Heard, finds: readonly Call[] = []): PermissionTrial {
  const calls = [...new Map([...callsOf(checks), ...finds].map((call) => [nameOf(call), call])).values()];
  const answered = calls.map((call) => ({ call, answer: answers.get(nameOf(call)) ?? "untried" }));
  const trouble = (call: Call): CallTrouble => ({ action: call.action, call: nameOf(call), checks: declarers(call, checks) });
  const missing = answered.filter(({ answer }) => answer === "denied").map(({ call }) => trouble(call));
  const untried = answered
    .filter(({ answer }) => answer === "untried" || answer === "unanswered")
    .map(({ call, answer }) => ({
      ...trouble(call),
      why: answer === "unanswered" ? "AWS gave no answer" : whyUntried(call, checks, kinds),
    }));
  const doubtful = new Set([...missing, ...untried].map(({ action }) => action));
  const granted = new Set(answered.map(({ call }) => call.action).filter((action) => !doubtful.has(action)));
  return { granted: [...granted].toSorted(), missing: missing.toSorted(byAction), untried: untried.toSorted(byAction) };
}

function whyUntried(call: Call, checks: readonly Check[], kinds: Heard["kinds"]): string {
  if (checks.every(({ resource }) => isOnlyToFind(call, resource)))
    return "it is asked only after a change in AWS that does not name what it touches";
  const type = checks.find((check) => callsOf([check]).some((it) => nameOf(it) === nameOf(call)))?.resource.type ?? "";
  const { resources, listed } = kinds.get(type) ?? { resources: 0, listed: true };
  if (resources > 0) return `no ${type} that was looked at needed it`;
  return listed ? `there is no ${type}` : `${type} could not be listed`;
}

/** Does the kind declare the call to find what an event selects, if it declares it at all? Nothing that is listed needs it. */
function isOnlyToFind(call: Call, { lists, facets }: Kind): boolean {
  const others = [...lists, ...Object.values(facets).flatMap(({ prime, read }) => [...prime, ...read])];
  return others.every((it) => nameOf(it) !== nameOf(call));
}

function declarers(call: Call, checks: readonly Check[]): string[] {
  const declares = (check: Check): boolean => [...callsOf([check]), ...findCallsOf([check])].some((it) => nameOf(it) === nameOf(call));
  return checks.filter(declares).map(({ id }) => id);
}

function byAction(a: CallTrouble, b: CallTrouble): number {
  return a.call < b.call ? -1 : a.call > b.call ? 1 : 0;
}

function nameOf({ service, operation }: Call): string {
  return `${service}:${operation}`;
}
