import { DescribeRegionsCommand, EC2Client, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { type Call, isPostureError } from "@posture/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AwsAccess, type AwsSettings, openAws } from "./access.ts";
import { AwsFault, present } from "./fault.ts";
import type { AwsRun, RunOptions } from "./run.ts";
import { ec2Error, regionsAnswer, type Scripted, startScripted, type Step } from "./scripted.test.server.ts";

const REGIONS: Call = { service: "ec2", operation: "DescribeRegions", action: "ec2:DescribeRegions" };
const FINE = regionsAnswer({ "us-east-1": "opt-in-not-required" });
const THROTTLE = ec2Error(503, "RequestLimitExceeded", "Request limit exceeded.");

/** A clock that only sleeping moves. */
function virtualTime(): Required<Pick<AwsSettings, "clock" | "random" | "sleep">> & { readonly slept: number[] } {
  let now = Date.parse("2026-01-31T09:30:00.000Z");
  const slept: number[] = [];
  return {
    slept,
    clock: () => now,
    random: () => 0.5,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}

let server: Scripted;
let aws: AwsAccess;
let time: ReturnType<typeof virtualTime>;
const before = { ...process.env };

async function given(step: Parameters<typeof startScripted>[0], settings: AwsSettings = {}): Promise<void> {
  server = await startScripted(step);
  Object.assign(process.env, { AWS_ENDPOINT_URL: server.endpoint });
  aws = openAws({ ...time, ...settings });
}
function run(options: Partial<RunOptions> = {}): AwsRun {
  return aws.run({ allowed: [REGIONS], deadline: "2026-01-31T10:00:00.000Z", accountId: "111122223333", partition: "aws", ...options });
}
async function ask(host: AwsRun, { region = "us-east-1", shared = false, names = [] as string[] } = {}): Promise<string[]> {
  const { output } = await host.send(EC2Client, new DescribeRegionsCommand({ RegionNames: names }), { region, call: REGIONS, shared });
  return present(output.Regions, "Regions", REGIONS).flatMap(({ RegionName }) => (RegionName === undefined ? [] : [RegionName]));
}
async function faultOf(asking: Promise<unknown>): Promise<AwsFault> {
  const error = await asking.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AwsFault)) throw new Error("there was no fault", { cause: error });
  return error;
}

async function refused(asking: Promise<unknown>): Promise<string | undefined> {
  const error = await asking.catch((thrown: unknown) => thrown);
  expect(server.asked).toEqual([]);
  return isPostureError(error) ? error.code : undefined;
}

beforeEach(() => {
  process.env = { ...before, AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" };
  time = virtualTime();
});
afterEach(async () => {
  process.env = { ...before };
  aws.close();
  await server.close();
});

describe("what may be tried again", () => {
  test("a call that is throttled three times is answered at the fourth, and all four are counted", async () => {
    await given((_, n) => (n < 3 ? THROTTLE : FINE));
    const host = run();
    expect(await ask(host)).toEqual(["us-east-1"]);
    expect(host.calls).toBe(4);
    expect(time.slept.filter((ms) => [250, 500, 1000].includes(ms))).toEqual([250, 500, 1000]);
  });
  test("a call that is throttled for ever is given up after eight requests", async () => {
    await given(() => THROTTLE);
    const host = run();
    expect((await faultOf(ask(host))).reason).toBe("throttled");
    expect(server.asked).toHaveLength(8);
  });
  test("what was given up for throttling is not asked again for a while, in that region and in that run", async () => {
    await given(() => THROTTLE);
    const host = run();
    await faultOf(ask(host));
    expect((await faultOf(ask(host))).reason).toBe("throttled");
    expect(server.asked).toHaveLength(8);
    await faultOf(ask(host, { region: "eu-west-1" }));
    expect(server.asked).toHaveLength(16);
    await faultOf(ask(run()));
    expect(server.asked).toHaveLength(24);
  });
  test("no pause is longer than 20 s, and a Retry-After beyond it is not obeyed", async () => {
    await given(() => ec2Error(429, "TooManyRequestsException", "slow", { "retry-after": "3600" }));
    await faultOf(ask(run()));
    expect(Math.max(...time.slept)).toBe(20_000);
  });
  const thrice: readonly [string, Step][] = [
    ["a server error", ec2Error(500, "InternalError")],
    ["a gateway's page", { status: 502, body: "<html></html>" }],
    ["a proxy that is overloaded and is not AWS", { status: 503, body: "<html>busy</html>" }],
    ["a reset connection", "reset"],
  ];
  test.each(thrice)("%s is tried three times", async (_, step) => {
    await given(() => step);
    expect((await faultOf(ask(run()))).reason).toBe("network");
    expect(server.asked).toHaveLength(3);
  });
  const once: readonly [string, Step, string][] = [
    ["a denial", ec2Error(403, "UnauthorizedOperation"), "denied"],
    ["a wrong parameter", ec2Error(400, "InvalidParameterValue"), "malformed"],
    ["an expired token", ec2Error(400, "ExpiredToken"), "credentials"],
    ["an empty body", { body: "" }, "malformed"],
    ["a login page", { body: "<html><body>Sign in</body></html>" }, "malformed"],
    ["another operation's answer", { body: "<DescribeVpcsResponse/>" }, "malformed"],
  ];
  test.each(once)("%s is not tried again", async (_, step, reason) => {
    await given(() => step);
    expect((await faultOf(ask(run()))).reason).toBe(reason);
    expect(server.asked).toHaveLength(1);
  });
  test("a clock that is wrong is set by the answer, once", async () => {
    await given((_, n) => (n === 0 ? ec2Error(400, "RequestExpired", "", { date: "Sat, 31 Jan 2026 12:00:00 GMT" }) : FINE));
    expect(await ask(run())).toEqual(["us-east-1"]);
    expect(server.asked).toHaveLength(2);
  });
});

describe("how long a call lasts", () => {
  test.each(["hang", "stall"] as const)("a server that does %s ends with the call's own deadline", async (step) => {
    await given(() => step, { callDeadlineMs: 60 });
    const fault = await faultOf(ask(run()));
    expect(fault).toMatchObject({ reason: "network", code: "Deadline" });
    expect(server.asked).toHaveLength(1);
  });
  test("no call outlasts the run", async () => {
    await given(() => "hang");
    const fault = await faultOf(ask(run({ deadline: "2026-01-31T09:30:00.050Z" })));
    expect(fault.detail).toContain("the time for this run is up");
  });
  test("after the run's deadline nothing is sent", async () => {
    await given(() => FINE);
    await faultOf(ask(run({ deadline: "2026-01-31T09:29:59.000Z" })));
    expect(server.asked).toEqual([]);
  });
  test("a run that is stopped ends the calls that are under way", async () => {
    const stop = new AbortController();
    await given(() => {
      stop.abort();
      return "hang";
    });
    expect((await faultOf(ask(run({ signal: stop.signal })))).detail).toContain("the run was stopped");
  });
});

describe("what may be sent", () => {
  test("a call that no enabled check declares is refused", async () => {
    await given(() => FINE);
    expect(await refused(ask(run({ allowed: [] })))).toBe("POSTURE_AWS_OPERATION_REFUSED");
  });
  test("a command that is not the call it is declared as is refused before it is signed", async () => {
    await given(() => FINE);
    const host = run();
    expect(
      await refused(host.send(EC2Client, new TerminateInstancesCommand({ InstanceIds: ["i-1"] }), { region: "us-east-1", call: REGIONS })),
    ).toBe("POSTURE_AWS_OPERATION_REFUSED");
    expect(host.calls).toBe(0);
  });
  test("a plugin that declares an operation which changes something does not get it sent", async () => {
    await given(() => FINE);
    const call = { service: "ec2", operation: "TerminateInstances", action: "ec2:TerminateInstances" };
    const host = run({ allowed: [call] });
    expect(
      await refused(host.send(EC2Client, new TerminateInstancesCommand({ InstanceIds: ["i-1"] }), { region: "us-east-1", call })),
    ).toBe("POSTURE_AWS_OPERATION_REFUSED");
  });
});

describe("what is shared", () => {
  test("a shared call is asked once for all who ask at any time", async () => {
    await given(() => FINE);
    const host = run();
    await Promise.all([ask(host, { shared: true }), ask(host, { shared: true })]);
    await ask(host, { shared: true });
    expect(server.asked).toHaveLength(1);
  });
  test("it is another call in another region, or with another input", async () => {
    await given(() => FINE);
    const host = run();
    await ask(host, { shared: true });
    await ask(host, { shared: true, region: "eu-west-1" });
    await ask(host, { shared: true, names: ["us-east-1"] });
    expect(server.asked).toHaveLength(3);
  });
  test("what is not shared is asked each time", async () => {
    await given(() => FINE);
    const host = run();
    await ask(host);
    await ask(host);
    expect(server.asked).toHaveLength(2);
  });
  test("a denial is asked for once", async () => {
    await given(() => ec2Error(403, "UnauthorizedOperation"));
    const host = run();
    await faultOf(ask(host, { shared: true }));
    await faultOf(ask(host, { shared: true }));
    expect(server.asked).toHaveLength(1);
  });
  test("a failure in passing is remembered for a quarter of a minute", async () => {
    await given((_, n) => (n < 3 ? "reset" : FINE));
    const host = run();
    await faultOf(ask(host, { shared: true }));
    await faultOf(ask(host, { shared: true }));
    expect(server.asked).toHaveLength(3);
    await time.sleep(15_000, new AbortController().signal);
    expect(await ask(host, { shared: true })).toEqual(["us-east-1"]);
  });
  test("the next run asks anew", async () => {
    await given(() => FINE);
    await ask(run(), { shared: true });
    await ask(run(), { shared: true });
    expect(server.asked).toHaveLength(2);
  });
  test("no more requests are under way at once than were allowed", async () => {
    await given(() => new Promise((resolve) => setImmediate(() => resolve(FINE))), { maxInFlight: 3 });
    const host = run();
    await Promise.all(Array.from({ length: 20 }, () => ask(host)));
    expect(server.asked).toHaveLength(20);
    expect(server.widest()).toBeLessThanOrEqual(3);
  });
});

describe("credentials", () => {
  test("once they are refused, the run asks nothing else", async () => {
    await given(() => ec2Error(401, "AuthFailure"));
    const host = run();
    expect((await faultOf(ask(host))).reason).toBe("credentials");
    expect((await faultOf(ask(host, { region: "eu-west-1" }))).reason).toBe("credentials");
    expect(server.asked).toHaveLength(1);
  });
  test("a region that has to be opted into refuses them for itself alone", async () => {
    await given(({ region }) => (region === "af-south-1" ? ec2Error(401, "AuthFailure") : FINE));
    const host = run();
    expect((await faultOf(ask(host, { region: "af-south-1" }))).reason).toBe("region-unavailable");
    expect(await ask(host)).toEqual(["us-east-1"]);
  });
});

test("an operation waits for its place once its bucket is empty, and others do not", async () => {
  await given(() => FINE);
  const host = run();
  for (let n = 0; n < 100; n += 1) await ask(host);
  expect(time.slept).toEqual([]);
  await ask(host);
  await ask(host);
  expect(time.slept).toEqual([50, 50]);
  await ask(host, { region: "eu-west-1" });
  expect(time.slept).toHaveLength(2);
});

test("after a throttle the next call waits for a bucket that is empty and half as fast", async () => {
  await given((_, n) => (n === 0 ? THROTTLE : FINE), { random: () => 0 });
  const host = run();
  await ask(host);
  const [afterThrottle] = time.slept;
  expect(afterThrottle).toBe(100);
  await ask(host);
  expect(time.slept).toHaveLength(2);
  expect(time.slept[1]).toBeGreaterThan(90);
});

test("an answer is as old as the request that it answers", async () => {
  await given((_, n) => (n === 0 ? THROTTLE : FINE));
  const begun = time.clock();
  const { asOf } = await run().send(EC2Client, new DescribeRegionsCommand({}), { region: "us-east-1", call: REGIONS });
  expect(Date.parse(asOf) - begun).toBe(time.slept.reduce((sum, ms) => sum + ms, 0));
});

test("what AWS says is one short line without control characters", async () => {
  await given(() => ec2Error(403, "UnauthorizedOperation", `You may not.&#10;${"x".repeat(500)}`));
  const { detail, said } = await faultOf(ask(run()));
  expect(detail).toMatch(/^ec2:DescribeRegions was denied: You may not\. x+…$/);
  expect(said).toHaveLength(200);
});
