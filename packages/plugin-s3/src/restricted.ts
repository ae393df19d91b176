import type { Reading } from "@posture/core";
import type { Bucket } from "@posture/resources-aws/s3";

/** Is RestrictPublicBuckets known to be on, on either level? Then S3 lets no outsider use a public policy. */
export function isRestricted(account: Reading<Bucket["accountBlock"]>, own: Reading<Bucket["publicAccessBlock"]>): boolean {
  // Moot: not read, because the account blocks all four.
  return own.state === "moot" || [account, own].some((level) => level.state === "known" && level.value.restrictPublicBuckets);
}
