import { testPlugin } from "@posture/testing";
import { describe, it } from "vitest";
import plugin from "./index.ts";

const permissions = ["ec2:DescribeManagedPrefixLists", "ec2:DescribeSecurityGroups", "ec2:GetManagedPrefixListEntries"];

testPlugin(plugin, { permissions }, { describe, it });
