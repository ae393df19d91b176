import { type AwsHost, callOf, defineCollector, present } from "@posture/aws-access";
import type { CollectorDefinition } from "@posture/core";
import { identityNameOf, type UserPolicy, userPolicy, userPolicyRef } from "@posture/resources-aws/iam";
import { userNamed } from "./iam-finds.ts";
import { accountDetails, listed } from "./iam-details.ts";
import { iamItems, NO_SUCH_ENTITY } from "./iam-permissions.ts";
import { homeOf } from "./partitions.ts";

const DETAILS = callOf(userPolicy, "iam:GetAccountAuthorizationDetails");
const USER = callOf(userPolicy, "iam:GetUser");
const NAMES = callOf(userPolicy, "iam:ListUserPolicies");
const GET = callOf(userPolicy, "iam:GetUserPolicy");

/** Inline policies of users, once per account. */
export const userPolicies: CollectorDefinition<AwsHost> = defineCollector<UserPolicy>({
  kind: userPolicy,
  reach: "global",
  gone: NO_SUCH_ENTITY,
  async *list({ aws, target, prime }) {
    const { users, asOf, fault } = await accountDetails(aws);
    for (const { Arn, UserPolicyList } of users) {
      for (const { PolicyName, PolicyDocument } of listed(UserPolicyList)) {
        yield {
          ref: userPolicyRef(present(Arn, "Arn", DETAILS), present(PolicyName, "PolicyName", DETAILS), target.accountId),
          facets: prime("document", () => present(PolicyDocument, "PolicyDocument", DETAILS), asOf),
        };
      }
    }
    if (fault) throw fault;
  },
  finds: {
    async userName({ aws, sought: { value, accountId } }) {
      const [arn] = await userNamed(aws, value, USER);
      if (arn === undefined) return [];
      const { IAMClient, ListUserPoliciesCommand } = await import("./sdk/iam.ts");
      const names = await iamItems(NAMES, async (Marker) => {
        const command = new ListUserPoliciesCommand({ UserName: value, ...(Marker && { Marker }) });
        const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call: NAMES });
        return { ...output, items: present(output.PolicyNames, "PolicyNames", NAMES) };
      });
      return names.map((name) => userPolicyRef(arn, name, accountId));
    },
  },
  facets: {
    document: {
      async read({ aws, ref }) {
        const { IAMClient, GetUserPolicyCommand } = await import("./sdk/iam.ts");
        const command = new GetUserPolicyCommand({ UserName: identityNameOf(ref), PolicyName: ref.name });
        const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call: GET });
        return present(output.PolicyDocument, "PolicyDocument", GET);
      },
    },
  },
});
