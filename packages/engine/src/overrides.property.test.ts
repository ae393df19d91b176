import type { Check, ResolvedCheck, Setting, Variant } from "@posture/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { watchesOf, watchOf } from "./enabled.ts";
import type { Judgement } from "./judging.ts";
import { recheck } from "./recheck.ts";
import { sweep } from "./sweep.ts";
import { ACCOUNT, doorOpen, type FakeDoor, House, refOf, set, unguarded, unlessCalled } from "./world.test.fixture.ts";

/*
 * Rules of any kind on doors of any kind. What a rule does to one door can be written out by hand, as a configuration without rules:
 * both must find the same. A second, naive reading of the rules writes it out.
 */

const RUNS = { numRuns: Number(process.env["POSTURE_PROPERTY_RUNS"] ?? 500), seed: 20261124 };
const CHECKS: readonly Check[] = [doorOpen, unguarded, unlessCalled];
const BASE_PARAMS = { name: "a" };
const SEEN = { first: "2026-01-01T00:00:00.000Z", baseline: true };

const value = fc.constantFrom("dev", "prod");
const door: fc.Arbitrary<FakeDoor> = fc.record({
  name: fc.constantFrom("a", "b", "c"),
  region: fc.constantFrom("eu-west-1", "us-east-1"),
  open: fc.boolean(),
  guard: fc.constantFrom(null, { awake: true }),
  tags: fc.record({ env: value, team: value }, { requiredKeys: [] }),
});
const doors = fc.uniqueArray(door, { minLength: 1, maxLength: 3, selector: ({ name }) => name });

interface Rule {
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
  readonly tags?: Readonly<Record<string, readonly string[]>>;
  readonly change: { enabled?: boolean; severity?: "low" | "high"; params?: { name: string } };
}
const values = fc.constantFrom<readonly string[]>(["dev"], ["prod"], ["dev", "prod"], ["*"]);
const rule: fc.Arbitrary<Rule> = fc.record(
  {
    accounts: fc.constantFrom<readonly string[]>(["111122223333"], ["444455556666"], ["444455556666", "111122223333"]),
    regions: fc.constantFrom<readonly string[]>(["eu-west-1"], ["us-east-1"]),
    tags: fc.dictionary(fc.constantFrom("env", "team"), values, { minKeys: 1, maxKeys: 2 }),
    change: fc.record(
      {
        enabled: fc.boolean(),
        severity: fc.constantFrom("low" as const, "high" as const),
        params: fc.record({ name: fc.constantFrom("a", "b") }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["change"] },
);
interface Configured {
  readonly enabled: boolean;
  readonly rules: readonly Rule[];
}
const configuration: fc.Arbitrary<readonly Configured[]> = fc.tuple(
  ...CHECKS.map(() => fc.record({ enabled: fc.boolean(), rules: fc.array(rule, { maxLength: 4 }) })),
);

function resolved(configured: readonly Configured[]): ResolvedCheck[] {
  return CHECKS.map((check, i) => {
    const { enabled = true, rules = [] } = configured[i] ?? {};
    const variants = rules.map(({ change, ...when }, at): Variant => ({ place: `overrides[${at}]`, when, change }));
    return set(check, { enabled, params: BASE_PARAMS, variants });
  });
}

/** The rules as a person would follow them with a finger. */
function byHand(check: Check, { enabled, rules }: Configured, { region, tags = {} }: FakeDoor): Setting {
  let setting: Setting = { enabled, severity: check.severity, params: BASE_PARAMS };
  for (const { accounts, regions, tags: asked, change } of rules) {
    if (accounts !== undefined && accounts.indexOf("111122223333") < 0) continue;
    if (regions !== undefined && regions.indexOf(region) < 0) continue;
    let fits = true;
    for (const [key, accepted] of Object.entries(asked ?? {})) {
      const own = tags[key];
      if (own === undefined || (accepted[0] !== "*" && accepted.indexOf(own) < 0)) fits = false;
    }
    if (fits)
      setting = {
        enabled: change.enabled ?? setting.enabled,
        severity: change.severity ?? setting.severity,
        params: change.params ?? setting.params,
      };
  }
  return setting;
}

async function sweptOf(house: House, checks: readonly ResolvedCheck[]): Promise<Judgement[]> {
  const judgements: Judgement[] = [];
  await sweep(
    { watches: watchesOf(checks, [house]), accounts: [ACCOUNT], seenOf: () => undefined, newcomer: SEEN },
    { now: house.now, emit: (it) => it.type === "judged" && judgements.push(...it.judgements) },
  );
  return judgements;
}
/** What people get to see of a judgement. Whether nothing is wrong or nothing applies is the same to a finding. */
function shown(judgement: Judgement | undefined): string {
  if (judgement === undefined) return "not judged";
  const { severity, outcome } = judgement;
  if (outcome.status === "pass" || outcome.status === "not-applicable") return "nothing";
  return outcome.status === "fail" ? `${severity} ${outcome.text} ${(outcome.notes ?? []).join()}` : outcome.status;
}
const about = (judgements: readonly Judgement[], it: FakeDoor, check: Check): Judgement | undefined =>
  judgements.find(({ ref, checkId }) => ref.name === it.name && checkId === check.id);

const houses = fc.record({
  primes: fc.boolean(),
  primesTags: fc.boolean(),
  reach: fc.constantFrom("global" as const, "regional" as const),
});

it("a sweep finds what it finds with the rules written out by hand, and so does a re-check", async () => {
  await fc.assert(
    fc.asyncProperty(doors, configuration, houses, async (world, configured, how) => {
      const checks = resolved(configured);
      const house = new House(world, how);
      const judgements = await sweptOf(house, checks);
      for (const it of world) {
        for (const [i, check] of CHECKS.entries()) {
          const setting = byHand(check, configured[i] ?? { enabled: true, rules: [] }, it);
          const [alone] = setting.enabled ? await sweptOf(new House([it], how), [set(check, setting)]) : [];
          const accepted = alone ? [shown(alone)] : ["not judged", "nothing"];
          expect(accepted).toContain(shown(about(judgements, it, check)));
          const asked = checks.filter((other) => other.check === check);
          const again = await recheck(watchOf(new House(world, how), checks), asked, refOf(it), SEEN, house.now);
          expect(accepted).toContain(shown(about(again, it, check)));
          // What a re-check judges besides is right, too.
          for (const other of CHECKS.filter((one) => about(again, it, one)))
            expect(shown(about(again, it, other))).toBe(shown(about(judgements, it, other)));
        }
      }
      const asksForTags = configured.some(({ rules }) => rules.some(({ tags }) => tags !== undefined));
      const tagReads = house.reads.filter((read) => read.startsWith("tags "));
      expect(new Set(tagReads).size).toBe(tagReads.length);
      if (!asksForTags || how.primesTags) expect(tagReads).toEqual([]);
    }),
    RUNS,
  );
});

it("without the tags, what is resolved or passes does so whatever they are, and what fails does so without the rules on them", async () => {
  await fc.assert(
    fc.asyncProperty(doors, configuration, async (world, configured) => {
      const house = new House(world);
      for (const { name } of world) house.spoilt.set(`tags ${name}`, "denied");
      const judgements = await sweptOf(house, resolved(configured));
      const withTags = await sweptOf(new House(world), resolved(configured));
      const untagged = configured.map(({ enabled, rules }) => ({ enabled, rules: rules.filter(({ tags }) => !tags) }));
      const without = await sweptOf(new House(world), resolved(untagged));
      for (const it of world) {
        for (const check of CHECKS) {
          const { outcome, severity } = about(judgements, it, check) ?? {};
          const truth = about(withTags, it, check)?.outcome.status;
          if (outcome?.status === "pass" || outcome?.status === "not-applicable") expect(truth).not.toBe("fail");
          if (outcome?.status !== "fail") continue;
          const plain = about(without, it, check);
          expect([plain?.outcome.status, plain?.severity]).toEqual(["fail", severity]);
        }
      }
    }),
    RUNS,
  );
});
