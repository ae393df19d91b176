import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Check } from "./check.ts";
import type { Observed } from "./facets.ts";
import { affectedBy, callsOf, hintsOf, next, optionsOf, permissionsOf, type Progress } from "./plan.ts";
import { defineResource } from "./resource.ts";
import { absent, denied, known, NOW, ref, sampling, thinWalls, tooManyKeys, vault } from "./vault.test.fixture.ts";

/** Reads as the engine does, until nothing is left to read. */
function reads(
  checks: readonly Check[],
  aws: Progress,
  primed: Progress = {},
): { readonly order: string[][]; readonly progress: Progress } {
  const order: string[][] = [];
  for (let step = next(vault, ref, checks, primed, NOW); ;) {
    if (step.read.length === 0) return { order, progress: step.progress };
    order.push([...step.read]);
    const answers = Object.fromEntries(step.read.map((name): [string, Observed] => [name, aws[name] ?? absent]));
    step = next(vault, ref, checks, { ...step.progress, ...answers }, NOW);
  }
}

describe("the reads of one resource", () => {
  test.each<[string, Progress, string[][]]>([
    ["a facet that waits is read after what it waits for", { door: known({ locked: true }), keys: known(["a"]) }, [["door"], ["keys"]]],
    ["one that is moot is not read", { door: known({ locked: false }) }, [["door"]]],
    ["an absence can make it moot as well", { door: absent }, [["door"]]],
    ["a need that is unreadable ends the reading for its check", { door: denied }, [["door"]]],
  ])("%s", (_, aws, order) => expect(reads([tooManyKeys], aws).order).toEqual(order));

  test("what waits for nothing is read at once", () => {
    expect(reads([tooManyKeys, thinWalls], { door: known({ locked: true }) }).order[0]).toEqual(["door", "walls"]);
  });
  test("what is unreadable for one check does not end the reading of another", () => {
    expect(reads([tooManyKeys, thinWalls], { door: denied, walls: known(3) }).order).toEqual([["door", "walls"]]);
  });
  test("what a listing brought is not read again", () => {
    expect(reads([tooManyKeys], { keys: known([]) }, { door: known({ locked: true }) }).order).toEqual([["keys"]]);
  });
  test("moot beats a value that a listing brought, and is as old as what it rests on", () => {
    const early = "2025-12-31T00:00:00.000Z";
    const { order, progress } = reads([tooManyKeys], {}, { door: known({ locked: false }, early), keys: known(["a"]) });
    expect(order).toEqual([]);
    expect(progress["keys"]).toEqual({ state: "moot", reason: "the door is open", asOf: early });
  });
  test("what only a listing can bring, and none brought, is unreadable rather than absent", () => {
    const { progress } = reads([tooManyKeys], { door: known({ locked: true }), keys: denied });
    expect(progress["reported"]).toEqual({ state: "unreadable", reason: "not-ready", asOf: NOW });
  });
});

describe("what follows from the declarations", () => {
  test("the permissions of the enabled checks, and no others", () => {
    expect(permissionsOf([thinWalls])).toEqual(["bank:GetWalls", "bank:ListVaults"]);
    expect(permissionsOf([tooManyKeys])).toEqual(["bank:GetDoor", "bank:GetReport", "bank:ListKeys", "bank:ListVaults"]);
  });
  test("every call that may be made", () => {
    expect(callsOf([thinWalls]).map(({ operation }) => operation)).toEqual(["ListVaults", "GetWalls"]);
  });
  test("one set of options for two checks that ask", () => {
    const asks = [sampling("bank/few", 50), sampling("bank/many", 200)].map((check) => ({ check, params: undefined }));
    expect(optionsOf(vault, asks)).toEqual({ visitors: { sample: 200 } });
  });
  test("what failing findings name for the readers, each once, by facet", () => {
    const first: Check = { ...thinWalls, hints: { keys: "found" } };
    const second: Check = { ...thinWalls, hints: { keys: "lost", walls: "wall" } };
    const named = [
      { check: first, evidence: { found: ["a", "b"], lost: ["no"] } },
      { check: second, evidence: { lost: ["b", "c", 7], wall: "north" } },
      { check: thinWalls, evidence: { found: ["no"] } },
    ];
    expect(hintsOf(named)).toEqual({ keys: ["a", "b", "c"], walls: ["north"] });
    expect(hintsOf([{ check: first, evidence: {} }])).toEqual({ keys: [] });
  });
  test("whom an event concerns, and which resources", () => {
    const event = {
      source: "bank.amazonaws.com",
      partition: "aws",
      accountId: "111122223333",
      region: "eu-west-1",
      detail: { vault: "gold" },
    };
    const checks = [tooManyKeys, thinWalls];
    expect(affectedBy({ ...event, name: "CutKey" }, checks)).toMatchObject([{ checks: ["bank/too-many-keys"], targets: [ref] }]);
    expect(affectedBy({ ...event, name: "CreateVault" }, checks)).toMatchObject([
      { checks: ["bank/too-many-keys", "bank/thin-walls"], targets: [{ by: "account", region: null }] },
    ]);
    expect(affectedBy({ ...event, name: "CutKey", source: "other.amazonaws.com" }, checks)).toEqual([]);
    const failed = { vault: "gold", errorCode: "Client.DryRunOperation" };
    expect(affectedBy({ ...event, name: "CutKey", detail: failed }, checks)).toEqual([]);
  });
});

describe("a kind that cannot be", () => {
  const facts = { type: "X", lists: [{ service: "s", operation: "o", action: "s:o" }], lifecycle: [], locate: () => [] } as const;
  const facet = { schema: z.number(), changedBy: [] };
  test("whose facet has the name of something every resource has", () => {
    expect(() => defineResource<{ region: number }>({ ...facts, facets: { region: facet } })).toThrow(
      '"region" is a word of every resource',
    );
  });
  test("whose facets wait for each other", () => {
    const waiting = (after: "a" | "b"): object => ({ ...facet, after: [after], moot: () => null });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table would refuse it; plain JavaScript does not
    const facets = { a: waiting("b"), b: waiting("a") } as never;
    expect(() => defineResource<object>({ ...facts, facets })).toThrow("waits for itself");
  });
});
