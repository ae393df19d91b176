import { type Check, defineCheck } from "@posture/core";
import { parsePolicy } from "@posture/resources-aws/policy";
import { bucket } from "@posture/resources-aws/s3";
import { z } from "zod";
import { evidenceOf, isUnclear, openings } from "../openings.ts";
import { isRestricted } from "../restricted.ts";

const Params = z.object({
  conditionMode: z
    .enum(["aws-public", "any"])
    .default("aws-public")
    .describe("`aws-public`: AWS's definition of public. `any`: a statement with any condition at all is taken as not public."),
  minIpv4Prefix: z.int().min(8).max(32).default(8).describe("In bits. AWS calls what is broader than /8 public; raise it to be stricter."),
  minIpv6Prefix: z
    .int()
    .min(32)
    .max(128)
    .default(32)
    .describe("In bits. AWS calls what is broader than /32 public; raise it to be stricter."),
  reportLatent: z.boolean().default(false).describe("Report a public policy also while RestrictPublicBuckets holds it back."),
  usePolicyStatus: z.boolean().default(true).describe("Ask AWS where conditions leave doubt."),
});

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status */
export const bucketPolicyPublic: Check = defineCheck({
  id: "s3/bucket-policy-public",
  title: "Bucket policy allows Principal: *",
  risk: "Everyone on the internet can do with the bucket what the statement allows.",
  severity: "critical",
  frameworks: { "cis-aws-foundations-7.0": ["2.21"], "aws-fsbp": ["S3.2", "S3.3"] },
  resource: bucket,
  mayNeed: ["policy", "accountBlock", "publicAccessBlock", "policyStatus"],
  params: Params,
  ask: ({ usePolicyStatus }) => ({ policyStatus: { ask: usePolicyStatus } }),
  messages: {
    unconditional: "The policy of bucket {name} allows {actions} to {principal}: {statement} has no condition.",
    unrestrictive:
      "The policy of bucket {name} allows {actions} to {principal}: the condition of {statement} does not bound who may call ({conditions}).",
    doubtful:
      "The policy of bucket {name} allows {actions} to {principal} in {statement}; only a conditional Deny stands against it ({deny}).",
    confirm:
      "AWS reports the policy of bucket {name} as public: {statement} allows {actions} to {principal} within a pattern ({conditions}).",
    latent: "The policy of bucket {name} allows {actions} to {principal} in {statement}; only RestrictPublicBuckets holds it back.",
  },
  remediation: {
    steps: [
      {
        text: "Read the statement named in the evidence and decide who is meant to have access to bucket {name}.",
        command: "aws s3api get-bucket-policy --bucket {name} --query Policy --output text",
      },
      "Name those principals, or keep the star and add a condition with a fixed value: organization id, VPC endpoint, source account or a narrow address range.",
      "For public web content, let CloudFront read the bucket through origin access control and drop the public statement.",
      {
        text: "Turn on RestrictPublicBuckets and BlockPublicPolicy, ideally for the account.",
        command:
          "aws s3api put-public-access-block --bucket {name} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
      },
      "If data was exposed, review the access logs for the period since the policy was written.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  },
  evaluate({ policy, accountBlock, publicAccessBlock, policyStatus }, { params, pass, fail, unknown }) {
    const restricted = isRestricted(accountBlock, publicAccessBlock);
    if (policy.state === "unreadable") {
      return restricted && !params.reportLatent
        ? pass({ notes: ["RestrictPublicBuckets holds back whatever the policy allows."] })
        : unknown(policy.reason, "policy");
    }
    if (policy.state === "absent") return pass();
    const parsed = parsePolicy(policy.value);
    if (parsed.state !== "parsed") return unknown(parsed.state === "too-complex" ? "too-complex" : "malformed", "policy");

    const found = openings(parsed, params, params.conditionMode);
    const [worst] = found;
    if (worst === undefined) return !restricted && parsed.statements.some(isUnclear) ? unknown("malformed", "policy") : pass();

    const evidence = evidenceOf({ worst, count: found.length });
    const isBounded = worst.level === "confirm";
    if (restricted) {
      if (params.reportLatent && !isBounded) return fail("latent", { evidence });
      return pass({
        evidence,
        notes: isBounded
          ? []
          : [
              `RestrictPublicBuckets holds back a public policy: ${evidence.statement} allows ${evidence.actions} to ${evidence.principal}.`,
            ],
      });
    }
    const blind = [accountBlock, publicAccessBlock].some(({ state }) => state === "unreadable");
    const notes = blind ? ["Mitigation not verifiable: whether RestrictPublicBuckets is on could not be read."] : [];
    if (worst.level === "unconditional" || worst.isBeyondAws) return fail(worst.level, { evidence, notes });

    if (policyStatus.state === "known" && params.usePolicyStatus) {
      return policyStatus.value.isPublic
        ? fail(worst.level, { evidence, notes })
        : pass({ evidence, notes: ["AWS reports the policy as not public."] });
    }
    if (!isBounded) return fail(worst.level, { evidence, notes: [...notes, "Not confirmed: AWS's own policy status is not known."] });
    if (policyStatus.state === "unreadable" && params.usePolicyStatus) return unknown(policyStatus.reason, "policyStatus");
    return pass({ evidence, notes: ["The condition bounds the callers by a pattern; confirm that it is meant so."] });
  },
});
