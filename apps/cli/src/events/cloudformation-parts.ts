import type { EventRule } from "@posture/runtime";

/** What both templates are made of. */
export type Part = Readonly<Record<string, unknown>>;

export function arnOf(resource: string): Part {
  return { "Fn::GetAtt": [resource, "Arn"] };
}

/** `iam-2`: `RuleIam2`. */
export function idOf({ name }: EventRule): string {
  return `Rule${name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("")}`;
}

/** A role that the rules of this account may take, and that may send to this bus. */
export function sendingTo(bus: unknown): Part {
  return {
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
        },
      ],
    },
    Policies: [
      {
        PolicyName: "send-home",
        PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "events:PutEvents", Resource: bus }] },
      },
    ],
  };
}
