import { type Check, defineCheck } from "@posture/core";
import { bucket } from "@posture/resources-aws/s3";
import { audienceOf, BLIND, grantsText, isPublic } from "../public-grants.ts";

/**
 * Any grant to either of two groups is public, whatever the permission.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export const bucketAclPublic: Check = defineCheck({
  id: "s3/bucket-acl-public",
  title: "Bucket ACL grants public read",
  risk: "Anyone on the internet, or anyone with an AWS account, can use the bucket as the grant allows.",
  severity: "critical",
  frameworks: { "aws-fsbp": ["S3.2", "S3.3", "S3.12"] },
  resource: bucket,
  mayNeed: ["accountBlock", "publicAccessBlock", "ownership", "acl"],
  messages: { public: "The ACL of bucket {name} grants {grants}: {access} access is public." },
  remediation: {
    steps: [
      "Open the Permissions tab of bucket {name} and note the grants to Everyone and to the Authenticated users group (anyone with an AWS account).",
      "If outsiders really need the content, plan a bucket policy or a CloudFront distribution first.",
      {
        text: "Remove both group grants from the access control list.",
        command: "aws s3api put-bucket-acl --bucket {name} --acl private",
      },
      {
        text: "Set Object Ownership to Bucket owner enforced, so that ACLs stop mattering altogether.",
        command:
          "aws s3api put-bucket-ownership-controls --bucket {name} --ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'",
      },
      {
        text: "Turn on the four Block Public Access settings for the bucket.",
        command:
          "aws s3api put-public-access-block --bucket {name} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
      },
      "Check the access logs for reads by unknown parties while it was open, then Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
  },
  evaluate({ accountBlock, publicAccessBlock, ownership, acl }, { pass, fail, unknown }) {
    if (acl.state === "moot")
      return pass({ notes: [`ACLs have no effect: ${acl.reason}. A public grant in the ACL would open the bucket again without it.`] });
    if (acl.state === "unreadable") return unknown(acl.reason, "acl");

    const open = acl.value.filter(isPublic);
    if (open.length === 0) return pass();

    // AWS does not show a grant that is ignored, so an unread setting cannot clear one that is shown; a look-alike of S3 might show it.
    const blind = [accountBlock, publicAccessBlock, ownership].some(({ state }) => state === "unreadable");
    return fail("public", {
      evidence: {
        grants: grantsText(open),
        access: accessOf(open.map(({ permission }) => permission)),
        permissions: open.map(({ permission }) => permission),
        public: audienceOf(open),
      },
      notes: blind ? [BLIND] : [],
    });
  },
});

function accessOf(permissions: readonly string[]): string {
  const has = (...wanted: readonly string[]): boolean => permissions.some((permission) => wanted.includes(permission));
  const kinds = [
    has("READ", "FULL_CONTROL") ? "read" : "",
    has("WRITE", "FULL_CONTROL") ? "write" : "",
    has("READ_ACP", "WRITE_ACP", "FULL_CONTROL") ? "ACL" : "",
  ];
  return kinds.filter(Boolean).join(", ") || "some";
}
