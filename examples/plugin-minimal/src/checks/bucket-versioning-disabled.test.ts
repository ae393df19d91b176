import { checkTester } from "@posture/testing";
import { describe, it } from "vitest";
import { bucketVersioningDisabled } from "./bucket-versioning-disabled.ts";

checkTester(
  bucketVersioningDisabled,
  {
    ref: { name: "logs", arn: "arn:aws:s3:::logs" },
    pass: {
      "versioning is on": { given: { versioning: { status: "Enabled", mfaDelete: false } } },
    },
    fail: {
      "versioning was never turned on": { given: { versioning: null }, says: "Bucket logs does not keep old versions of its objects." },
      "versioning is suspended": {
        given: { versioning: { status: "Suspended", mfaDelete: false } },
        says: "Bucket logs does not keep old versions of its objects.",
      },
    },
  },
  { describe, it },
);
