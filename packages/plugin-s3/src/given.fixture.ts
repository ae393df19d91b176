import type { Check, Observation, Observed, Outcome, ResourceRef } from "@posture/core";
import { judge, next, optionsOf } from "@posture/core";
import type { Block, Grant } from "@posture/resources-aws/s3";
import { NOW } from "@posture/testing";

export const LOGS: ResourceRef = {
  type: "AWS::S3::Bucket",
  arn: "arn:aws:s3:::logs",
  name: "logs",
  accountId: "111122223333",
  region: "eu-west-1",
};
export const OFF: Block = { blockPublicAcls: false, ignorePublicAcls: false, blockPublicPolicy: false, restrictPublicBuckets: false };
export const ON: Block = { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true };

const GROUPS = "http://acs.amazonaws.com/groups/global/";
export function group(name: string, permission: string, prefix: string = GROUPS): Grant {
  return { grantee: "group", id: `${prefix}${name}`, permission };
}

export function policy(...statements: readonly unknown[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Every S3 check, judged as a sweep would: read in the plan's order, with the options that the params ask for. */
export function judged(
  check: Check,
  given: Readonly<Record<string, unknown>>,
  asked: unknown = {},
  ref: ResourceRef = LOGS,
): { readonly outcome: Outcome; readonly reads: readonly string[] } {
  const params = check.params?.parse(asked);
  const options = optionsOf(check.resource, [{ check, params }]);
  const reads: string[] = [];
  for (let step = next(check.resource, ref, [check], {}, NOW, options); ;) {
    if (step.read.length === 0) {
      const observation: Observation = { ref, asOf: NOW, seen: { first: NOW, baseline: true }, facets: step.progress };
      return { outcome: judge(check, observation, { now: NOW, params }), reads };
    }
    reads.push(...step.read);
    const answers = step.read.map((name): [string, Observed] => [name, observed(given[name])]);
    step = next(check.resource, ref, [check], { ...step.progress, ...Object.fromEntries(answers) }, NOW, options);
  }
}

function observed(value: unknown): Observed {
  if (value === "denied") return { state: "unreadable", reason: "denied", asOf: NOW };
  return value === undefined || value === null ? { state: "absent", asOf: NOW } : { state: "known", value, asOf: NOW };
}

/** What the engine says of a resource that AWS no longer knows. */
export function gone(check: Check): Outcome {
  return judge(check, { ref: LOGS, asOf: NOW, gone: true }, { now: NOW });
}
