import { describe, expect, it } from "vitest";
import { judged } from "./given.fixture.ts";
import { BEYOND_JUDGING, PUBLIC, SLOW_TO_WEIGH } from "./hostile.fixture.ts";
import { bucketHttpsNotEnforced, bucketPolicyPublic } from "./index.ts";

/* Policies made to hurt. Whoever can write a bucket's policy must not be able to hide it, or to stop a sweep. */

const publicity = (text: string): unknown => judged(bucketPolicyPublic, { policy: text }).outcome;
const transport = (text: string): unknown => judged(bucketHttpsNotEnforced, { policy: text }).outcome;

describe("a policy that lets everyone in is found, also", () => {
  it.each(PUBLIC)("%s", (_, text) => expect(publicity(text)).toMatchObject({ status: "fail" }));
});

describe("a policy that cannot be judged is unknown, never passed:", () => {
  it.each(BEYOND_JUDGING)("%s", (_, text, reason) => {
    expect(publicity(text)).toMatchObject({ status: "unknown", reason });
    expect(transport(text)).toMatchObject({ status: "unknown", reason });
  });
  it("whose Denies would take too long to weigh against its Allows", () =>
    expect(publicity(SLOW_TO_WEIGH)).toMatchObject({ status: "unknown", reason: "too-complex" }));
});
