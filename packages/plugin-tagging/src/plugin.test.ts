import { testPlugin } from "@posture/testing";
import { describe, expect, it } from "vitest";
import plugin from "./index.ts";

it("has the check, severity and title of the product", () =>
  expect(plugin.checks.map(({ id, severity, title, categories }) => [id, severity, title, categories])).toEqual([
    ["tagging/ebs-volume-owner-missing", "low", "EBS volume is not tagged with an owner", ["tagging"]],
  ]));

/** What the encryption of volumes needs, and nothing more. */
const permissions = ["ec2:DescribeVolumes"];
testPlugin(plugin, { permissions }, { describe, it });
