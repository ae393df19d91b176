import { describe, expect, test } from "vitest";
import { classify, isOptIn } from "./classify.ts";

/** An error as the SDK throws it. */
function thrown(code: string, status: number, message = ""): unknown {
  return Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: status } });
}
function system(code: string): unknown {
  return Object.assign(new Error("socket"), { code });
}

const TABLE: readonly [string, unknown, string, string, string][] = [
  ["AccessDenied of S3 and IAM", thrown("AccessDenied", 403), "us-east-1", "denied", "never"],
  ["AccessDeniedException of the JSON services", thrown("AccessDeniedException", 400), "us-east-1", "denied", "never"],
  ["UnauthorizedOperation of EC2", thrown("UnauthorizedOperation", 403), "us-east-1", "denied", "never"],
  ["AuthorizationError of SNS", thrown("AuthorizationErrorException", 403), "us-east-1", "denied", "never"],
  ["403 without a body", thrown("Unknown", 403), "us-east-1", "denied", "never"],
  ["AccessDenied in a region that is opted into", thrown("AccessDenied", 403), "af-south-1", "denied", "never"],
  ["ThrottlingException", thrown("ThrottlingException", 400), "us-east-1", "throttled", "throttle"],
  ["RequestLimitExceeded of EC2", thrown("RequestLimitExceeded", 503), "us-east-1", "throttled", "throttle"],
  ["SlowDown of S3", thrown("SlowDown", 503), "us-east-1", "throttled", "throttle"],
  ["LimitExceededException of Kinesis", thrown("LimitExceededException", 400), "us-east-1", "throttled", "throttle"],
  ["429 of whatever name", thrown("Unknown", 429), "us-east-1", "throttled", "throttle"],
  ["503 with a code of AWS", thrown("ServiceUnavailable", 503), "us-east-1", "throttled", "throttle"],
  ["503 of a proxy", thrown("Unknown", 503), "us-east-1", "network", "transient"],
  ["InternalError", thrown("InternalError", 500), "us-east-1", "network", "transient"],
  ["504 of a gateway", thrown("SyntaxError", 504), "us-east-1", "network", "transient"],
  ["RequestTimeout of S3", thrown("RequestTimeout", 400), "us-east-1", "network", "transient"],
  ["ECONNRESET", system("ECONNRESET"), "us-east-1", "network", "transient"],
  ["ENOTFOUND", system("ENOTFOUND"), "us-east-1", "network", "transient"],
  ["EAI_AGAIN", system("EAI_AGAIN"), "us-east-1", "network", "transient"],
  ["a certificate of nobody's", system("SELF_SIGNED_CERT_IN_CHAIN"), "us-east-1", "network", "transient"],
  ["the SDK's TimeoutError", thrown("TimeoutError", 0), "us-east-1", "network", "transient"],
  ["ExpiredToken", thrown("ExpiredToken", 400), "us-east-1", "credentials", "never"],
  ["ExpiredToken in a region that is opted into", thrown("ExpiredToken", 400), "af-south-1", "credentials", "never"],
  ["InvalidClientTokenId where every account is", thrown("InvalidClientTokenId", 403), "eu-west-1", "credentials", "never"],
  ["InvalidClientTokenId in a region that is opted into", thrown("InvalidClientTokenId", 403), "me-south-1", "region-unavailable", "never"],
  ["AuthFailure of EC2 where every account is", thrown("AuthFailure", 401), "us-west-2", "credentials", "never"],
  ["AuthFailure of EC2 in a region that is opted into", thrown("AuthFailure", 401), "ap-east-1", "region-unavailable", "never"],
  [
    "UnrecognizedClientException in a region that is opted into",
    thrown("UnrecognizedClientException", 400),
    "il-central-1",
    "region-unavailable",
    "never",
  ],
  ["OptInRequired anywhere", thrown("OptInRequired", 401), "us-east-1", "region-unavailable", "never"],
  ["no credentials at all", thrown("CredentialsProviderError", 0), "us-east-1", "credentials", "never"],
  ["a clock that is wrong", thrown("RequestTimeTooSkewed", 403), "us-east-1", "credentials", "skew"],
  ["a success whose body is not what it should be", thrown("SyntaxError", 200), "us-east-1", "malformed", "never"],
  ["a redirect that leads nowhere", thrown("PermanentRedirect", 301), "us-east-1", "malformed", "never"],
  ["a code that nobody has heard of", thrown("InvalidGroupId.Malformed", 400), "us-east-1", "malformed", "never"],
  ["something that is no error", "rubbish", "us-east-1", "malformed", "never"],
  ["nothing", undefined, "us-east-1", "malformed", "never"],
];

describe("what an error means", () => {
  test.each(TABLE)("%s", (_, error, region, reason, retry) => {
    expect(classify(error, region)).toMatchObject({ reason, retry });
  });
  test("AWS's own code is kept, dots included", () => {
    expect(classify(thrown("InvalidGroup.NotFound", 400), "us-east-1").code).toBe("InvalidGroup.NotFound");
  });
});

test("regions of GovCloud and China are not opted into", () => {
  expect(["us-gov-west-1", "cn-north-1", "us-iso-east-1", "us-east-1"].filter(isOptIn)).toEqual([]);
  expect(["af-south-1", "eu-south-2", "ap-east-1", "ca-west-1", "mx-central-1"].every(isOptIn)).toBe(true);
});

function response(headers: Record<string, string>, statusCode: number): unknown {
  return Object.assign(new Error("moved"), { name: "PermanentRedirect", $response: { statusCode, headers } });
}

describe("a bucket that is elsewhere", () => {
  test("is found by the header of a redirect", () => {
    expect(classify(response({ "x-amz-bucket-region": "eu-north-1" }, 301), "us-east-1").elsewhere).toBe("eu-north-1");
  });
  test("is found by the region that S3 wanted in the signature", () => {
    expect(
      classify(Object.assign(new Error("malformed"), { name: "AuthorizationHeaderMalformed", Region: "eu-north-1" }), "us-east-1")
        .elsewhere,
    ).toBe("eu-north-1");
  });
  test("is not looked for where S3 names the region of a denial", () => {
    expect(classify(response({ "x-amz-bucket-region": "eu-north-1" }, 403), "us-east-1").elsewhere).toBeUndefined();
  });
});
