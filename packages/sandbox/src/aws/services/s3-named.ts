import { type Shape, textIn } from "../shape.ts";
import type { Bucket } from "../world.ts";
import { AwsError } from "../wire/answer.ts";
import type { Context, Handler } from "./handler.ts";

export const OWNER = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a";

/** Changes a member of a bucket; `null` takes it away. */
export function put(member: string, value: (input: Shape, bucket: Bucket) => unknown): Handler {
  return (input, context) => {
    const bucket = named(input, context);
    context.state.patch(
      { accounts: [{ id: context.account.id, buckets: [{ Name: bucket.Name, [member]: value(input, bucket) }] }] },
      context.caller,
    );
    return {};
  };
}

/** The bucket that is meant. S3 sends those who ask in the wrong region to the right one, except for where the bucket is. */
export function named(input: Shape, { state, account, region }: Context, anyRegion = false): Bucket {
  const name = textIn(input, "Bucket") ?? "";
  const found = state.bucket(name);
  if (!found) throw new AwsError(404, "NoSuchBucket", "The specified bucket does not exist");
  const { BucketRegion } = found.bucket;
  if (found.account !== account || (textIn(input, "ExpectedBucketOwner") ?? account.id) !== found.account.id)
    throw new AwsError(403, "AccessDenied", "Access Denied");
  if (BucketRegion !== region && !anyRegion)
    throw new AwsError(
      301,
      "PermanentRedirect",
      "The bucket you are attempting to access must be addressed using the specified endpoint.",
      { "x-amz-bucket-region": BucketRegion },
    );
  return found.bucket;
}

export function missing(code: string, message: string): AwsError {
  return new AwsError(404, code, message);
}
