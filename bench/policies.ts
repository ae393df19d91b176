/* What documents that were made to hurt cost one evaluation. Run: node --conditions=@posture/source bench/policies.ts */
import { type Check, judge, metered, MOST_STEPS, next, type Observed, optionsOf, type ResourceRef } from "../packages/core/src/index.ts";
import { roleTrustsAnyone, roleWildcardPolicy } from "../packages/plugin-iam/src/index.ts";
import { DEPLOY, inline } from "../packages/plugin-iam/src/given.fixture.ts";
import { LOGS, policy } from "../packages/plugin-s3/src/given.fixture.ts";
import { BEYOND_JUDGING, PUBLIC, SLOW_TO_WEIGH } from "../packages/plugin-s3/src/hostile.fixture.ts";
import { bucketHttpsNotEnforced, bucketPolicyPublic } from "../packages/plugin-s3/src/index.ts";
import { DOCUMENTS } from "../packages/runtime/src/hostile.test.fixture.ts";
import { keep, median } from "./common.ts";

const RUNS = 5;
const NOW = "2026-01-01T00:00:00.000Z";

interface Evaluation {
  readonly check: string;
  readonly document: string;
  readonly characters: number;
  /** In words, what came of it. */
  readonly run: () => string;
}
interface Cost {
  readonly check: string;
  readonly document: string;
  readonly characters: number;
  readonly outcome: string;
  readonly ms: number;
  readonly worstMs: number;
  readonly steps: number;
}

type Named = readonly [what: string, text: string, ...more: readonly string[]];

const many = (count: number, text: string): string[] => Array.from({ length: count }, () => text);
const allow = (more: object): object => ({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*", ...more });
const deny = (more: object): object => ({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*", ...more });

/** Each a way to use up the steps, or to spend time that may not be counted as one. */
const WORST: readonly Named[] = [
  ["a star that is tried at each place of a long action", SLOW_TO_WEIGH],
  [
    "the same with question marks, in resources",
    policy(allow({ Resource: "x".repeat(4000) }), deny({ Resource: `*${"?".repeat(1999)}y` })),
  ],
  ["20,000 short actions against as many Denied ones", policy(allow({ Action: many(20_000, "a") }), deny({ Action: many(20_000, "b") }))],
  [
    "4,000 Allows against 4,000 Denies",
    policy(...many(4000, "a").map((Action) => allow({ Action })), ...many(4000, "b").map((Action) => deny({ Action }))),
  ],
  [
    "30,000 resources against 30,000 with variables",
    policy(allow({ Resource: many(30_000, "b") }), deny({ Resource: [...many(30_000, "${a}"), "*"] })),
  ],
  [
    "400 actions on 400 resources against 5,000 Denies without actions",
    policy(
      allow({ Action: many(400, "a"), Resource: many(400, "b") }),
      ...many(5000, "x").map((NotAction) => deny({ Action: undefined, NotAction })),
      deny({}),
    ),
  ],
  ["200,000 actions", policy(allow({ Action: many(200_000, "a") }))],
];

const ofBuckets: readonly Named[] = [...PUBLIC, ...BEYOND_JUDGING, ...Object.entries(DOCUMENTS), ...WORST];
const ofRoles: readonly Named[] = [...Object.entries(DOCUMENTS), ...WORST];

const known = (value: unknown): Observed => ({ state: "known", value, asOf: NOW });

/** All that the document leaves open is absent. */
function facetsOf({ needs, mayNeed }: Check, given: Readonly<Record<string, Observed>>): Readonly<Record<string, Observed>> {
  const absent: Observed = { state: "absent", asOf: NOW };
  return Object.fromEntries([...needs, ...mayNeed].map((name) => [name, given[name] ?? absent]));
}

function judging(check: Check, ref: ResourceRef, [document, text]: Named, given: Readonly<Record<string, Observed>>): Evaluation {
  const observation = { ref, asOf: NOW, seen: { first: NOW, baseline: true }, facets: facetsOf(check, given) };
  const params = check.params?.parse({});
  const run = (): string => {
    const outcome = judge(check, observation, { now: NOW, params });
    return outcome.status === "unknown" ? `unknown: ${outcome.reason}` : outcome.status;
  };
  return { check: check.id, document, characters: text.length, run };
}

/** Whether AWS has to be asked if a policy is public follows from the policy. */
function planning(check: Check, [document, text]: Named): Evaluation {
  const options = optionsOf(check.resource, [{ check, params: check.params?.parse({}) }]);
  const { policyStatus: _, ...before } = facetsOf(check, { policy: known(text) });
  const run = (): string =>
    next(check.resource, LOGS, [check], before, NOW, options).read.length > 0 ? "AWS is asked" : "AWS is not asked";
  return { check: `${check.id}, what to read`, document, characters: text.length, run };
}

function costOf({ check, document, characters, run }: Evaluation): Cost {
  const runs = Array.from({ length: RUNS }, () => {
    const begun = performance.now();
    const { value, steps } = metered(run);
    return { ms: performance.now() - begun, outcome: value, steps };
  });
  const ms = runs.map((it) => it.ms);
  const { outcome, steps } = runs[0] ?? { outcome: "none", steps: 0 };
  return { check, document, characters, outcome, ms: rounded(median(ms)), worstMs: rounded(Math.max(...ms)), steps };
}
const rounded = (ms: number): number => Number(ms.toFixed(1));

const evaluations = [
  ...ofBuckets.flatMap((named) => [
    planning(bucketPolicyPublic, named),
    ...[bucketPolicyPublic, bucketHttpsNotEnforced].map((check) => judging(check, LOGS, named, { policy: known(named[1]) })),
  ]),
  ...ofRoles.flatMap((named) => {
    const given = { trust: known(named[1]), permissions: known(inline("p", named[1])) };
    return [roleTrustsAnyone, roleWildcardPolicy].map((check) => judging(check, DEPLOY, named, given));
  }),
];
const costs = evaluations.map(costOf).toSorted((a, b) => b.worstMs - a.worstMs);
keep("policies", {
  what: `one evaluation of each of ${costs.length} pairs of a question and a document made to hurt, parsing included; the slowest first. ms: median of ${RUNS}; worstMs: the longest of them, the first among them; steps: as counted against the ${MOST_STEPS.toLocaleString("en")} that an evaluation may take`,
  worstMs: Math.max(...costs.map(({ worstMs }) => worstMs)),
  mostSteps: Math.max(...costs.map(({ steps }) => steps)),
  costs,
});
