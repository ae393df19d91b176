import type { ConditionEntry, ParsedPolicy, Statement } from "./document.ts";
import { parsePolicy } from "./parse.ts";

export const EVERYONE = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" };

export function policyOf(...statements: readonly unknown[]): ParsedPolicy {
  const policy = parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }));
  if (policy.state !== "parsed") throw new Error(policy.problem);
  return policy;
}

export function statementOf(statement: unknown): Statement {
  const [first] = policyOf(statement).statements;
  if (first === undefined) throw new Error("there is no statement");
  return first;
}

export function conditionsOf(condition: unknown): readonly ConditionEntry[] {
  return statementOf({ ...EVERYONE, Condition: condition }).conditions;
}
