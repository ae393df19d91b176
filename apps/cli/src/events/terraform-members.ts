import { forwarderOf, memberPatterns } from "./members.ts";
import { type EventPath, globalRegionOf } from "./path.ts";
import { hcl, list, patternsIn, providers, sendingTo, UNNAMED } from "./terraform-parts.ts";

/** The bus that takes the changes of other accounts, and the rules that lead from it to the queue; nothing where there are none. Pure. */
export function membersTerraform({ name, members }: EventPath): string {
  if (!members) return "";
  const who =
    "organization" in members
      ? `      type        = "*"\n      identifiers = ["*"]`
      : `      type        = "AWS"\n      identifiers = [for id in [${list(members.accounts)}] : "arn:\${data.aws_partition.posture.partition}:iam::\${id}:root"]`;
  const organization =
    "organization" in members
      ? `

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = ["${members.organization}"]
    }`
      : "";
  return `
# The changes of other accounts: \`posture events template --for member --format terraform\` prints what is applied there.
locals {
  posture_member_patterns = [
${memberPatterns(members)
  .map((pattern) => `    jsonencode(${hcl(pattern)}),`)
  .join("\n")}
  ]
}

resource "aws_cloudwatch_event_bus" "posture" {
  region      = local.posture_home
  name        = local.posture_name
  description = "Takes the changes of other accounts."
}

resource "aws_cloudwatch_event_bus_policy" "posture" {
  region         = local.posture_home
  event_bus_name = aws_cloudwatch_event_bus.posture.name
  policy         = data.aws_iam_policy_document.posture_bus.json
}

data "aws_iam_policy_document" "posture_bus" {
  statement {
    sid       = "MembersRulesAlone"
    actions   = ["events:PutEvents"]
    resources = [aws_cloudwatch_event_bus.posture.arn]

    principals {
${who}
    }

    condition {
      test     = "ArnLike"
      variable = "aws:PrincipalArn"
      values   = ["arn:\${data.aws_partition.posture.partition}:iam::*:role/${forwarderOf(name)}*"]
    }${organization}
  }
}

resource "aws_cloudwatch_event_rule" "posture_members" {
  count          = length(local.posture_member_patterns)
  region         = local.posture_home
  name           = "\${local.posture_name}-members-\${count.index + 1}"
  event_bus_name = aws_cloudwatch_event_bus.posture.name
  event_pattern  = local.posture_member_patterns[count.index]
}

resource "aws_cloudwatch_event_target" "posture_members" {
  count          = length(local.posture_member_patterns)
  region         = local.posture_home
  rule           = aws_cloudwatch_event_rule.posture_members[count.index].name
  event_bus_name = aws_cloudwatch_event_bus.posture.name
  target_id      = "posture"
  arn            = aws_sqs_queue.posture.arn
}
`;
}

/** What is applied in each member, all regions at once. Pure. */
export function terraformMember({ name, home, regions, isComplete, rules }: EventPath): string {
  return `# Sends the changes of a member account to the bot's account, which has the queue: apply the other configuration there first.
# Each account needs a CloudTrail trail that logs management events (writes are enough); one of the organization serves all.
${isComplete ? "" : `# ${UNNAMED}\n`}
${providers}
variable "posture_bot_account_id" {
  type        = string
  description = "The account of the queue."
}

locals {
  posture_name    = "${name}"
  posture_regions = [${list(regions)}]
  posture_bus     = "arn:\${data.aws_partition.posture.partition}:events:${home}:\${var.posture_bot_account_id}:event-bus/${name}"

  # IAM and Organizations tell of changes in this region alone.
  posture_global_region = "${globalRegionOf(home)}"
  posture_global_rules  = [${list(rules.filter(({ global }) => global).map((rule) => rule.name))}]

  posture_patterns = {
${patternsIn(rules)}
  }

  posture_rules = {
    for pair in setproduct(local.posture_regions, keys(local.posture_patterns)) : "\${pair[0]}/\${pair[1]}" => {
      region = pair[0]
      name   = pair[1]
    } if !contains(local.posture_global_rules, pair[1]) || pair[0] == local.posture_global_region
  }
}

data "aws_caller_identity" "posture" {}

data "aws_partition" "posture" {}

resource "aws_cloudwatch_event_rule" "posture" {
  for_each      = local.posture_rules
  region        = each.value.region
  name          = "\${local.posture_name}-\${each.value.name}"
  event_pattern = local.posture_patterns[each.value.name]
}

resource "aws_cloudwatch_event_target" "posture" {
  for_each  = local.posture_rules
  region    = each.value.region
  rule      = aws_cloudwatch_event_rule.posture[each.key].name
  target_id = "posture"
  arn       = local.posture_bus
  role_arn  = aws_iam_role.posture_forwarding.arn
}

resource "aws_iam_role" "posture_forwarding" {
  name               = "${forwarderOf(name)}member"
  description        = "Lets these rules send to the bus of the account that Posture runs in."
  assume_role_policy = data.aws_iam_policy_document.posture_forwarding_trust.json
}

${sendingTo("local.posture_bus")}`;
}
