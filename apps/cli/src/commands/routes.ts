import { resolve } from "node:path";
import {
  type OwnerAnswer,
  ownerOf,
  type ResolvedSlack,
  routed,
  type Routable,
  unknownCheck,
  unreachedRoutes,
  USUAL,
  waitsUntil,
} from "@posture/config";
import { type AwsChange, formatArn, type Severity } from "@posture/core";
import { type CheckInfo, loadChecks } from "@posture/runtime";
import { withPosture } from "../open.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { type ListedRoutes, routesText, type RouteTest, routeTestText } from "../routes/text.ts";

export interface RoutesOptions {
  readonly format: "table" | "text" | "json";
  readonly config?: string;
}

/** `posture routes`. Answers the exit code, as both of these do. */
export async function routes({ format, config }: RoutesOptions): Promise<number> {
  const { checks, slack } = await loadChecks({ file: config, folder: resolve(".") });
  const unreached = unreachedRoutes(
    slack,
    checks.map(({ check }) => check),
  );
  const listed: ListedRoutes = {
    routes: slack.routes.map((route) => ({ ...route, unreached: unreached.find((it) => it.route === route.name)?.why ?? null })),
    otherwise: { ...USUAL, quiet: slack.quiet },
  };
  await printed(format === "json" ? json(listed) : routesText(allPrintable(listed), widthOf()));
  return 0;
}

/** What describes a finding that is not there. */
interface Described {
  readonly check?: string;
  readonly severity?: Severity;
  readonly account?: string;
  readonly region?: string;
  readonly tag?: Readonly<Record<string, string>>;
  /** Who made the change after which it failed: an ARN, or the name of an IAM user or of a role's session. */
  readonly principal?: string;
}
export interface RouteTestOptions extends RoutesOptions, Described {
  readonly store?: string;
}

/**
 * `posture routes test [id]`
 * @throws {PostureError} POSTURE_FINDING_UNKNOWN, POSTURE_FINDING_AMBIGUOUS, POSTURE_CHECK_UNKNOWN
 */
export async function routeTested(id: string | undefined, options: RouteTestOptions): Promise<number> {
  const { format, store, config } = options;
  const { infos, slack } = await loadChecks({ file: config, folder: resolve(".") });
  const finding =
    id === undefined
      ? describedBy(options, infos)
      : await withPosture({ store, config, readOnly: true }, async (posture) => (await posture.find(id)).finding);
  const test = tested(
    finding,
    infos.find((it) => it.id === finding.checkId),
    slack,
    new Date().toISOString(),
  );
  await printed(format === "json" ? json(test) : routeTestText(allPrintable(test), widthOf()));
  return 0;
}

/** What nobody has said of a finding. No account and no region is called so. */
const UNSAID = "unknown";

/** Pure. @throws {PostureError} POSTURE_CHECK_UNKNOWN, with the nearest one. */
export function describedBy({ check = "", severity, account, region, tag, principal }: Described, infos: readonly CheckInfo[]): Routable {
  const info = infos.find(({ id }) => id === check);
  if (!info)
    throw unknownCheck(
      check,
      infos.map(({ id }) => id),
    );
  return {
    checkId: info.id,
    severity: severity ?? info.severity,
    ref: { accountId: account ?? UNSAID, region: region ?? UNSAID },
    ...(tag && { tags: tag }),
    ...(principal !== undefined && { changed: changeBy(principal, account) }),
  };
}

/** Nobody says which call it was: only who called is looked at. */
function changeBy(principal: string, accountId = "000000000000"): AwsChange {
  const isWhole = principal.startsWith("arn:") || principal.endsWith(".amazonaws.com");
  const resource = principal === "root" ? "root" : `user/${principal}`;
  return { eventId: "", name: "AWS", at: "", by: isWhole ? principal : formatArn({ ...IAM, accountId, resource }) };
}

const IAM = { partition: "aws", service: "iam", region: "" };

/** Pure: where a finding goes at this instant, with everything that has a say in it. */
export function tested(finding: Routable, info: CheckInfo | undefined, slack: ResolvedSlack, now: string): RouteTest {
  const { destinations, steps } = routed(finding, info ?? null, slack);
  const { checkId, severity, ref, tags, changed } = finding;
  const owned = (name: string | null): OwnerAnswer => ownerOf(slack.routes.find((it) => it.name === name) ?? null, finding, slack);
  return {
    at: now,
    finding: {
      check: checkId,
      severity,
      account: ref.accountId,
      accountName: slack.accounts.get(ref.accountId)?.name ?? null,
      region: ref.region,
      tags: tags ?? null,
      changedBy: changed?.by ?? null,
    },
    steps,
    destinations: destinations.map((destination) => ({
      ...destination,
      hasOwnMessage: destination.own.includes(severity),
      ownerBecause: owned(destination.route).why,
      waitsUntil: waitsUntil(destination, severity, now),
    })),
  };
}
