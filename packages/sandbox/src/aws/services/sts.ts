import { textIn } from "../shape.ts";
import { assumedKey, tokenOf } from "../state.ts";
import { AwsError } from "../wire/answer.ts";
import type { Handler } from "./handler.ts";

const HOUR = 3_600_000;

export const sts: Readonly<Record<string, Handler>> = {
  GetCallerIdentity: (_, { account, caller }) => ({
    UserId: caller.startsWith("arn:aws:sts:") ? `AROASIMULATED:${caller.split("/").at(-1)}` : "AIDASIMULATEDUSER",
    Account: account.id,
    Arn: caller,
  }),

  AssumeRole(input, { state, now }) {
    const arn = textIn(input, "RoleArn") ?? "";
    const [, accountId = "", role = ""] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(arn) ?? [];
    const account = state.account(accountId);
    if (!account) throw new AwsError(403, "AccessDenied", `User is not authorized to perform: sts:AssumeRole on resource: ${arn}`);
    const session = textIn(input, "RoleSessionName") ?? "session";
    const Arn = `arn:aws:sts::${account.id}:assumed-role/${role.split("/").at(-1)}/${session}`;
    return {
      Credentials: {
        AccessKeyId: assumedKey(account.id),
        SecretAccessKey: "simulated",
        SessionToken: tokenOf(Arn),
        Expiration: new Date(now().getTime() + HOUR),
      },
      AssumedRoleUser: { AssumedRoleId: `AROASIMULATED:${session}`, Arn },
    };
  },
};
