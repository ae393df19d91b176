import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AWS_PUBLIC_LIMITS } from "./address.ts";
import { outsideTrusts } from "./outside-trust.ts";
import { policyOf } from "./samples.fixture.ts";
import { openTrusts } from "./trust.ts";

/*
 * A second, slow implementation: AWS's own evaluation of one request, tried with every caller of a small world. Where it lets an
 * unknown caller in, the evaluators must have said so.
 */
type Block = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
interface Trust {
  readonly Effect: "Allow" | "Deny";
  readonly Principal: { readonly AWS: readonly string[] };
  readonly Action: string;
  readonly Condition: Block;
}
interface Caller {
  readonly account: string;
  readonly keys: Readonly<Record<string, string>>;
}

const STRANGER = "999999999999";
const VENDOR = "444455556666";

function holds(operator: string, key: string, values: readonly string[], { keys }: Caller): boolean {
  const actual = keys[key];
  if (operator === "Null") return values.some((value) => (value === "true") === (actual === undefined));
  const forAll = operator.startsWith("ForAllValues:");
  const plain = operator.replace("ForAllValues:", "").replace("ForAnyValue:", "").replace("IfExists", "");
  const isNegated = plain.includes("Not");
  if (actual === undefined) return forAll || isNegated || operator.endsWith("IfExists");
  const like = (value: string): boolean =>
    new RegExp(
      `^${value
        .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
        .replaceAll("*", ".*")
        .replaceAll("?", ".")}$`,
    ).test(actual);
  const met = values.some((value) => (plain.endsWith("Like") ? like(value) : value === actual));
  return isNegated ? !met : met;
}

function lets(statements: readonly Trust[], caller: Caller): boolean {
  const applies = ({ Principal, Action, Condition }: Trust): boolean =>
    Principal.AWS.some((who) => who === "*" || who === caller.account) &&
    ["*", "sts:*", "sts:AssumeRole"].includes(Action) &&
    Object.entries(Condition).every(([operator, block]) =>
      Object.entries(block).every(([key, values]) => holds(operator, key, values, caller)),
    );
  const applying = statements.filter(applies);
  return applying.some(({ Effect }) => Effect === "Allow") && !applying.some(({ Effect }) => Effect === "Deny");
}

function callersOf(account: string, externalIds: readonly (string | undefined)[]): Caller[] {
  const absent = undefined;
  return externalIds.flatMap((externalId) =>
    [absent, "o-stranger"].flatMap((organization) =>
      [absent, "true", "false"].flatMap((mfa) =>
        [absent, "ops", "x"].map((team) => {
          const keys = {
            "sts:ExternalId": externalId,
            "aws:PrincipalOrgID": organization,
            "aws:MultiFactorAuthPresent": mfa,
            "aws:PrincipalTag/team": team,
            "aws:PrincipalAccount": account,
          };
          const known = Object.entries(keys).flatMap(([key, value]): [string, string][] => (value === undefined ? [] : [[key, value]]));
          return { account, keys: Object.fromEntries(known) };
        }),
      ),
    ),
  );
}

const operator = fc.constantFrom(
  "StringEquals",
  "StringLike",
  "StringNotEquals",
  "StringNotLike",
  "StringEqualsIfExists",
  "StringNotEqualsIfExists",
  "ForAllValues:StringEquals",
  "ForAnyValue:StringLike",
  "Null",
  "Bool",
);
const key = fc.constantFrom(
  "sts:ExternalId",
  "aws:PrincipalOrgID",
  "aws:MultiFactorAuthPresent",
  "aws:PrincipalTag/team",
  "aws:PrincipalAccount",
);
const value = fc.constantFrom("x", "y", "*", "?", "tenant-*", "o-own", "o-*", "true", "false", VENDOR, "ops");
const block: fc.Arbitrary<Block> = fc.dictionary(
  operator,
  fc.dictionary(key, fc.array(value, { minLength: 1, maxLength: 2 }), { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
  { maxKeys: 2, noNullPrototype: true },
);
const statement: fc.Arbitrary<Trust> = fc.record({
  Effect: fc.constantFrom("Allow", "Allow", "Deny"),
  Principal: fc.record({ AWS: fc.subarray(["*", VENDOR, "111122223333"], { minLength: 1 }) }),
  Action: fc.constantFrom("*", "sts:*", "sts:AssumeRole", "sts:TagSession"),
  Condition: block,
});
const statements = fc.array(statement, { minLength: 1, maxLength: 3 });

const isOpen = (given: readonly Trust[]): boolean => openTrusts(policyOf(...given), AWS_PUBLIC_LIMITS, []).length > 0;
const isUnguarded = (given: readonly Trust[]): boolean =>
  outsideTrusts(policyOf(...given), ["111122223333"]).some(({ guard }) => guard === null);

describe("a trust policy", () => {
  it("that lets a stranger in is open", () => {
    const strangers = callersOf(STRANGER, [undefined, "x", "y", "z", "tenant-1"]);
    fc.assert(
      fc.property(statements, (given) => {
        fc.pre(strangers.some((caller) => lets(given, caller)));
        expect(isOpen(given)).toBe(true);
      }),
      { seed: 11, numRuns: 3000 },
    );
  });
  it("of one condition that is open lets a stranger in", () => {
    const strangers = callersOf(STRANGER, [
      undefined,
      "x",
      "y",
      "tenant-1",
      "*",
      "?",
      "tenant-*",
      "o-own",
      "o-*",
      "true",
      "false",
      VENDOR,
      "ops",
    ]);
    // Equality with a pattern is taken for open, since AWS's definition of public wants a fixed value whatever the operator.
    const plain = value.filter((text) => !/[*?]/.test(text) && text !== "y");
    const one = fc.record({ operator: fc.constantFrom("StringEquals", "StringNotEquals", "StringEqualsIfExists", "Null"), plain });
    fc.assert(
      fc.property(fc.constantFrom("sts:ExternalId", "aws:PrincipalOrgID"), one, (name, { operator: by, plain: text }) => {
        const truth = text === "true" ? "true" : "false";
        const given: Trust[] = [
          {
            Effect: "Allow",
            Principal: { AWS: ["*"] },
            Action: "sts:AssumeRole",
            Condition: { [by]: { [name]: [by === "Null" ? truth : text] } },
          },
        ];
        expect(isOpen(given)).toBe(strangers.some((caller) => lets(given, caller)));
      }),
      { seed: 12, numRuns: 300 },
    );
  });
  it("by which a vendor may come with no external id, or with any, is unguarded", () => {
    // Two ids that nobody wrote down: whoever is let in with both is let in with any.
    const [blank, first, second] = [[undefined], ["any-1"], ["other-2"]].map((ids) => callersOf(VENDOR, ids));
    const comes = (given: readonly Trust[], callers: readonly Caller[] = []): boolean =>
      callers.some((caller) => lets(given.map(withoutStar), caller));
    fc.assert(
      fc.property(statements, (given) => {
        fc.pre(comes(given, blank) || (comes(given, first) && comes(given, second)));
        expect(isUnguarded(given)).toBe(true);
      }),
      { seed: 13, numRuns: 3000 },
    );
  });
  it("of one condition that is unguarded lets a vendor in with none or with any", () => {
    fc.assert(
      fc.property(
        operator.filter((it) => it !== "Bool"),
        value.filter((text) => !/\w[*]/.test(text)),
        (by, text) => {
          const given: Trust[] = [
            {
              Effect: "Allow",
              Principal: { AWS: [VENDOR] },
              Action: "sts:AssumeRole",
              Condition: { [by]: { "sts:ExternalId": [by === "Null" ? "false" : text] } },
            },
          ];
          const comes = (id: string | undefined): boolean => callersOf(VENDOR, [id]).some((caller) => lets(given, caller));
          expect(isUnguarded(given)).toBe(comes(undefined) || (comes("1") && comes("2")));
        },
      ),
      { seed: 14, numRuns: 300 },
    );
  });
});

/** Whom everyone is let in by is the other evaluator's to say; a Deny for everyone also meets the vendor. */
function withoutStar(it: Trust): Trust {
  return it.Effect === "Allow" ? { ...it, Principal: { AWS: it.Principal.AWS.filter((who) => who !== "*") } } : it;
}
