import { type Check, defineCheck } from "@posture/core";
import { bucket, type Website } from "@posture/resources-aws/s3";
import { z } from "zod";

/**
 * The setting alone decides. Whether outsiders can read what the endpoint serves is said by the policy and ACL checks of the same bucket.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html
 */
export const bucketWebsiteEnabled: Check = defineCheck({
  id: "s3/bucket-website-enabled",
  title: "Static website hosting enabled",
  risk: "The bucket answers browsers over plain HTTP, and a data bucket that becomes public is a public site at once.",
  severity: "medium",
  resource: bucket,
  needs: ["website"],
  params: z.object({
    ignoreRedirectOnly: z.boolean().default(false).describe("Pass a bucket that only redirects to another host."),
  }),
  messages: {
    content: "Bucket {name} is a static website ({settings}).",
    redirect: "Bucket {name} is a static website that redirects every request to {redirectsTo}.",
  },
  remediation: {
    steps: [
      "Find out whether somebody uses the website endpoint of bucket {name} (access logs show requests with the website host).",
      "If it is a real site, prefer CloudFront with HTTPS over the plain-HTTP website endpoint.",
      {
        text: "If it is a data bucket, disable static website hosting under Properties.",
        command: "aws s3api delete-bucket-website --bucket {name}",
      },
      "If the site is intended, suppress this finding with a justification; the public-access findings of the same bucket need their own decision.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/EnableWebsiteHosting.html",
  },
  evaluate({ website }, { params, pass, fail }) {
    if (website === null) return pass();
    const settings = settingsOf(website);
    if (settings !== "") return fail("content", { evidence: { kind: "content", settings } });
    // An empty or foreign body never comes this far: the reader calls it malformed. This is an S3-compatible store saying that nothing is set.
    if (website.redirectsTo === null) return pass({ notes: ["A website configuration with nothing in it serves nothing."] });
    const evidence = { kind: "redirect", redirectsTo: website.redirectsTo };
    return params.ignoreRedirectOnly ? pass({ evidence }) : fail("redirect", { evidence });
  },
});

function settingsOf({ indexDocument, errorDocument, routingRules }: Website): string {
  return [
    indexDocument === null ? "" : `index document ${indexDocument}`,
    errorDocument === null ? "" : `error document ${errorDocument}`,
    routingRules === 0 ? "" : `routing rules: ${routingRules}`,
  ]
    .filter(Boolean)
    .join(", ");
}
