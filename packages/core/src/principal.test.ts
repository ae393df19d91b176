import { describe, expect, it } from "vitest";
import { principalOf } from "./principal.ts";

describe("who called AWS is named by", () => {
  it.each([
    ["arn:aws:iam::111122223333:user/ana", "ana"],
    ["arn:aws:iam::111122223333:user/teams/payments/ana", "ana"],
    ["arn:aws:sts::111122223333:assumed-role/Admin/ana@example.com", "ana@example.com"],
    ["arn:aws-cn:sts::111122223333:federated-user/bob", "bob"],
    ["arn:aws:iam::111122223333:user/teams/", "user/teams/"],
  ])("%s: %s", (by, name) => {
    expect(principalOf(by)).toEqual({ name, mayBePerson: true });
  });
  it.each([
    ["root", "arn:aws:iam::111122223333:root", "root"],
    ["an AWS service", "autoscaling.amazonaws.com", "autoscaling.amazonaws.com"],
    ["a service in its own role", "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling", "AutoScaling"],
    ["what is no principal", "arn:aws:s3:::ana", "arn:aws:s3:::ana"],
  ])("%s, which is nobody: %s", (_what, by, name) => {
    expect(principalOf(by)).toEqual({ name, mayBePerson: false });
  });
});
