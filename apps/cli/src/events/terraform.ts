import { QUEUE_ACTIONS } from "@posture/runtime";
import { membersTerraform } from "./terraform-members.ts";
import { list, patternsIn, providers, sendingTo, UNNAMED } from "./terraform-parts.ts";
import { DEAD_KEPT, type EventPath, globalRegionOf, HIDDEN_FOR, KEPT, MOST_DELIVERIES } from "./path.ts";

/**
 * The same for Terraform (HCL), all regions at once. Pure.
 * Source: https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/guides/enhanced-region-support.html.markdown
 */
export function terraformEvents(path: EventPath): string {
  const { name, home, regions, isComplete, rules } = path;
  const own = "[for key, rule in local.posture_rules : aws_cloudwatch_event_rule.posture[key].arn if rule.region == local.posture_home]";
  const senders = path.members ? `concat(${own}, aws_cloudwatch_event_rule.posture_members[*].arn)` : own;
  return `# Where Posture learns of changes in AWS: rules in each region, and in the home region the queue that they lead to.
# The account needs a CloudTrail trail that logs management events (writes are enough).
# The output posture_event_queue is what POSTURE_EVENT_QUEUE takes.
${isComplete ? "" : `# ${UNNAMED}\n`}
${providers}
locals {
  posture_name    = "${name}"
  posture_home    = "${home}"
  posture_regions = [${list(regions)}]

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
    } if !contains(local.posture_global_rules, pair[1]) || contains([local.posture_home, local.posture_global_region], pair[0])
  }
}

data "aws_caller_identity" "posture" {}

data "aws_partition" "posture" {}

resource "aws_sqs_queue" "posture_dead" {
  region                    = local.posture_home
  name                      = "\${local.posture_name}-dead"
  message_retention_seconds = ${DEAD_KEPT}
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "posture" {
  region                     = local.posture_home
  name                       = local.posture_name
  message_retention_seconds  = ${KEPT}
  visibility_timeout_seconds = ${HIDDEN_FOR}
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.posture_dead.arn
    maxReceiveCount     = ${MOST_DELIVERIES}
  })
}

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
  arn       = each.value.region == local.posture_home ? aws_sqs_queue.posture.arn : local.posture_home_bus
  role_arn  = each.value.region == local.posture_home ? null : aws_iam_role.posture_forwarding.arn
}

locals {
  posture_home_bus = "arn:\${data.aws_partition.posture.partition}:events:\${local.posture_home}:\${data.aws_caller_identity.posture.account_id}:event-bus/default"
}

resource "aws_sqs_queue_policy" "posture" {
  region    = local.posture_home
  queue_url = aws_sqs_queue.posture.id
  policy    = data.aws_iam_policy_document.posture_queue.json
}

data "aws_iam_policy_document" "posture_queue" {
  statement {
    sid       = "RulesAlone"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.posture.arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = ${senders}
    }
  }
}

resource "aws_iam_role" "posture_forwarding" {
  name_prefix        = "posture-events-"
  description        = "Lets the rules of the other regions send to the home region."
  assume_role_policy = data.aws_iam_policy_document.posture_forwarding_trust.json
}

${sendingTo("local.posture_home_bus")}
data "aws_iam_policy_document" "posture_events" {
  statement {
    sid       = "PostureEvents"
    actions   = [${list(QUEUE_ACTIONS)}]
    resources = [aws_sqs_queue.posture.arn]
  }
}

# Attach it to the role that the bot runs with.
resource "aws_iam_policy" "posture_events" {
  name_prefix = "posture-events-"
  description = "Lets the bot take what the queue holds, and nothing else."
  policy      = data.aws_iam_policy_document.posture_events.json
}

output "posture_event_queue" {
  value = aws_sqs_queue.posture.url
}

output "posture_events_policy_arn" {
  value = aws_iam_policy.posture_events.arn
}
${membersTerraform(path)}`;
}
