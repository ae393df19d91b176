import { type Shape, textIn } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import { type Iam, type IamGroup, type IamPolicy, type IamRole, type IamUser, NO_IAM } from "../world-iam.ts";
import type { Context } from "./handler.ts";

export function iamOf({ account }: Context): Iam {
  return account.iam ?? NO_IAM;
}

export function userNamed(input: Shape, context: Context): IamUser {
  const name = textIn(input, "UserName") ?? "";
  const found = iamOf(context).users.find(({ UserName }) => UserName === name);
  if (!found) throw noSuch(`The user with name ${name} cannot be found.`);
  return found;
}
export function roleNamed(input: Shape, context: Context): IamRole {
  const name = textIn(input, "RoleName") ?? "";
  const found = iamOf(context).roles.find(({ RoleName }) => RoleName === name);
  if (!found) throw noSuch(`The role with name ${name} cannot be found.`);
  return found;
}
export function groupNamed(input: Shape, context: Context): IamGroup {
  const name = textIn(input, "GroupName") ?? "";
  const found = iamOf(context).groups.find(({ GroupName }) => GroupName === name);
  if (!found) throw noSuch(`The group with name ${name} cannot be found.`);
  return found;
}
export function managedNamed(input: Shape, context: Context): IamPolicy {
  const arn = textIn(input, "PolicyArn") ?? "";
  const found = iamOf(context).policies.find(({ Arn }) => Arn === arn);
  if (!found) throw noSuch(`Policy ${arn} was not found.`);
  return found;
}

export function noSuch(message: string): AwsError {
  return new AwsError(404, "NoSuchEntity", message);
}
