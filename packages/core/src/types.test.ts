import { expect, test } from "vitest";
import { z } from "zod";
import { type Check, defineCheck } from "./check.ts";
import type { Verdict } from "./outcome.ts";
import { defineResource, type ResourceKind } from "./resource.ts";
import { common } from "./vault.test.fixture.ts";

/* What must not compile: a directive that is not needed is an error of the compiler. */

export const misused: Check = defineCheck({
  ...common,
  id: "bank/misused",
  needs: ["door", "visitors"],
  mayNeed: ["walls", "keys"],
  messages: { plain: "{name} is bad", holed: "{name} has {count}" },
  ask: () => ({ visitors: { sample: 10 } }),
  evaluate(resource, { pass, fail, unknown }) {
    // @ts-expect-error a facet that was not declared
    void resource.reported;
    // @ts-expect-error a needed facet may still be absent
    void resource.door.locked;
    // @ts-expect-error a facet that may be unreadable, read as if it were known
    void resource.keys.value;
    // @ts-expect-error ruling out `moot` is not enough
    if (resource.keys.state !== "moot") void resource.keys.value;
    if (resource.keys.state !== "moot" && resource.keys.state !== "unreadable") void resource.keys.value.length;
    // @ts-expect-error an unconditional facet is never moot
    if (resource.walls.state === "moot") void 0;
    // @ts-expect-error a sample is never absent
    if (resource.visitors === null) void resource.visitors.seen;
    // @ts-expect-error a message that does not exist
    fail("nope");
    // @ts-expect-error a message whose hole is not filled
    fail("holed");
    // @ts-expect-error a hole filled under another name
    fail("holed", { evidence: { cuont: 1 } });
    // @ts-expect-error evidence is JSON
    fail("plain", { evidence: { at: new Date(0) } });
    // @ts-expect-error a reason that does not exist
    unknown("no idea", "keys");
    // @ts-expect-error a facet that was not declared
    unknown("denied", "reported");
    // @ts-expect-error unknown says what stands in the way
    unknown("denied");
    return resource.visitors.seen > 0 ? fail("holed", { evidence: { count: 1, all: [{ key: "a" }] } }) : pass();
  },
});

const pass = { messages: {}, evaluate: (_: unknown, tools: { pass: () => Verdict }) => tools.pass() };
// @ts-expect-error a facet that does not exist
void (() => defineCheck({ ...common, ...pass, id: "a/b", needs: ["nope"] }));
// @ts-expect-error a conditional facet may be moot, so it cannot be a need
void (() => defineCheck({ ...common, ...pass, id: "a/b", needs: ["keys"] }));
// @ts-expect-error options for a facet that takes none
void (() => defineCheck({ ...common, ...pass, id: "a/b", needs: ["door"], ask: () => ({ door: { sample: 1 } }) }));
// @ts-expect-error evaluate is synchronous
void (() => defineCheck({ ...common, id: "a/b", messages: {}, evaluate: async (_, tools) => tools.pass() }));

interface Thing {
  size: { metres: number } | null;
}
const facts = { type: "X", lists: [{ service: "s", operation: "o", action: "s:o" }], lifecycle: [], locate: () => [] } as const;
const size = z.object({ metres: z.number() }).nullable();
// @ts-expect-error the schema disagrees with the table
void ((): ResourceKind<Thing> => defineResource({ ...facts, facets: { size: { schema: z.object({ feet: z.number() }), changedBy: [] } } }));
// @ts-expect-error a facet of the table is not declared
void ((): ResourceKind<Thing> => defineResource({ ...facts, facets: {} }));
const waiting = { schema: size, changedBy: [], after: ["size"], moot: () => null } as const;
// @ts-expect-error a facet that is not conditional in the table has no `moot`
void ((): ResourceKind<Thing> => defineResource({ ...facts, facets: { size: waiting } }));

test("what no compiler sees is refused when it is loaded", () => {
  const twice = { needs: ["door"], mayNeed: ["door"] } as const;
  expect(() => defineCheck({ ...common, ...pass, id: "a/b", ...twice })).toThrow("both needs and may need door");
  expect(() => defineCheck({ ...common, ...pass, id: "a/b", coveredBy: "a/b" })).toThrow("covers itself");
});
