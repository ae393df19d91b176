import { parseArn } from "@posture/core";
import { AWS_PUBLIC_LIMITS, isNarrow, type PublicLimits } from "./address.ts";
import type { ConditionEntry, PolicyContext } from "./document.ts";
import { isAccountId, isFixed } from "./text.ts";

/**
 * What a condition entry does to a statement for everyone.
 * `restricting`: not public any more. `confirm`: the same, but worth AWS's word. `open`: still public. `doubtful`: a key we know nothing of.
 */
export type Restriction = "restricting" | "confirm" | "open" | "doubtful";

type Rule = (value: string, operator: string, limits: PublicLimits) => "restricting" | "confirm" | "open";

const fixed: Rule = (value) => (isFixed(value) ? "restricting" : "open");
const orgPath: Rule = (value) => (isFixed(value.split("/")[0] ?? "") ? "restricting" : "open");
const sourceIp: Rule = (value, _, limits) => (isNarrow(value, limits) ? "restricting" : "open");
const arnRule: Rule = (value, operator) => (isFixed(value) ? "restricting" : hasFixedOwner(value, operator) ? "confirm" : "open");
const accessPoint: Rule = (value, operator) => (isFixed(value) || hasFixedOwner(value, operator) ? "restricting" : "open");

const TEXT = ["stringequals", "stringequalsignorecase", "stringlike"];
const ARN = [...TEXT, "arnequals", "arnlike"];

interface KeyRule {
  readonly rule: Rule;
  readonly operators: readonly string[];
}

function keys(rule: Rule, operators: readonly string[], ...names: readonly string[]): [string, KeyRule][] {
  return names.map((name) => [name.toLowerCase(), { rule, operators }]);
}

/** Source of the list: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
const BOUNDING: ReadonlyMap<string, KeyRule> = new Map([
  ...keys(
    fixed,
    TEXT,
    "aws:PrincipalOrgID",
    "aws:PrincipalAccount",
    "aws:SourceAccount",
    "aws:SourceOwner",
    "aws:SourceOrgID",
    "aws:VpceAccount",
    "aws:VpceOrgID",
  ),
  ...keys(fixed, TEXT, "aws:SourceVpc", "aws:SourceVpce", "aws:userid"),
  ...keys(orgPath, TEXT, "aws:PrincipalOrgPaths", "aws:SourceOrgPaths", "aws:VpceOrgPaths"),
  ...keys(arnRule, ARN, "aws:PrincipalArn", "aws:SourceArn"),
  ...keys(sourceIp, ["ipaddress"], "aws:SourceIp"),
]);
const BOUNDING_BUCKETS: ReadonlyMap<string, KeyRule> = new Map([
  ...keys(accessPoint, ARN, "s3:DataAccessPointArn"),
  ...keys(fixed, TEXT, "s3:DataAccessPointAccount"),
  ...keys(fixed, ARN, "s3:x-amz-server-side-encryption-aws-kms-key-id"),
]);

/** The outsider can satisfy these, or they describe the resource, the request, the protocol or the time. */
const OPEN_KEYS: ReadonlySet<string> = new Set(
  [
    "sts:ExternalId",
    "aws:MultiFactorAuthPresent",
    "aws:MultiFactorAuthAge",
    "aws:username",
    "aws:PrincipalType",
    "sts:RoleSessionName",
    "sts:SourceIdentity",
    "s3:ResourceAccount",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "s3:prefix",
    "s3:x-amz-acl",
    "aws:SecureTransport",
    "s3:TlsVersion",
    "s3:authType",
    "s3:signatureversion",
    "s3:signatureAge",
    "aws:Referer",
    "aws:UserAgent",
    "aws:RequestedRegion",
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:ViaAWSService",
    "aws:PrincipalIsAWSService",
  ].map((name) => name.toLowerCase()),
);
const OPEN_PREFIXES = ["aws:principaltag/", "aws:requesttag/", "s3:existingobjecttag/", "aws:calledvia"];

export interface Operator {
  readonly quantifier: "forallvalues" | "foranyvalue" | null;
  /** In lower case, without quantifier and suffix. */
  readonly base: string;
  readonly ifExists: boolean;
}

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export function operatorOf(text: string): Operator {
  const lower = text.toLowerCase();
  const quantifier = lower.startsWith("forallvalues:") ? "forallvalues" : lower.startsWith("foranyvalue:") ? "foranyvalue" : null;
  const rest = quantifier === null ? lower : lower.slice(quantifier.length + 1);
  const ifExists = rest.endsWith("ifexists");
  return { quantifier, base: ifExists ? rest.slice(0, -"ifexists".length) : rest, ifExists };
}

/**
 * Does this entry of a condition stop a statement for everyone from being public? Only if all its values do.
 * `context` decides which keys count; `limits` how narrow an address range must be.
 */
export function restricting(
  { operator, key, values }: ConditionEntry,
  context: PolicyContext,
  limits: PublicLimits = AWS_PUBLIC_LIMITS,
): Restriction {
  const { quantifier, base, ifExists } = operatorOf(operator);
  if (quantifier === "forallvalues" || ifExists || base === "null" || base.includes("not") || values.length === 0) return "open";
  const known = ruleOf(key, context);
  if (known === null) return isOpenKey(key) ? "open" : "doubtful";
  if (!known.operators.includes(base)) return "open";
  const judged = values.map((value) => (value.includes("${") ? "open" : known.rule(value, base, limits)));
  if (judged.includes("open")) return "open";
  return judged.includes("confirm") ? "confirm" : "restricting";
}

/** Can an outsider satisfy any condition on this key, whatever its value? */
export function isOpenKey(key: string): boolean {
  const lower = key.toLowerCase();
  return OPEN_KEYS.has(lower) || OPEN_PREFIXES.some((prefix) => lower.startsWith(prefix));
}

function ruleOf(key: string, context: PolicyContext): KeyRule | null {
  const lower = key.toLowerCase();
  return BOUNDING.get(lower) ?? (context === "bucket" ? BOUNDING_BUCKETS.get(lower) : undefined) ?? null;
}

/** Is the owner of what the ARN pattern names certain? An S3 ARN has no account, so its bucket must be. */
function hasFixedOwner(pattern: string, operator: string): boolean {
  const arn = parseArn(pattern);
  if (arn === null) return false;
  // StringLike's star runs across colons, so that a later account field proves nothing.
  if (!operator.startsWith("arn") && ![arn.partition, arn.service, arn.region].every((field) => field === "" || isFixed(field)))
    return false;
  if (arn.accountId !== "") return isAccountId(arn.accountId);
  return arn.service === "s3" && isFixed(arn.resource.split("/")[0] ?? "");
}
