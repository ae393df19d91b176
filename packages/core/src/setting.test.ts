import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Check, defineCheck } from "./check.ts";
import type { Call } from "./facets.ts";
import { callsOf } from "./plan.ts";
import { defineResource, type ResourceKind } from "./resource.ts";
import { callsOfResolved, type Condition, type ResolvedCheck } from "./setting.ts";
import { thinWalls } from "./vault.test.fixture.ts";

interface Safe {
  open: boolean;
  tags: Readonly<Record<string, string>>;
}
const call = (operation: string): Call => ({ service: "bank", operation, action: `bank:${operation}` });
const safe: ResourceKind<Safe> = defineResource({
  type: "Test::Bank::Safe",
  lists: [call("ListSafes")],
  lifecycle: [],
  facets: {
    open: { schema: z.boolean(), read: [call("GetSafe")], changedBy: [] },
    tags: { schema: z.record(z.string(), z.string()), prime: [call("ListLabels")], read: [call("GetLabels")], changedBy: [] },
  },
  locate: () => [],
});
const safeOpen: Check = defineCheck({
  id: "bank/safe-open",
  title: "A safe stands open",
  risk: "Gold goes.",
  severity: "high",
  resource: safe,
  needs: ["open"],
  messages: { open: "{name} stands open." },
  remediation: { steps: ["Shut {name}."], docs: "https://docs.aws.amazon.com/" },
  evaluate: ({ open }, { pass, fail }) => (open ? fail("open") : pass()),
});

function given(check: Check, when?: Condition): ResolvedCheck {
  const variants = when ? [{ place: "overrides[0]", when, change: { enabled: false } }] : [];
  return { check, enabled: true, severity: check.severity, params: undefined, variants };
}
const operations = (...resolved: readonly ResolvedCheck[]): string[] => callsOfResolved(resolved).map(({ operation }) => operation);

describe("the calls of a configuration", () => {
  it("are those of its checks, without a rule on tags", () => {
    expect(callsOfResolved([given(safeOpen), given(thinWalls, { regions: ["eu-west-1"] })])).toEqual(callsOf([safeOpen, thinWalls]));
  });
  it("hold what brings the tags, by a listing or one by one, where a rule is about tags", () => {
    expect(operations(given(safeOpen, { tags: { env: ["dev"] } }))).toEqual(["ListSafes", "GetSafe", "ListLabels", "GetLabels"]);
  });
  it("hold nothing more for a rule on the tags of another kind, or of one that has none", () => {
    expect(operations(given(safeOpen), given(thinWalls, { tags: { env: ["dev"] } }))).toEqual([
      "ListSafes",
      "GetSafe",
      "ListVaults",
      "GetWalls",
    ]);
  });
});
