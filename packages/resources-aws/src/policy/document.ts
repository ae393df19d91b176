/** One entry of a Condition block: all entries must hold, any one of the values will do. */
export interface ConditionEntry {
  /** As written: `ForAnyValue:StringLike`. */
  readonly operator: string;
  /** As written: `aws:PrincipalOrgID`. */
  readonly key: string;
  /** Booleans and numbers as text. */
  readonly values: readonly string[];
}

/** One value of a Principal element. `type` is `AWS`, `Service`, `Federated`, `CanonicalUser`; a bare text has `AWS`. */
export interface PrincipalEntry {
  readonly type: string;
  readonly value: string;
}

/** A statement with every element a list; `null`: the element is not there. */
export interface Statement {
  /** Counted from 0. */
  readonly index: number;
  readonly sid: string | null;
  readonly effect: "Allow" | "Deny";
  readonly principals: readonly PrincipalEntry[] | null;
  readonly notPrincipals: readonly PrincipalEntry[] | null;
  /** As written; compare them without case. */
  readonly actions: readonly string[] | null;
  readonly notActions: readonly string[] | null;
  readonly resources: readonly string[] | null;
  readonly notResources: readonly string[] | null;
  /** Empty: no condition. */
  readonly conditions: readonly ConditionEntry[];
}

export interface ParsedPolicy {
  readonly state: "parsed";
  readonly statements: readonly Statement[];
}
export interface Unparsable {
  readonly state: "unparsable";
  readonly problem: string;
}
export interface TooComplex {
  readonly state: "too-complex";
  readonly problem: string;
}
export type PolicyReading = ParsedPolicy | Unparsable | TooComplex;

/** `bucket`: the policy of an S3 bucket. `trust`: who may assume a role. */
export type PolicyContext = "bucket" | "trust";

/** How a person finds a statement: its Sid, else its place, counted from 1. */
export function nameOf({ sid, index }: Statement): string {
  return sid === null || sid === "" ? `statement ${index + 1}` : `statement "${sid}"`;
}

/** `IpAddress aws:SourceIp 203.0.113.0/24, 198.51.100.7`; entries are joined by "and". */
export function describeConditions(conditions: readonly ConditionEntry[]): string {
  return conditions.map(({ operator, key, values }) => `${operator} ${key} ${values.join(", ")}`).join(" and ");
}
