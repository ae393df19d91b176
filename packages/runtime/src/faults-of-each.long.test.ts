import { describe, expect, test } from "vitest";
import {
  callsOfSweep,
  expectNotDone,
  expectNothingInvented,
  expectNothingLost,
  fail,
  findingsOf,
  fresh,
  gapsOf,
  KINDS,
  knownStore,
  PATIENT,
  QUESTIONS,
  READS,
  resolvedIn,
  useFaults,
} from "./faults.test.fixture.ts";

useFaults();

test("the calls that fail below are all the calls of a sweep", async () => {
  expect(await callsOfSweep()).toEqual([...READS, ...QUESTIONS].toSorted());
});

/** A listing, a facet, and one that a report is made of. */
const SOME = ["s3:ListBuckets", "s3:GetBucketPolicy", "iam:GetCredentialReport"];
describe.each(SOME)("when %s", (operation) => {
  test.each(KINDS)("is %s, nothing is lost", (kind) => expectNothingLost(operation, kind));
  test.each(KINDS)("is %s from the start, nothing is invented", (kind) => expectNothingInvented(operation, kind));
});

describe.each(QUESTIONS)("when %s", (operation) => {
  test.each(KINDS)("is %s, the sweep is not done, says why, and changes nothing", (kind) => expectNotDone(operation, kind));
});

test("a sweep of calls that hang for longer than it may take ends at its deadline, and says so", async () => {
  const posture = await fresh({ store: await knownStore(), sweepDeadline: 700 });
  fail({ operation: "s3:GetBucketPolicy", kind: "hang" });
  const begun = performance.now();
  const sweep = await posture.sweep();
  expect(performance.now() - begun).toBeLessThan(PATIENT / 2);
  expect(gapsOf(sweep).some(({ detail }) => detail.includes("the time for this run is up"))).toBe(true);
  expect(resolvedIn(await findingsOf(posture))).toEqual([]);
});
