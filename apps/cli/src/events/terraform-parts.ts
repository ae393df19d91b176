import type { EventRule } from "@posture/runtime";

/* What both configurations are made of. */

export const UNNAMED: string =
  "Which regions are watched was not said (--regions). Enter them in posture_regions: what changes elsewhere is seen by the next sweep alone.";

export const providers = `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}
`;

export function list(values: readonly string[]): string {
  return values.map((value) => `"${value}"`).join(", ");
}

/** The entries of `posture_patterns`. */
export function patternsIn(rules: readonly EventRule[]): string {
  const widest = Math.max(0, ...rules.map((rule) => rule.name.length + 2));
  return rules.map((rule) => `    ${`"${rule.name}"`.padEnd(widest)} = jsonencode(${hcl(rule.pattern)})`).join("\n");
}

/** As `terraform fmt` writes it. */
export function hcl(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(hcl).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, part]) => `"${key}" = ${hcl(part)}`)
    .join(", ")} }`;
}

/** Who may take the role `posture_forwarding`, and that it may send to this bus. */
export function sendingTo(bus: string): string {
  return `data "aws_iam_policy_document" "posture_forwarding_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.posture.account_id]
    }
  }
}

resource "aws_iam_role_policy" "posture_forwarding" {
  name   = "send-home"
  role   = aws_iam_role.posture_forwarding.id
  policy = data.aws_iam_policy_document.posture_forwarding.json
}

data "aws_iam_policy_document" "posture_forwarding" {
  statement {
    actions   = ["events:PutEvents"]
    resources = [${bus}]
  }
}
`;
}
