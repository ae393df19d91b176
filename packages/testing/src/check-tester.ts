import assert from "node:assert/strict";
import {
  type Check,
  facetOf,
  type Instant,
  judge,
  next,
  type Observation,
  type Observed,
  type Options,
  optionsOf,
  type Outcome,
  type Progress,
  type ResourceRef,
  type Seen,
  type UnknownReason,
  type Unreadable,
  wantedFacets,
} from "@posture/core";

/** Facet values; `null` or left out is absent, `unreadable("denied")` is unreadable. */
export type Given = Readonly<Record<string, unknown>>;
export interface Case {
  readonly given?: Given;
  readonly params?: unknown;
  readonly now?: Instant;
  readonly notes?: readonly string[];
}
export interface FailCase extends Case {
  readonly says: string;
  readonly covered?: true;
}
export interface UnknownCase extends Case {
  readonly reason: UnknownReason;
  readonly missing?: readonly string[];
}
export interface Table {
  readonly ref?: Partial<ResourceRef>;
  /** What every case is given unless it says otherwise. */
  readonly base?: Given;
  readonly pass: Readonly<Record<string, Case>>;
  readonly fail: Readonly<Record<string, FailCase>>;
  readonly notApplicable?: Readonly<Record<string, Case>>;
  readonly unknown?: Readonly<Record<string, UnknownCase>>;
}
/** Any test runner will do. */
export interface Runner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => void) => unknown;
}

export const NOW: Instant = "2026-01-01T00:00:00.000Z";
const REF = { arn: "arn:aws:example:::thing", name: "thing", accountId: "111122223333", region: "eu-west-1" };
const SEEN: Seen = { first: "2025-06-01T00:00:00.000Z", baseline: true };

export function unreadable(reason: UnknownReason): Unreadable {
  return { state: "unreadable", reason, asOf: NOW };
}

/** Reads as the engine would, in the order the plan gives, starting from what a listing brought. */
export function collect(
  check: Check,
  ref: ResourceRef,
  primed: Progress,
  answer: (facet: string) => Observed,
  options: Options = {},
): { readonly reads: string[]; readonly progress: Progress } {
  const reads: string[] = [];
  for (let step = next(check.resource, ref, [check], primed, NOW, options); ;) {
    if (step.read.length === 0) return { reads, progress: step.progress };
    reads.push(...step.read);
    step = next(check.resource, ref, [check], { ...step.progress, ...answers(step.read, answer) }, NOW, options);
  }
}
function answers(names: readonly string[], answer: (facet: string) => Observed): Progress {
  return Object.fromEntries(names.map((name): [string, Observed] => [name, answer(name)]));
}

export function checkTester(check: Check, table: Table, { describe, it }: Runner): void {
  const ref: ResourceRef = { ...REF, type: check.resource.type, ...table.ref };
  const used = new Set<string>();
  const watching: Check = { ...check, evaluate: (resource, tools) => check.evaluate(spy(deepFreeze(resource), used), tools) };

  function outcomeOf({ given, params, now = NOW }: Case, hidden: readonly string[] = []): Outcome {
    const values: Given = { ...table.base, ...given };
    const answer = (name: string): Observed => (hidden.includes(name) ? unreadable("denied") : observed(check, name, values[name]));
    const listed = wantedFacets(check.resource, [check]).filter((name) => facetOf(check.resource.facets, name).read.length === 0);
    const parsed = check.params?.parse(params ?? {});
    const options = optionsOf(check.resource, [{ check, params: parsed }]);
    const observe = (): Observation => ({
      ref,
      asOf: NOW,
      seen: SEEN,
      facets: collect(check, ref, answers(listed, answer), answer, options).progress,
    });
    for (const name of Object.keys(values)) facetOf(check.resource.facets, name);
    const outcome = judge(watching, observe(), { now, params: parsed });
    assert.deepEqual(judge(watching, observe(), { now, params: parsed }), outcome, "same input, same outcome");
    return outcome;
  }
  function sentences<C extends Case>(title: string, cases: Readonly<Record<string, C>> = {}, prove: (given: C) => void): void {
    if (Object.keys(cases).length === 0) return;
    describe(title, () => Object.entries(cases).forEach(([sentence, given]) => it(sentence, () => prove(given))));
  }

  describe(check.id, () => {
    sentences("passes when", table.pass, (given) => {
      const outcome = outcomeOf(given);
      assert.equal(outcome.status, "pass");
      if (given.notes) assert.deepEqual(outcome.notes, given.notes);
    });
    sentences("fails when", table.fail, (given) => {
      const outcome = outcomeOf(given);
      assert.ok(outcome.status === "fail", `was ${JSON.stringify(outcome)}`);
      assert.equal(outcome.text, given.says);
      assert.equal(outcome.covered ?? false, given.covered ?? false, "covered");
      if (given.notes) assert.deepEqual(outcome.notes, given.notes);
    });
    sentences("does not apply when", table.notApplicable, (given) => assert.equal(outcomeOf(given).status, "not-applicable"));
    sentences("is unknown when", table.unknown, (given) => {
      const outcome = outcomeOf(given);
      assert.ok(outcome.status === "unknown", `was ${JSON.stringify(outcome)}`);
      assert.equal(outcome.reason, given.reason);
      if (given.missing) assert.deepEqual(outcome.missing, given.missing);
    });
    describe("keeps the contract:", () => {
      it("has a passing and a failing case", () => assert.ok(Object.keys(table.pass).length > 0 && Object.keys(table.fail).length > 0));
      it("shows every message in a failing case", () => {
        const shown = Object.values(table.fail)
          .map((given) => outcomeOf(given))
          .map((o) => (o.status === "fail" ? o.messageId : ""));
        assert.deepEqual(new Set(shown), new Set(Object.keys(check.messages)));
      });
      it("leaves no hole in its words", () => {
        for (const given of Object.values(table.fail)) {
          const outcome = outcomeOf(given);
          if (outcome.status !== "fail") continue;
          const holes = (check.messages[outcome.messageId] ?? "").match(/\{\w+\}/g) ?? [];
          assert.deepEqual(
            holes.filter((hole) => outcome.text.includes(hole)),
            [],
          );
        }
      });
      it("survives that everything is absent which can be", () => {
        const { status, ...rest } = outcomeOf({ given: absentIn(check, table.base) });
        assert.ok(status !== "unknown" || !("reason" in rest) || rest.reason !== "plugin-error", `was ${JSON.stringify(rest)}`);
      });
      for (const name of check.needs)
        it(`is unknown when ${name} cannot be read`, () => {
          for (const given of Object.values<Case>({ ...table.pass, ...table.fail }))
            assert.equal(outcomeOf(given, [name]).status, "unknown");
        });
      for (const name of check.mayNeed) {
        it(`never passes what fails only because ${name} cannot be read`, () => {
          for (const given of Object.values({ ...table.fail, ...table.unknown }))
            assert.ok(["fail", "unknown"].includes(outcomeOf(given, [name]).status));
        });
      }
      it("uses every facet it declares", () =>
        assert.deepEqual(
          [...check.needs, ...check.mayNeed].filter((name) => !used.has(name)),
          [],
        ));
    });
  });
}

/** `null` for every facet of which AWS can say that there is none; the others are as in `base`, or unread. */
function absentIn(check: Check, base: Given = {}): Given {
  const facets = wantedFacets(check.resource, [check]).map((name): [string, unknown] => {
    if (facetOf(check.resource.facets, name).schema.safeParse(null).success) return [name, null];
    return [name, base[name] ?? unreadable("not-ready")];
  });
  return Object.fromEntries(facets);
}

function observed(check: Check, name: string, value: unknown): Observed {
  if (isUnreadable(value)) return value;
  const parsed = facetOf(check.resource.facets, name).schema.parse(value ?? null);
  return parsed === null ? { state: "absent", asOf: NOW } : { state: "known", value: parsed, asOf: NOW };
}
function isUnreadable(value: unknown): value is Unreadable {
  return typeof value === "object" && value !== null && "state" in value && value.state === "unreadable";
}

/** Notes which members are read; reading what was not declared is an error, also where no compiler looks. */
function spy<T extends object>(target: T, used: Set<string>): T {
  return new Proxy(target, {
    get(object, key, self): unknown {
      if (typeof key === "string" && !(key in object) && key !== "subResourceId") throw new Error(`"${key}" was read but is not declared`);
      used.add(String(key));
      return Reflect.get(object, key, self);
    },
  });
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === "object") for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
