import { numberIn, type Shape, textIn } from "../shape.ts";
import type { Bucket } from "../world.ts";
import { AwsError } from "../wire/answer.ts";
import { type Handler, pageOf } from "./handler.ts";
import { aclOf, answeredAcl } from "./s3-acl.ts";
import { missing, named, put } from "./s3-named.ts";

const MOST_KEYS = 1000;
const FIRST_DAY = "2024-01-01T00:00:00.000Z";

/** What is asked about the objects of a bucket. */
export const s3Objects: Readonly<Record<string, Handler>> = {
  ListObjectsV2(input, context) {
    const bucket = named(input, context);
    const [prefix, after] = [textIn(input, "Prefix") ?? "", textIn(input, "StartAfter")];
    if (textIn(input, "Delimiter") !== undefined) throw new AwsError(501, "NotImplemented", "Delimiters are not simulated");
    const all = (bucket.Objects ?? [])
      .filter(({ Key }) => Key.startsWith(prefix) && (after === undefined || byBytes(Key, after) > 0))
      .toSorted((a, b) => byBytes(a.Key, b.Key));
    const MaxKeys = Math.min(numberIn(input, "MaxKeys") ?? MOST_KEYS, MOST_KEYS);
    if (MaxKeys < 0) throw new AwsError(400, "InvalidArgument", "Argument maxKeys must be an integer between 0 and 2147483647");
    const token = textIn(input, "ContinuationToken");
    const { items, next } = pageOf(all, MaxKeys, token, () => new AwsError(400, "InvalidArgument", "The continuation token is incorrect"));
    const EncodingType = textIn(input, "EncodingType");
    const written = (key: string): string => (EncodingType === "url" ? encoded(key) : key);
    const isTruncated = next !== undefined && MaxKeys > 0;
    return {
      Name: bucket.Name,
      Prefix: prefix,
      MaxKeys,
      KeyCount: items.length,
      IsTruncated: isTruncated,
      ...(isTruncated && { NextContinuationToken: next }),
      ...(token !== undefined && { ContinuationToken: token }),
      ...(after !== undefined && { StartAfter: written(after) }),
      ...(EncodingType !== undefined && { EncodingType }),
      // S3 leaves an empty list out.
      ...(items.length > 0 && {
        Contents: items.map(({ Key, LastModified = FIRST_DAY, Size = 0, StorageClass = "STANDARD", ETag }) => ({
          Key: written(Key),
          LastModified: new Date(LastModified),
          Size,
          StorageClass,
          ETag,
        })),
      }),
    };
  },

  GetObjectAcl: (input, context) => answeredAcl(objectIn(named(input, context), input).Acl),
  PutObjectAcl(input, context) {
    const bucket = named(input, context);
    const object = objectIn(bucket, input);
    const Acl = aclOf(input, bucket, object.Acl);
    return put("Objects", () => (bucket.Objects ?? []).map((it) => (it === object ? { ...it, Acl } : it)))(input, context);
  },
};

function objectIn({ Objects }: Bucket, input: Shape): NonNullable<Bucket["Objects"]>[number] {
  const key = textIn(input, "Key");
  const found = Objects?.find(({ Key }) => Key === key);
  if (!found) throw missing("NoSuchKey", "The specified key does not exist.");
  return found;
}

/** S3 lists keys in the order of their bytes. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** As S3 encodes keys where it is asked to: like a form, and slashes stay. */
function encoded(key: string): string {
  return encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
}
