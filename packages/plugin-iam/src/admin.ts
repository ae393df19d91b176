import type { Parts, UnknownReason } from "@posture/core";
import { type PolicySource, sourceName } from "@posture/resources-aws/iam";
import { type FullAdminOptions, isFullAdmin, nameOf, parsePolicy, type Statement } from "@posture/resources-aws/policy";

/** One way by which an identity may do everything. */
export interface AdminPath {
  /** `inline policy ops`, `arn:… of group Admins`. */
  readonly source: string;
  /** `null`: the policy is known by its ARN. */
  readonly statement: string | null;
  readonly conditional: boolean;
}

/** What the policies of an identity amount to. */
export interface Survey {
  readonly paths: readonly AdminPath[];
  readonly advisories: readonly string[];
  /** Why one of them may yet allow everything; `null`: all were read. */
  readonly unread: UnknownReason | null;
}

export interface SurveyRules extends FullAdminOptions {
  /** Policies that are known to allow everything. */
  readonly adminArns: readonly string[];
  /** Judge what the documents say, and not only the ARNs. */
  readonly documents: boolean;
  /** Whatever else a statement must not be. */
  readonly alsoBad?: (statement: Statement) => boolean;
}

/** AWS's own policy, in the partition of the identity. Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html */
export function administratorAccess(arn: string): string {
  return `arn:${arn.split(":")[1] ?? "aws"}:iam::aws:policy/AdministratorAccess`;
}

/** Every way to everything among these policies. */
export function surveyOf(permissions: Parts<PolicySource>, rules: SurveyRules): Survey {
  const surveys = Object.values(permissions).map((part): Survey => {
    if (part.state === "unreadable") return { ...NOTHING, unread: part.reason };
    const source = sourceName(part.value);
    if (rules.adminArns.includes(part.value.policy)) return { ...NOTHING, paths: [{ source, statement: null, conditional: false }] };
    return part.value.document === null || !rules.documents ? NOTHING : surveyOfText(part.value.document, source, rules);
  });
  return {
    paths: surveys.flatMap(({ paths }) => paths),
    advisories: surveys.flatMap(({ advisories }) => advisories),
    unread: surveys.find(({ unread }) => unread !== null)?.unread ?? null,
  };
}

const NOTHING: Survey = { paths: [], advisories: [], unread: null };

/** The same of one document. */
export function surveyOfText(text: string, source: string, rules: Omit<SurveyRules, "adminArns" | "documents">): Survey {
  const policy = parsePolicy(text);
  if (policy.state !== "parsed") return { ...NOTHING, unread: policy.state === "too-complex" ? "too-complex" : "malformed" };
  const judged = policy.statements.map((statement) => ({ statement, ...isFullAdmin(statement, rules) }));
  const counted = judged.filter(
    ({ statement, full }) => (full && !(rules.ignoreConditional && statement.conditions.length > 0)) || rules.alsoBad?.(statement),
  );
  return {
    paths: counted.map(({ statement, conditional }) => ({ source, statement: nameOf(statement), conditional })),
    advisories: judged.flatMap(({ statement, advisory }) => (advisory === null ? [] : [`${source}, ${nameOf(statement)}: ${advisory}.`])),
    unread: null,
  };
}

const SHOWN = 3;

/** The ways as a person reads them; the evidence has all. */
export function pathsText(paths: readonly AdminPath[]): string {
  const shown = paths.slice(0, SHOWN).map(pathText).join(" and ");
  return paths.length > SHOWN ? `${shown} and ${paths.length - SHOWN} more` : shown;
}

export function pathText({ source, statement, conditional }: AdminPath): string {
  const where = statement === null ? source : `${source} (${statement})`;
  return conditional ? `${where} under a condition` : where;
}
