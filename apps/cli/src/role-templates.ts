import type { Policy } from "@posture/runtime";

/**
 * A CloudFormation template (YAML) of a read-only role with this policy. Pure.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
 */
export function cloudFormationRole({ Version, Statement: [{ Sid, Action }, ...queues] }: Policy): string {
  return `AWSTemplateFormatVersion: "2010-09-09"
Description: A role with which Posture reads this account. It can change nothing.
Parameters:
  TrustedPrincipalArn:
    Type: String
    Description: The ARN of the role or user that runs Posture.
    AllowedPattern: "arn:[a-z-]+:(iam|sts)::[0-9]{12}:.+"
  ExternalId:
    Type: String
    Description: What Posture must say to be let in, 2 to 1224 characters.
    MinLength: 2
    MaxLength: 1224
    AllowedPattern: "[A-Za-z0-9_+=,.@:/-]+"
Resources:
  PostureRead:
    Type: AWS::IAM::Role
    Properties:
      Description: Lets Posture read what its checks need.
      AssumeRolePolicyDocument:
        Version: "${Version}"
        Statement:
          - Effect: Allow
            Principal:
              AWS: !Ref TrustedPrincipalArn
            Action: sts:AssumeRole
            Condition:
              StringEquals:
                sts:ExternalId: !Ref ExternalId
      Policies:
        - PolicyName: posture-read
          PolicyDocument:
            Version: "${Version}"
            Statement:
              - Sid: ${Sid}
                Effect: Allow
                Action:
${Action.map((action) => `                  - ${action}`).join("\n")}
                Resource: "*"
${queues.map(cloudFormationQueue).join("")}Outputs:
  RoleArn:
    Description: The ARN of the role.
    Value: !GetAtt PostureRead.Arn
`;
}

/** What the bot may do at its queue of changes. */
type Queue = Policy["Statement"][1];

function cloudFormationQueue({ Sid, Action, Resource }: NonNullable<Queue>): string {
  return `              - Sid: ${Sid}
                Effect: Allow
                Action:
${Action.map((action) => `                  - ${action}\n`).join("")}                Resource: ${Resource}
`;
}

function terraformQueue({ Sid, Action, Resource }: NonNullable<Queue>): string {
  return `
  statement {
    sid       = "${Sid}"
    actions   = [${Action.map((action) => `"${action}"`).join(", ")}]
    resources = ["${Resource}"]
  }
`;
}

/**
 * The same role for Terraform (HCL). Pure.
 * Source: https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/d/iam_policy_document.html.markdown
 */
export function terraformRole({ Statement: [{ Sid, Action }, ...queues] }: Policy): string {
  return `variable "trusted_principal_arn" {
  type        = string
  description = "The ARN of the role or user that runs Posture."
}

variable "external_id" {
  type        = string
  description = "What Posture must say to be let in, 2 to 1224 characters."

  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@:/-]{2,1224}$", var.external_id))
    error_message = "An external id has 2 to 1224 characters of A-Z a-z 0-9 _ + = , . @ : / -"
  }
}

data "aws_iam_policy_document" "posture_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = [var.trusted_principal_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }
  }
}

data "aws_iam_policy_document" "posture_read" {
  statement {
    sid = "${Sid}"
    actions = [
${Action.map((action) => `      "${action}",`).join("\n")}
    ]
    resources = ["*"]
  }
${queues.map(terraformQueue).join("")}}

resource "aws_iam_role" "posture_read" {
  name_prefix        = "posture-read-"
  description        = "Lets Posture read what its checks need."
  assume_role_policy = data.aws_iam_policy_document.posture_trust.json
}

resource "aws_iam_role_policy" "posture_read" {
  name   = "posture-read"
  role   = aws_iam_role.posture_read.id
  policy = data.aws_iam_policy_document.posture_read.json
}

output "posture_role_arn" {
  value = aws_iam_role.posture_read.arn
}
`;
}
