import { z } from "zod";
import type { Check, CheckId } from "./check.ts";
import { defineCheck } from "./check.ts";
import type { Call, Conditional, Observed, Optioned } from "./facets.ts";
import type { Instant } from "./instant.ts";
import { defineResource, type ResourceKind, type ResourceRef } from "./resource.ts";

/* A kind with one facet of each sort, and checks on it. */

export const NOW: Instant = "2026-01-01T10:00:00.000Z";

export interface Vault {
  /** None: it has no door. */
  door: { locked: boolean } | null;
  /** Never absent. */
  walls: number;
  /** Only a vault whose door is locked has keys that matter. */
  keys: Conditional<readonly string[]>;
  /** Only a listing brings it, and it matters only where the keys are unknown. */
  reported: Conditional<readonly string[] | null>;
  visitors: Optioned<{ seen: number; total: number }, { readonly sample: number }>;
}

function call(operation: string): Call {
  return { service: "bank", operation, action: `bank:${operation}` };
}
const changed = (name: string): { source: string; name: string } => ({ source: "bank.amazonaws.com", name });

export const vault: ResourceKind<Vault> = defineResource({
  type: "Test::Bank::Vault",
  lists: [call("ListVaults")],
  lifecycle: [changed("CreateVault")],
  facets: {
    door: { schema: z.object({ locked: z.boolean() }).nullable(), read: [call("GetDoor")], changedBy: [changed("PutDoor")] },
    walls: { schema: z.int(), read: [call("GetWalls")], changedBy: [] },
    keys: {
      schema: z.array(z.string()),
      read: [call("ListKeys")],
      changedBy: [changed("CutKey")],
      after: ["door"],
      moot: (_, { door }) => (door === null ? "there is no door" : door?.locked === false ? "the door is open" : null),
    },
    reported: {
      schema: z.array(z.string()).nullable(),
      prime: [call("GetReport")],
      changedBy: [],
      after: ["keys"],
      moot: (_, { keys }) => (keys ? "the keys are known" : null),
    },
    visitors: {
      schema: z.object({ seen: z.int(), total: z.int() }),
      read: [call("ListVisitors")],
      changedBy: [],
      options: { default: { sample: 10 }, union: (a, b) => ({ sample: Math.max(a.sample, b.sample) }) },
    },
  },
  locate: ({ name, accountId, region, detail }) =>
    name === "CreateVault"
      ? [{ type: "Test::Bank::Vault", by: "account", value: accountId, accountId, region: null }]
      : [{ ...ref, name: z.object({ vault: z.string() }).parse(detail).vault, accountId, region }],
});

export const ref: ResourceRef = {
  type: "Test::Bank::Vault",
  arn: "arn:aws:bank:eu-west-1:111122223333:vault/gold",
  name: "gold",
  accountId: "111122223333",
  region: "eu-west-1",
};

interface Common {
  readonly title: string;
  readonly risk: string;
  readonly severity: "low";
  readonly resource: ResourceKind<Vault>;
  readonly messages: { readonly bad: "{name} is bad." };
  readonly remediation: { readonly steps: readonly string[]; readonly docs: string };
}
export const common: Common = {
  title: "A vault",
  risk: "Gold goes.",
  severity: "low",
  resource: vault,
  messages: { bad: "{name} is bad." },
  remediation: { steps: ["Mend {name}."], docs: "https://docs.aws.amazon.com/" },
};

/** Needs the door, and may need who holds keys. */
export const tooManyKeys: Check = defineCheck({
  ...common,
  id: "bank/too-many-keys",
  needs: ["door"],
  mayNeed: ["keys", "reported"],
  evaluate({ keys, reported }, { pass, fail, unknown }) {
    if (keys.state === "moot") return pass();
    if (keys.state === "known") return keys.value.length > 2 ? fail("bad") : pass();
    if (reported.state === "known") return reported.value.length > 2 ? fail("bad") : pass();
    return unknown(keys.reason, "keys");
  },
});

export const thinWalls: Check = defineCheck({
  ...common,
  id: "bank/thin-walls",
  needs: ["walls"],
  evaluate: ({ walls }, { pass, fail }) => (walls < 2 ? fail("bad") : pass()),
});

/** Asks for a sample of visitors. */
export const sampling = (id: CheckId, sample: number): Check =>
  defineCheck({
    ...common,
    id,
    needs: ["visitors"],
    ask: () => ({ visitors: { sample } }),
    evaluate: ({ visitors: { seen, total } }, { pass }) => pass({ coverage: { seen, total } }),
  });

export const known = (value: unknown, asOf: Instant = NOW): Observed => ({ state: "known", value, asOf });
export const absent: Observed = { state: "absent", asOf: NOW };
export const denied: Observed = { state: "unreadable", reason: "denied", asOf: NOW };
