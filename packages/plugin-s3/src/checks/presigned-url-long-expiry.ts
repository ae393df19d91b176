import { type Check, defineCheck, type Instant } from "@posture/core";
import { type ConditionEntry, covers, nameOf, namesEveryone, parsePolicy, type Statement } from "@posture/resources-aws/policy";
import { bucket } from "@posture/resources-aws/s3";
import { z } from "zod";

/** The longest that SigV4 allows, in seconds: seven days. */
const LONGEST = 604_800;
/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html; regions launched since 2014 never took SigV2. */
const SIGV2_REGIONS = [
  "us-east-1",
  "us-west-1",
  "us-west-2",
  "eu-west-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-northeast-1",
  "sa-east-1",
  "us-gov-west-1",
];
/** Buckets made since do not take SigV2. Source: https://aws.amazon.com/blogs/aws/amazon-s3-update-sigv2-deprecation-period-extended-modified/ */
const NO_SIGV2_SINCE: Instant = "2020-06-24T00:00:00.000Z";
/** A bound in milliseconds that is shorter was most likely meant in seconds. */
const ODDLY_SHORT = 60_000;

const Params = z.object({
  maxAgeSeconds: z.int().min(1).max(LONGEST).default(LONGEST).describe("The longest lifetime of a link that is accepted."),
  sigv2Regions: z
    .array(z.string().min(1))
    .default(SIGV2_REGIONS)
    .describe("Regions that still take SigV2, whose links have no longest lifetime."),
});

/** Links are signed offline, and nothing lists them: what can be judged is what the bucket would accept. */
export const presignedUrlLongExpiry: Check = defineCheck({
  id: "s3/presigned-url-long-expiry",
  title: "Pre-signed URL expiry > 7 days",
  risk: "A link that is passed on or leaks opens the object for as long as it lives, without any other credentials.",
  severity: "low",
  categories: ["s3"],
  resource: bucket,
  mayNeed: ["policy", "created"],
  params: Params,
  messages: {
    sigv2: "Bucket {name} still accepts links signed with SigV2, whose lifetime has no bound (no such link was seen).",
    unbounded: "Bucket {name} accepts links that live longer than {seconds} seconds: {problem}.",
  },
  remediation: {
    steps: [
      "Find clients of bucket {name} that use SigV2 in CloudTrail's data events (additionalEventData.SignatureVersion), and upgrade their SDK.",
      "Deny requests whose s3:signatureversion is AWS, for everyone and s3:*, on {arn}/*: that is SigV2.",
      "Bound links of SigV4 too: deny when s3:signatureAge exceeds the longest lifetime that you need, in milliseconds.",
      "Sign links with short-lived credentials of a role; a link cannot outlive them.",
      "To end a link that leaked, revoke the credentials that signed it.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html",
  },
  evaluate({ arn, region, policy, created }, { params, pass, fail, unknown }) {
    // A store that only speaks S3's language: nobody vouches for the longest lifetime that AWS has.
    if (!isRegionOfAws(region)) return unknown("contradictory", "created");
    const isSigV4Only = !params.sigv2Regions.includes(region);
    const isBounded = params.maxAgeSeconds < LONGEST;
    if (isSigV4Only && !isBounded) return pass({ evidence: { basis: "region" } });
    if (policy.state === "unreadable") return unknown(policy.reason, "policy");
    const parsed = parsePolicy(policy.state === "known" ? policy.value : { Statement: [] });
    if (parsed.state !== "parsed") return unknown(parsed.state === "too-complex" ? "too-complex" : "malformed", "policy");

    const denials = parsed.statements.filter((statement) => deniesAll(statement, `${arn}/*`));
    const closing = denials.filter(({ conditions }) => conditions.some(deniesQueryString));
    if (closing.length > 0) return pass({ evidence: { basis: "policy", statements: closing.map(nameOf) } });
    const withoutSigV2 = denials.filter(({ conditions }) => conditions.some(deniesSigV2));
    const takesSigV2 = !isSigV4Only && withoutSigV2.length === 0;

    if (isBounded) {
      const bound = Math.min(...denials.flatMap(({ conditions }) => conditions.flatMap(ageBoundOf)));
      const problems = [
        bound > params.maxAgeSeconds * 1000
          ? bound === Infinity
            ? "no Deny bounds their age"
            : `their age is bounded at ${bound} ms`
          : "",
        takesSigV2 ? "SigV2 is still accepted, and knows no age" : "",
      ].filter(Boolean);
      if (problems.length > 0) return fail("unbounded", { evidence: { seconds: params.maxAgeSeconds, problem: problems.join("; ") } });
      const notes = bound < ODDLY_SHORT ? [`s3:signatureAge is in milliseconds: ${bound} of them is less than a minute.`] : [];
      return pass({ evidence: { basis: "policy", boundMs: bound }, notes });
    }
    if (!takesSigV2) return pass({ evidence: { basis: "policy", statements: withoutSigV2.map(nameOf) } });
    if (created.state === "unreadable") return unknown(created.reason, "created");
    if (created.value < NO_SIGV2_SINCE) return fail("sigv2", { evidence: { created: created.value } });
    return pass({
      evidence: { basis: "creation-date", created: created.value, confidence: "low" },
      notes: ["The date of creation moves when a bucket is edited, so an old bucket can look new."],
    });
  },
});

function isRegionOfAws(region: string): boolean {
  return /^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(region);
}

/** A Deny for everybody and every action on all objects, under one condition alone: a second one could only narrow it. */
function deniesAll({ effect, actions, resources, conditions, ...rest }: Statement, objects: string): boolean {
  const isForAll = namesEveryone({ effect, actions, resources, conditions, ...rest });
  const isForEverything = actions?.some((action) => covers(action.toLowerCase(), "s3:*")) ?? false;
  const isForObjects = resources?.some((pattern) => covers(pattern, objects)) ?? false;
  return effect === "Deny" && isForAll && isForEverything && isForObjects && conditions.length === 1;
}

function deniesQueryString({ operator, key, values }: ConditionEntry): boolean {
  return isEquals(operator) && key.toLowerCase() === "s3:authtype" && values.includes("REST-QUERY-STRING");
}

function deniesSigV2({ operator, key, values }: ConditionEntry): boolean {
  if (key.toLowerCase() !== "s3:signatureversion") return false;
  const isAnythingElse = plain(operator) === "stringnotequals" && values.every((value) => value === "AWS4-HMAC-SHA256");
  return isAnythingElse || (isEquals(operator) && values.includes("AWS"));
}

/** In milliseconds. */
function ageBoundOf({ operator, key, values }: ConditionEntry): number[] {
  const isAge = key.toLowerCase() === "s3:signatureage" && ["numericgreaterthan", "numericgreaterthanequals"].includes(plain(operator));
  return isAge ? values.map(Number).filter((bound) => bound >= 0) : [];
}

function isEquals(operator: string): boolean {
  return ["stringequals", "stringequalsignorecase", "stringlike"].includes(plain(operator));
}
/** A Deny that also acts where the key is missing denies more. */
function plain(operator: string): string {
  return operator.toLowerCase().replace(/ifexists$/, "");
}
