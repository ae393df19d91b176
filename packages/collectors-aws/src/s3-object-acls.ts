import { AwsFault, type AwsHost, callOf, type FacetReader } from "@posture/aws-access";
import type { Part, ResourceRef, UnreadPart } from "@posture/core";
import { bucket, type Grant, type ObjectAcls, type ObjectAclsOptions } from "@posture/resources-aws/s3";
import { grantsOf } from "./s3-grants.ts";
import { type Keys, sampleKeys } from "./s3-object-keys.ts";

const ACL = callOf(bucket, "s3:GetObjectAcl");
/** Calls at once for one bucket. */
const WIDTH = 16;
/** Under which the calls of all buckets are counted. */
const SPENT = "calls for the ACLs of objects";

/**
 * ACLs of some objects of a bucket: first those that a failing finding names, then a sample. What went since it was listed is made up for
 * by the next one; what may not be read leaves the others as they are.
 */
export const objectAcls: FacetReader<ObjectAcls, ObjectAclsOptions, number> = {
  async read({ aws, ref, notes, options, hints }) {
    const listed = await sampleKeys(aws, ref, options.sample);
    const named = hints.filter((arn) => arn.startsWith(`${ref.arn}/`));
    // By ARN: a key alone may be a name that objects of JavaScript have a use for.
    const queue = [...new Set([...named, ...listed.keys.map((key) => `${ref.arn}/${key}`)])];
    const wanted = Math.max(options.sample, named.length);
    const objects = new Map<string, Part<readonly Grant[]>>();
    while (queue.length > 0 && objects.size < wanted) {
      const spent = notes.get(SPENT) ?? 0;
      const batch = queue.splice(0, Math.min(WIDTH, wanted - objects.size, Math.max(0, options.calls - spent)));
      if (batch.length === 0) break;
      notes.set(SPENT, spent + batch.length);
      const read = await Promise.all(batch.map(async (arn) => ({ arn, part: await aclOf(aws, ref, arn.slice(ref.arn.length + 1)) })));
      for (const { arn, part } of read) if (part) objects.set(arn, part);
    }
    const isSpent = queue.length > 0 && objects.size < wanted;
    return {
      objects: Object.fromEntries(objects),
      listed: listed.keys.length,
      rest: listed.isWhole && queue.length === 0 ? null : restOf(objects.size, listed, isSpent ? options.calls : null),
    };
  },
};

/** `null`: the object went. A bucket that went is no matter of its objects. */
async function aclOf(aws: AwsHost, { name, accountId, region }: ResourceRef, Key: string): Promise<Part<readonly Grant[]> | null> {
  const { S3, GetObjectAclCommand } = await import("./sdk/s3.ts");
  try {
    const command = new GetObjectAclCommand({ Bucket: name, Key, ExpectedBucketOwner: accountId });
    const { output } = await aws.send(S3, command, { region, call: ACL });
    return { state: "known", value: grantsOf(output.Grants, ACL) };
  } catch (error) {
    if (!(error instanceof AwsFault) || bucketIsGone(error)) throw error;
    if (error.code === "NoSuchKey") return null;
    return { state: "unreadable", reason: error.reason, call: error.call, detail: error.detail };
  }
}

function bucketIsGone({ code }: AwsFault): boolean {
  return code === "NoSuchBucket";
}

function restOf(asked: number, { keys, isWhole }: Keys, spent: number | null): UnreadPart {
  const some = `${asked} of ${isWhole ? "" : "more than "}${keys.length} objects were asked for their ACL`;
  const why = spent === null ? "" : `: a sweep makes no more than ${spent} such calls`;
  return { state: "unreadable", reason: "not-ready", call: ACL, detail: `${some}${why}` };
}
