import type { AwsAccess, Caller, HomeRegion } from "@posture/aws-access";
import type { ResolvedConfig } from "@posture/config";
import { type PermissionTrial, tryPermissions } from "../permissions.ts";
import { clockPoint } from "./here.ts";
import { failed, good, notExamined, type Point, warning, wrong } from "./point.ts";
import { withoutPassword } from "./settings.ts";

/** What AWS said, and whether anything more can be asked of it. */
export interface AwsPoints {
  readonly credentials: Point;
  readonly clock: Point;
  readonly caller: Caller | null;
}

/** Asks AWS who we are; its answer tells its time as well, also when it refuses. */
export async function askAws(aws: AwsAccess, region: HomeRegion, env: NodeJS.ProcessEnv): Promise<AwsPoints> {
  const { credentials, caller } = await aws.identity().then(
    (it) => ({ credentials: credentialsPoint(it, region, env), caller: it }),
    (error: unknown) => ({ credentials: failed("Credentials", error), caller: null }),
  );
  const ahead = aws.ahead();
  const clock = ahead === null ? notExamined("Clock", "AWS did not answer, so its time is not known") : clockPoint(ahead);
  return { credentials, clock, caller };
}

/** Pure: who we are, where, and what is worth knowing of that. */
export function credentialsPoint({ accountId, arn }: Caller, { name, origin }: HomeRegion, env: NodeJS.ProcessEnv): Point {
  const endpoints = Object.keys(env).filter((key) => key.startsWith("AWS_ENDPOINT_URL") && env[key] !== "");
  const instead = endpoints.map((key) => `; ${key} asks ${withoutPassword(env[key] ?? "")} in the place of AWS`).join("");
  const says = `account ${accountId}, as ${arn}; region ${name} (${ORIGIN[origin]})${instead}`;
  if (arn.endsWith(":root"))
    return warning("Credentials", says, "These are the root user's. Use a role that `posture permissions` describes.");
  if (origin === "default" && env["AWS_DEFAULT_REGION"])
    return warning("Credentials", says, "AWS_DEFAULT_REGION is not read here. Set AWS_REGION instead.");
  return good("Credentials", says);
}

const ORIGIN: Readonly<Record<HomeRegion["origin"], string>> = {
  environment: "from AWS_REGION",
  profile: "from the profile",
  default: "the default",
};

/** Tries what the checks may read, in one region alone: that is quick, and what is missing is nearly always missing everywhere. */
export async function permissionsPoint(
  source: { readonly file: string | undefined; readonly folder: string },
  { regions, checks }: ResolvedConfig,
  home: string,
): Promise<Point> {
  if (checks.length === 0) return notExamined("Permissions", "no check is on");
  const region = regions && !regions.includes(home) ? (regions[0] ?? home) : home;
  try {
    return trialPoint(await tryPermissions({ ...source, regions: [region] }), region);
  } catch (error) {
    return failed("Permissions", error);
  }
}

const NAMED = 3;

/** Pure. */
export function trialPoint({ granted, missing, untried }: PermissionTrial, region: string): Point {
  const actions = [...new Set(missing.map(({ action }) => action))];
  const silent = untried.filter(({ why }) => why === "AWS gave no answer");
  const open = untried.length - silent.length;
  const rest = open === 0 ? "" : `; ${open} could not be tried, for want of a resource or of a change`;
  const all = granted.length + actions.length;
  if (actions.length > 0)
    return wrong(
      "Permissions",
      `${actions.length} of ${all} actions that were tried in ${region} are missing: ${some(actions)}${rest}`,
      "`posture permissions --check` says which checks need them; `posture permissions` prints the policy that grants them.",
    );
  if (silent.length > 0)
    return warning(
      "Permissions",
      `AWS gave no answer to ${some(silent.map(({ call }) => call))} in ${region}`,
      "Try again; `posture permissions --check` tries every region.",
    );
  return good("Permissions", `${granted.length} actions granted in ${region}${rest}`);
}

function some(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(", ")} and ${more} more` : names.join(", ");
}
