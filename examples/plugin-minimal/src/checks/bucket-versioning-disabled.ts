import { type Check, defineCheck } from "@posture/core";
import { bucket } from "@posture/resources-aws/s3";

export const bucketVersioningDisabled: Check = defineCheck({
  id: "minimal/bucket-versioning-disabled",
  title: "Bucket does not keep old versions",
  risk: "An overwritten or deleted object cannot be brought back.",
  severity: "low",
  resource: bucket,
  needs: ["versioning"],
  messages: { disabled: "Bucket {name} does not keep old versions of its objects." },
  remediation: {
    steps: ["Open the Properties tab of {name}.", "Turn on Bucket Versioning."],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
  },
  evaluate: ({ versioning }, { pass, fail }) => (versioning?.status === "Enabled" ? pass() : fail("disabled")),
});
