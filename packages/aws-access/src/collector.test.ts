import { type Answer, type Call, defineResource, ListingFailure, type ResourceKind, type ResourceRef, type Target } from "@posture/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { callOf, type CollectorSpec, defineCollector } from "./collector.ts";
import { AwsFault, malformed, present } from "./fault.ts";
import type { AwsHost } from "./run.ts";

interface Thing {
  colour: string | null;
  size: number;
}
const COLOUR: Call = { service: "things", operation: "GetColour", action: "things:ReadColour" };
const LIST: Call = { service: "things", operation: "ListThings", action: "things:ListThings" };
const thing: ResourceKind<Thing> = defineResource({
  type: "Example::Things::Thing",
  lists: [LIST],
  lifecycle: [],
  facets: {
    colour: { schema: z.string().nullable(), read: [COLOUR], changedBy: [] },
    size: { schema: z.number(), prime: [LIST], changedBy: [] },
  },
  locate: () => [],
});
const REF: ResourceRef = { type: thing.type, arn: "arn:aws:things:::one", name: "one", accountId: "111122223333", region: "us-east-1" };
const TARGET: Target = { accountId: "111122223333", partition: "aws", region: "us-east-1" };
const NOBODY: AwsHost = {
  accountId: "111122223333",
  partition: "aws",
  send: () => Promise.reject(new Error("nothing is sent here")),
  once: (_, work) => work(),
  pause: () => Promise.resolve(),
};

function refusal(code: string): AwsFault {
  return new AwsFault(COLOUR, { reason: "malformed", code, message: "no" });
}
function made(
  read: () => Promise<string | null>,
  list: CollectorSpec<Thing>["list"] = async function* () {},
): ReturnType<ReturnType<typeof defineCollector>["bind"]> {
  return defineCollector<Thing>({
    kind: thing,
    reach: "regional",
    gone: ["NoSuchThing"],
    list,
    facets: { colour: { absent: ["NoColour"], read }, size: "listed" },
  }).bind(NOBODY);
}
function reading(read: () => Promise<string | null>): Promise<Answer> {
  return made(read).read(REF, "colour", undefined);
}

describe("a facet that is read", () => {
  test("is known where its schema takes the value", async () => {
    expect(await reading(async () => "red")).toMatchObject({ state: "known", value: "red" });
  });
  test("is absent where the reader says that there is none", async () => {
    expect(await reading(async () => null)).toMatchObject({ state: "absent" });
  });
  test("is absent for the error codes that say so", async () => {
    expect(await reading(() => Promise.reject(refusal("NoColour")))).toMatchObject({ state: "absent" });
  });
  test("is gone for the error codes of the resource itself", async () => {
    expect(await reading(() => Promise.reject(refusal("NoSuchThing")))).toMatchObject({ state: "gone" });
  });
  test("is unreadable, with the call, for any other fault", async () => {
    const denied = new AwsFault(COLOUR, { reason: "denied", code: "AccessDenied", message: "not for you" });
    expect(await reading(() => Promise.reject(denied))).toMatchObject({
      state: "unreadable",
      reason: "denied",
      call: COLOUR,
      detail: "things:GetColour was denied: not for you",
    });
  });
  test("is malformed where its schema refuses the value", async () => {
    const odd = JSON.parse("7");
    expect(await reading(async () => odd)).toMatchObject({ state: "unreadable", reason: "malformed", call: COLOUR });
  });
  test("is malformed where AWS left out what it always sends", async () => {
    expect(await reading(async () => present<string>(undefined, "Colour", COLOUR))).toMatchObject({
      state: "unreadable",
      reason: "malformed",
    });
  });
  test("does not hide an error of our own", async () => {
    await expect(reading(() => Promise.reject(new TypeError("a slip")))).rejects.toThrow("a slip");
  });
});

describe("a listing", () => {
  test("primes what makes sense, and keeps the rest of the page where one thing does not", async () => {
    const collector = made(
      async () => "red",
      async function* ({ prime }) {
        yield { ref: REF, facets: prime("size", () => 3, "2026-01-31T09:30:00.000Z") };
        yield {
          ref: { ...REF, name: "two" },
          facets: prime("size", () => present<number>(undefined, "Size", LIST), "2026-01-31T09:30:00.000Z"),
        };
      },
    );
    const facets = [];
    for await (const listed of collector.list(TARGET, new Set())) facets.push(listed.facets["size"]?.state);
    expect(facets).toEqual(["known", "unreadable"]);
  });
  test("that AWS garbles ends as incomplete, and names no action, since none is missing", async () => {
    const collector = made(
      async () => "red",
      async function* () {
        yield { ref: REF, facets: {} };
        throw malformed(LIST, "the answer has no Things");
      },
    );
    const names: string[] = [];
    const listing = (async () => {
      for await (const { ref } of collector.list(TARGET, new Set())) names.push(ref.name);
    })();
    await expect(listing).rejects.toSatisfy(
      (error) => error instanceof ListingFailure && error.gap.reason === "malformed" && error.gap.missing.length === 0,
    );
    expect(names).toEqual(["one"]);
  });
});

describe("a kind and its readers", () => {
  test("must agree on which facets are read", () => {
    const spec: CollectorSpec<Thing> = {
      kind: thing,
      reach: "regional",
      gone: [],
      async *list() {},
      facets: { colour: "listed", size: "listed" },
    };
    expect(() => defineCollector(spec)).toThrow(expect.objectContaining({ code: "POSTURE_KIND_INVALID" }));
  });
  test("cannot be compiled while a facet has no reader", () => {
    // @ts-expect-error -- nobody says how `size` comes
    const facets: CollectorSpec<Thing>["facets"] = { colour: { read: async () => "red" } };
    expect(Object.keys(facets)).toEqual(["colour"]);
  });
  test("share their calls by name", () => {
    expect(callOf(thing, "things:GetColour")).toBe(COLOUR);
    expect(() => callOf(thing, "things:GetTaste")).toThrow(expect.objectContaining({ code: "POSTURE_KIND_INVALID" }));
  });
});
