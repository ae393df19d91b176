import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Check, defineCheck } from "./check.ts";
import type { Call, EventName } from "./facets.ts";
import { affectedBy, callsOf, permissionsOf } from "./plan.ts";
import { defineResource, type ResourceKind } from "./resource.ts";
import { asRead, type Condition, type ResolvedCheck } from "./setting.ts";
import { ref, thinWalls } from "./vault.test.fixture.ts";

interface Safe {
  open: boolean;
  tags: Readonly<Record<string, string>>;
}
const call = (operation: string): Call => ({ service: "bank", operation, action: `bank:${operation}` });
const labelled: EventName = { source: "bank.amazonaws.com", name: "PutLabels" };
const safe: ResourceKind<Safe> = defineResource({
  type: "Test::Bank::Safe",
  lists: [call("ListSafes")],
  lifecycle: [],
  facets: {
    open: { schema: z.boolean(), read: [call("GetSafe")], changedBy: [] },
    tags: { schema: z.record(z.string(), z.string()), prime: [call("ListLabels")], read: [call("GetLabels")], changedBy: [labelled] },
  },
  locate: () => [ref],
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
const inDev: Condition = { tags: { env: ["dev"] } };

describe("what is read for a check", () => {
  it("is what it asks for, without a rule on tags", () => {
    expect([given(safeOpen), given(safeOpen, { regions: ["eu-west-1"] })].map(asRead)).toEqual([safeOpen, safeOpen]);
  });
  it("holds the tags where a rule is about them: in calls, permissions and events", () => {
    const check = asRead(given(safeOpen, inDev));
    expect(callsOf([check]).map(({ operation }) => operation)).toEqual(["ListSafes", "GetSafe", "ListLabels", "GetLabels"]);
    expect(permissionsOf([check])).toEqual(["bank:GetLabels", "bank:GetSafe", "bank:ListLabels", "bank:ListSafes"]);
    const event = {
      source: "bank.amazonaws.com",
      name: "PutLabels",
      partition: "aws",
      accountId: ref.accountId,
      region: ref.region,
      detail: {},
    };
    expect(affectedBy(event, [check])).toMatchObject([{ checks: ["bank/safe-open"], targets: [ref] }]);
    expect(affectedBy(event, [safeOpen])).toEqual([]);
  });
  it("holds no tags of a kind that has none", () => {
    expect(asRead(given(thinWalls, inDev))).toBe(thinWalls);
  });
});
