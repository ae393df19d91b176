import { definePlugin, type Plugin } from "@posture/core";
import { bucketAclPublic } from "./checks/bucket-acl-public.ts";
import { bucketHttpsNotEnforced } from "./checks/bucket-https-not-enforced.ts";
import { bucketNoDefaultEncryption } from "./checks/bucket-no-default-encryption.ts";
import { bucketPolicyPublic } from "./checks/bucket-policy-public.ts";
import { bucketPublicAccessBlockOff } from "./checks/bucket-public-access-block-off.ts";
import { bucketWebsiteEnabled } from "./checks/bucket-website-enabled.ts";
import { objectAclPublic } from "./checks/object-acl-public.ts";
import { presignedUrlLongExpiry } from "./checks/presigned-url-long-expiry.ts";

export {
  bucketAclPublic,
  bucketHttpsNotEnforced,
  bucketNoDefaultEncryption,
  bucketPolicyPublic,
  bucketPublicAccessBlockOff,
  bucketWebsiteEnabled,
  objectAclPublic,
  presignedUrlLongExpiry,
};

const plugin: Plugin = definePlugin({
  name: "@posture/plugin-s3",
  namespace: "s3",
  checks: [
    bucketPublicAccessBlockOff,
    bucketAclPublic,
    bucketPolicyPublic,
    bucketHttpsNotEnforced,
    bucketWebsiteEnabled,
    bucketNoDefaultEncryption,
    objectAclPublic,
    presignedUrlLongExpiry,
  ],
});
export default plugin;
