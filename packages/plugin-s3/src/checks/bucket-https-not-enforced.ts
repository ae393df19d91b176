import { type Check, defineCheck } from "@posture/core";
import { type ConditionEntry, covers, nameOf, namesEveryone, parsePolicy, type Statement } from "@posture/resources-aws/policy";
import { bucket } from "@posture/resources-aws/s3";
import { z } from "zod";

const Params = z.object({
  objectsOnly: z.boolean().default(false).describe("Accept a Deny that covers the objects but not the bucket itself."),
  acceptTlsVersion: z.boolean().default(false).describe("Accept a Deny below a version of TLS (s3:TlsVersion) as well."),
});

/** A control policy is out of a bucket's sight, so it can be no ground for a pass. */
const NOTES = ["A control policy of the organization that denies plain HTTP cannot be seen from the bucket."];

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingEncryptionInTransit.html */
export const bucketHttpsNotEnforced: Check = defineCheck({
  id: "s3/bucket-https-not-enforced",
  title: "S3 bucket policy does not enforce HTTPS (aws:SecureTransport)",
  risk: "Requests over plain HTTP let anyone on the way read and change what is sent, signed or not.",
  severity: "medium",
  categories: ["s3", "encryption"],
  frameworks: {
    "cis-aws-foundations-1.4": ["2.1.2"],
    "cis-aws-foundations-3.0": ["2.1.1"],
    "cis-aws-foundations-4.0": ["2.1.1"],
    "cis-aws-foundations-5.0": ["2.1.1"],
    "cis-aws-foundations-6.0": ["3.1.1"],
    "cis-aws-foundations-7.0": ["3.1.1"],
    "aws-fsbp": ["S3.5"],
  },
  resource: bucket,
  needs: ["policy"],
  params: Params,
  messages: {
    noPolicy: "Bucket {name} has no policy, so nothing denies plain HTTP.",
    notDenied: "The policy of bucket {name} does not deny plain HTTP: {problem}.",
    partly: "The policy of bucket {name} denies plain HTTP only in part: {missing} is not covered.",
  },
  remediation: {
    steps: [
      "Check the access logs of bucket {name} for clients that still use plain HTTP.",
      "Add a Deny statement for every principal and s3:*, on {arn} and on {arn}/*, with Bool aws:SecureTransport false.",
      {
        text: "Keep your existing statements; PutBucketPolicy replaces the whole document.",
        command: "aws s3api get-bucket-policy --bucket {name} --query Policy --output text",
      },
      "If you need a minimum TLS version, add a second Deny statement rather than a second condition in the same one.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingEncryptionInTransit.html",
  },
  evaluate({ arn, policy }, { params, pass, fail, unknown }) {
    if (policy === null) return fail("noPolicy", { notes: NOTES });
    const parsed = parsePolicy(policy);
    if (parsed.state !== "parsed") return unknown(parsed.state === "too-complex" ? "too-complex" : "malformed", "policy");

    const aimed = parsed.statements.filter(
      (statement) => statement.effect === "Deny" && aimsAtHttp(statement.conditions, params.acceptTlsVersion),
    );
    const firm = aimed.filter((statement) => shortcomingOf(statement, params.acceptTlsVersion) === null);
    if (firm.length === 0) return fail("notDenied", { evidence: { problem: problemOf(aimed, params.acceptTlsVersion) }, notes: NOTES });

    const wanted = params.objectsOnly ? [`${arn}/*`] : [arn, `${arn}/*`];
    const missing = wanted.filter((target) => !firm.some(({ resources }) => resources?.some((pattern) => covers(pattern, target))));
    const evidence = { statements: firm.map(nameOf) };
    return missing.length === 0
      ? pass({ evidence })
      : fail("partly", { evidence: { ...evidence, missing: missing.join(" and ") }, notes: NOTES });
  },
});

function problemOf(aimed: readonly Statement[], acceptTlsVersion: boolean): string {
  const near = aimed.map((statement) => `${nameOf(statement)} ${shortcomingOf(statement, acceptTlsVersion) ?? ""}`);
  return near.join("; ") || "no Deny statement has the condition aws:SecureTransport false";
}

/** What keeps a Deny of plain HTTP from holding for everybody and everything; `null`: nothing. */
function shortcomingOf(statement: Statement, acceptTlsVersion: boolean): string | null {
  if (!namesEveryone(statement)) return "does not name every principal";
  if (!statement.actions?.some((action) => covers(action.toLowerCase(), "s3:*"))) return "does not name every S3 action";
  // Conditions are ANDed: one more can only narrow the Deny. Calls that AWS services make themselves always use TLS.
  const besides = statement.conditions.filter((entry) => !deniesHttp(entry, acceptTlsVersion) && !sparesServices(entry));
  if (besides.length > 0) return `denies it only under a further condition on ${besides.map(({ key }) => key).join(", ")}`;
  return statement.conditions.filter((entry) => deniesHttp(entry, acceptTlsVersion)).length > 1
    ? "denies it only where two conditions hold"
    : null;
}

function aimsAtHttp(conditions: readonly ConditionEntry[], acceptTlsVersion: boolean): boolean {
  return conditions.some((entry) => deniesHttp(entry, acceptTlsVersion));
}

function deniesHttp(entry: ConditionEntry, acceptTlsVersion: boolean): boolean {
  return isFalse(entry, "aws:securetransport") || (acceptTlsVersion && isTlsFloor(entry));
}

function sparesServices(entry: ConditionEntry): boolean {
  return isFalse(entry, "aws:principalisawsservice");
}

function isFalse({ operator, key, values }: ConditionEntry, wanted: string): boolean {
  const isBool = ["bool", "boolifexists"].includes(operator.toLowerCase());
  return isBool && key.toLowerCase() === wanted && values.length > 0 && values.every((value) => value.toLowerCase() === "false");
}

function isTlsFloor({ operator, key, values }: ConditionEntry): boolean {
  return (
    ["numericlessthan", "numericlessthanifexists"].includes(operator.toLowerCase()) &&
    key.toLowerCase() === "s3:tlsversion" &&
    values.some((value) => Number(value) > 0)
  );
}
