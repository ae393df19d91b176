import { testPlugin } from "@posture/testing";
import { describe, it } from "vitest";
import plugin from "./index.ts";

const permissions = [
  "autoscaling:DescribeLaunchConfigurations",
  "batch:DescribeComputeEnvironments",
  "codebuild:BatchGetProjects",
  "codebuild:ListProjects",
  "ec2:DescribeLaunchTemplateVersions",
  "ec2:DescribeManagedPrefixLists",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroupReferences",
  "ec2:DescribeSecurityGroups",
  "ec2:GetManagedPrefixListEntries",
  "ecs:DescribeServices",
  "ecs:ListClusters",
  "ecs:ListServices",
  "events:ListEventBuses",
  "events:ListRuleNamesByTarget",
  "events:ListTargetsByRule",
  "glue:GetConnections",
  "lambda:ListFunctions",
  "ram:ListResources",
  "rds:DescribeDBClusters",
  "rds:DescribeDBInstances",
  "scheduler:GetSchedule",
  "scheduler:ListSchedules",
];

testPlugin(plugin, { permissions }, { describe, it });
