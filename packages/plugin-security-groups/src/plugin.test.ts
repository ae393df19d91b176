import { testPlugin } from "@posture/testing";
import { describe, it } from "vitest";
import plugin from "./index.ts";

const permissions = [
  "ec2:DescribeLaunchTemplateVersions",
  "ec2:DescribeManagedPrefixLists",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroupReferences",
  "ec2:DescribeSecurityGroups",
  "ec2:GetManagedPrefixListEntries",
  "lambda:ListFunctions",
  "ram:ListResources",
  "rds:DescribeDBClusters",
  "rds:DescribeDBInstances",
];

testPlugin(plugin, { permissions }, { describe, it });
