import { numberIn, textIn } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import type { Organization } from "../world-iam.ts";
import { type Context, type Handler, pageOf } from "./handler.ts";

const PAGE = 20;

export const organizations: Readonly<Record<string, Handler>> = {
  DescribeOrganization(_, context) {
    const { Id } = organizationOf(context);
    const { id } = context.account;
    return { Organization: { Id, Arn: `arn:aws:organizations::${id}:organization/${Id}`, FeatureSet: "ALL", MasterAccountId: id } };
  },
  ListAccounts(input, context) {
    const { Id: organization, Accounts } = organizationOf(context);
    const invalid = (): AwsError => new AwsError(400, "InvalidInputException", "You specified an invalid value for nextToken.");
    const { items, next } = pageOf(Accounts, numberIn(input, "MaxResults") ?? PAGE, textIn(input, "NextToken"), invalid);
    const accounts = items.map((Id) => ({
      Id,
      Arn: `arn:aws:organizations::${context.account.id}:account/${organization}/${Id}`,
      Name: `account-${Id}`,
      Status: "ACTIVE",
    }));
    return { Accounts: accounts, ...(next !== undefined && { NextToken: next }) };
  },
};

function organizationOf({ account }: Context): Organization {
  if (!account.organization)
    throw new AwsError(400, "AWSOrganizationsNotInUseException", "Your account is not a member of an organization.");
  return account.organization;
}
