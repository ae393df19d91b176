import type { Call } from "@posture/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AwsAccess, type AwsSettings, openAws } from "./access.ts";
import { AwsFault } from "./fault.ts";
import type { AwsRun, RunOptions } from "./run.ts";

const REPORT: Call = { service: "iam", operation: "GetCredentialReport", action: "iam:GetCredentialReport" };
const BEGUN = Date.parse("2026-01-31T09:30:00.000Z");

let aws: AwsAccess;
let slept: number[];

function run(options: Partial<RunOptions> = {}, settings: AwsSettings = {}): AwsRun {
  const sleep = (milliseconds: number): Promise<void> => {
    slept.push(milliseconds);
    return Promise.resolve();
  };
  aws = openAws({ clock: () => BEGUN + slept.reduce((sum, ms) => sum + ms, 0), sleep, ...settings });
  return aws.run({ allowed: [REPORT], deadline: "2026-01-31T10:00:00.000Z", accountId: "111122223333", partition: "aws", ...options });
}
async function faultOf(waiting: Promise<unknown>): Promise<AwsFault> {
  const error: unknown = await waiting.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AwsFault)) throw new Error("there was no fault", { cause: error });
  return error;
}

beforeEach(() => void (slept = []));
afterEach(() => aws.close());

describe("what takes several calls", () => {
  const asOf = "2026-01-31T08:00:00.000Z";
  test("is done once, whoever asks, and is as old as it says", async () => {
    const host = run();
    let times = 0;
    const work = async (): Promise<{ output: number; asOf: string }> => ({ output: (times += 1), asOf });
    expect(await Promise.all([host.once("report", work), host.once("report", work), host.once("other", work)])).toEqual([
      { output: 1, asOf },
      { output: 1, asOf },
      { output: 2, asOf },
    ]);
  });
  test("waits as long as it is told, and not beyond the end of the run", async () => {
    const host = run({ deadline: "2026-01-31T09:30:10.000Z" });
    await host.pause(4000, REPORT);
    expect(slept).toEqual([4000]);
    expect(await faultOf(host.pause(6000, REPORT))).toMatchObject({ reason: "network", code: "Deadline" });
    expect(slept).toEqual([4000]);
  });
  test("stops waiting when the run is stopped", async () => {
    const sleep: AwsSettings["sleep"] = (_, signal) =>
      new Promise((__, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    const stop = new AbortController();
    const waiting = faultOf(run({ signal: stop.signal }, { sleep }).pause(4000, REPORT));
    stop.abort();
    expect(await waiting).toMatchObject({ reason: "network" });
  });
});
