import { type Check, defineCheck, type Reading } from "@posture/core";
import { type Block, bucket, type Bucket } from "@posture/resources-aws/s3";
import { z } from "zod";

const FLAGS = [
  ["BlockPublicAcls", "blockPublicAcls"],
  ["IgnorePublicAcls", "ignorePublicAcls"],
  ["BlockPublicPolicy", "blockPublicPolicy"],
  ["RestrictPublicBuckets", "restrictPublicBuckets"],
] as const satisfies readonly (readonly [string, keyof Block])[];

type Level = Reading<Bucket["accountBlock"]> | Reading<Bucket["publicAccessBlock"]>;

/**
 * S3 applies the most restrictive combination of the account's and the bucket's block.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export const bucketPublicAccessBlockOff: Check = defineCheck({
  id: "s3/bucket-public-access-block-off",
  title: "Public access block not enabled",
  risk: "One public ACL or policy, old or new, is enough to open the bucket to everyone.",
  severity: "high",
  frameworks: {
    "cis-aws-foundations-1.4": ["2.1.5"],
    "cis-aws-foundations-3.0": ["2.1.4"],
    "cis-aws-foundations-4.0": ["2.1.4"],
    "cis-aws-foundations-5.0": ["2.1.4"],
    "cis-aws-foundations-6.0": ["3.1.4"],
    "cis-aws-foundations-7.0": ["3.1.4"],
    "aws-fsbp": ["S3.1", "S3.8"],
  },
  resource: bucket,
  mayNeed: ["accountBlock", "publicAccessBlock"],
  params: z.object({
    mode: z
      .enum(["effective", "bucket"])
      .default("effective")
      .describe("`effective`: account and bucket together. `bucket`: the bucket alone must have all four."),
  }),
  ask: ({ mode }) => ({ publicAccessBlock: { always: mode === "bucket" } }),
  messages: {
    off: "Block Public Access is incomplete on bucket {name}: neither the bucket nor the account turns on {missing}.",
    bucketOff: "Block Public Access is incomplete on bucket {name} itself: it does not turn on {missing}, whatever the account sets.",
  },
  remediation: {
    steps: [
      "List who reads the bucket {name} from outside the account today (access logs, CloudTrail data events, CDN origins), so that nothing legitimate breaks.",
      "Where content must be public, put CloudFront with origin access control in front and keep the bucket private.",
      {
        text: "Turn on all four settings on the bucket, or better for the whole account, so that new buckets are covered.",
        command:
          "aws s3api put-public-access-block --bucket {name} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
      },
      "In an organization, enforce it centrally, so that single accounts cannot switch it off.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  },
  evaluate({ accountBlock, publicAccessBlock }, { params, pass, fail, unknown }) {
    const bucketAlone = params.mode === "bucket";
    // Moot rests on an account that blocks all; the strict mode asks for the read, so there it has not been made.
    if (bucketAlone && publicAccessBlock.state === "moot") return unknown("not-ready", "publicAccessBlock");

    const providers = FLAGS.map(([name, flag]) => [name, providerOf(flag, bucketAlone ? null : accountBlock, publicAccessBlock)] as const);
    const evidence = { providers: Object.fromEntries(providers) };
    if (providers.every(([, by]) => by === "account" || by === "bucket")) return pass({ evidence });

    if (publicAccessBlock.state === "unreadable") return unknown(publicAccessBlock.reason, "publicAccessBlock");
    if (!bucketAlone && accountBlock.state === "unreadable") return unknown(accountBlock.reason, "accountBlock");
    const missing = providers.flatMap(([name, by]) => (by === "nobody" ? [name] : [])).join(", ");
    return fail(bucketAlone ? "bucketOff" : "off", { evidence: { ...evidence, missing } });
  },
});

type Provider = "account" | "bucket" | "nobody" | "unread";

/** Who turns the flag on. Three-valued: on or unread is on; off or unread is unread. */
function providerOf(flag: keyof Block, account: Level | null, own: Level): Provider {
  if (account && isOn(account, flag)) return "account";
  if (isOn(own, flag)) return "bucket";
  return account?.state === "unreadable" || own.state === "unreadable" ? "unread" : "nobody";
}

function isOn(level: Level, flag: keyof Block): boolean {
  return level.state === "known" && level.value[flag];
}
