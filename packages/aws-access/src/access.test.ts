import { isPostureError, type PostureError } from "@posture/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AwsAccess, openAws } from "./access.ts";
import { aheadOf } from "./wire.ts";
import { CALLER, ec2Error, regionsAnswer, type Scripted, startScripted, type Step } from "./scripted.test.server.ts";

let server: Scripted;
let aws: AwsAccess;
const before = { ...process.env };

async function given(step: Parameters<typeof startScripted>[0]): Promise<void> {
  server = await startScripted(step);
  Object.assign(process.env, { AWS_ENDPOINT_URL: server.endpoint });
  aws = openAws({ region: "us-east-1", random: () => 0 });
}

async function refusal(ask: () => Promise<unknown>): Promise<PostureError> {
  const error = await ask().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isPostureError(error)) throw new Error("there was no error for people", { cause: error });
  return error;
}

beforeEach(() => {
  process.env = { ...before, AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example", AWS_EC2_METADATA_DISABLED: "true" };
});
afterEach(async () => {
  process.env = { ...before };
  aws.close();
  await server.close();
});

describe("who we are", () => {
  test("comes from one call, with the partition out of the ARN", async () => {
    await given(() => ({
      body: "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws-cn:sts::111122223333:assumed-role/reader/x</Arn><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
    }));
    expect(await aws.identity()).toEqual({
      accountId: "111122223333",
      partition: "aws-cn",
      arn: "arn:aws-cn:sts::111122223333:assumed-role/reader/x",
    });
    expect(server.asked.map(({ operation }) => operation)).toEqual(["GetCallerIdentity"]);
  });

  test("its answer says how far AWS's clock is ahead, also where it refuses", async () => {
    const dated = (milliseconds: number): Record<string, string> => ({ date: new Date(Date.now() + milliseconds).toUTCString() });
    await given((_, before) =>
      before === 0 ? { ...CALLER, headers: dated(3_600_000) } : ec2Error(403, "SignatureDoesNotMatch", "no", dated(-600_000)),
    );
    expect(aws.ahead()).toBeNull();
    await aws.identity();
    expect(Math.abs((aws.ahead() ?? 0) - 3_600_000)).toBeLessThan(5000);
    await refusal(() => aws.identity());
    expect(Math.abs((aws.ahead() ?? 0) + 600_000)).toBeLessThan(5000);
  });
  test("the time of an answer is halfway between question and answer, and an answer without a time says nothing", () => {
    expect(aheadOf("Thu, 01 Jan 1970 00:00:10 GMT", 9000, 10_000)).toBe(1000);
    expect([aheadOf(undefined, 0, 0), aheadOf("soon", 0, 0)]).toEqual([null, null]);
  });

  const answers: readonly [string, Step, string][] = [
    ["an empty answer", { body: "" }, "POSTURE_AWS_ANSWER_MALFORMED"],
    [
      "a login page",
      { body: "<!doctype html><html><body>Sign in</body></html>", headers: { "content-type": "text/html" } },
      "POSTURE_AWS_ANSWER_MALFORMED",
    ],
    [
      "an answer without an account",
      { body: "<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>" },
      "POSTURE_AWS_ANSWER_MALFORMED",
    ],
    [
      "an expired session",
      ec2Error(403, "ExpiredToken", "The security token included in the request is expired"),
      "POSTURE_AWS_CREDENTIALS_REFUSED",
    ],
    ["a key that AWS does not know", ec2Error(403, "InvalidClientTokenId"), "POSTURE_AWS_CREDENTIALS_REFUSED"],
    ["a denial", ec2Error(403, "AccessDenied"), "POSTURE_AWS_CREDENTIALS_REFUSED"],
    ["a connection that is cut each time", "reset", "POSTURE_AWS_UNREACHABLE"],
    ["a gateway that finds nobody", { status: 502, body: "<html>Bad gateway</html>" }, "POSTURE_AWS_UNREACHABLE"],
  ];
  test.each(answers)("%s is told as such", async (_, step, code) => {
    await given(() => step);
    expect((await refusal(() => aws.identity())).code).toBe(code);
  });

  test("an endpoint where nobody listens is named", async () => {
    await given(() => CALLER);
    await server.close();
    const error = await refusal(() => aws.identity());
    expect(error.code).toBe("POSTURE_AWS_UNREACHABLE");
    expect(error.message).toContain(server.endpoint);
    server = await startScripted(() => CALLER);
  });

  test("without credentials nothing is sent", async () => {
    await given(() => CALLER);
    delete process.env["AWS_ACCESS_KEY_ID"];
    delete process.env["AWS_SECRET_ACCESS_KEY"];
    Object.assign(process.env, { AWS_SHARED_CREDENTIALS_FILE: "/nowhere", AWS_CONFIG_FILE: "/nowhere" });
    expect((await refusal(() => aws.identity())).code).toBe("POSTURE_AWS_CREDENTIALS_MISSING");
    expect(server.asked).toEqual([]);
  });
});

describe("the regions", () => {
  test("are those that the account has enabled, whatever the filter let through", async () => {
    await given(() => regionsAnswer({ "us-east-1": "opt-in-not-required", "af-south-1": "opted-in", "ap-east-1": "not-opted-in" }));
    expect(await aws.enabledRegions()).toEqual(["af-south-1", "us-east-1"]);
  });
  test("an account without regions does not exist", async () => {
    await given(() => regionsAnswer({}));
    expect((await refusal(() => aws.enabledRegions())).code).toBe("POSTURE_AWS_ANSWER_MALFORMED");
  });
  test("who may not ask for them is told which action is missing", async () => {
    await given(() => ec2Error(403, "UnauthorizedOperation", "You are not authorized"));
    const error = await refusal(() => aws.enabledRegions());
    expect(error.code).toBe("POSTURE_AWS_READ_DENIED");
    expect(error.next).toContain("ec2:DescribeRegions");
  });
});
