import { textIn } from "../shape.ts";
import { assumedKey } from "../state.ts";
import { AwsError } from "../wire/answer.ts";
import type { Handler } from "./handler.ts";

const HOUR = 3_600_000;

export const sts: Readonly<Record<string, Handler>> = {
  GetCallerIdentity: (_, { account }) => ({
    UserId: "AIDASIMULATEDUSER",
    Account: account.id,
    Arn: `arn:aws:iam::${account.id}:user/posture`,
  }),

  AssumeRole(input, { state, now }) {
    const arn = textIn(input, "RoleArn") ?? "";
    const [, accountId = "", role = ""] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(arn) ?? [];
    const account = state.account(accountId);
    if (!account) throw new AwsError(403, "AccessDenied", `User is not authorized to perform: sts:AssumeRole on resource: ${arn}`);
    const session = textIn(input, "RoleSessionName") ?? "session";
    return {
      Credentials: {
        AccessKeyId: assumedKey(account.id),
        SecretAccessKey: "simulated",
        SessionToken: "simulated",
        Expiration: new Date(now().getTime() + HOUR),
      },
      AssumedRoleUser: { AssumedRoleId: `AROASIMULATED:${session}`, Arn: `arn:aws:sts::${account.id}:assumed-role/${role}/${session}` },
    };
  },
};
