import type { Shape } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import type { Context, Handler } from "./handler.ts";

export const s3Control: Readonly<Record<string, Handler>> = {
  GetPublicAccessBlock(input, context) {
    ownAccount(input, context);
    const { publicAccessBlock } = context.account;
    if (!publicAccessBlock)
      throw new AwsError(404, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found");
    return { PublicAccessBlockConfiguration: publicAccessBlock };
  },
  PutPublicAccessBlock(input, context) {
    ownAccount(input, context);
    context.state.patch(
      { accounts: [{ id: context.account.id, publicAccessBlock: input["PublicAccessBlockConfiguration"] }] },
      context.caller,
    );
    return {};
  },
  DeletePublicAccessBlock(input, context) {
    ownAccount(input, context);
    context.state.patch({ accounts: [{ id: context.account.id, publicAccessBlock: null }] }, context.caller);
    return {};
  },
};

function ownAccount({ AccountId }: Shape, { account }: Context): void {
  if (AccountId !== account.id) throw new AwsError(403, "AccessDenied", "Access Denied");
}
