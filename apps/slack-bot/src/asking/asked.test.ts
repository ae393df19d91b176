import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asked, type Known } from "./asked.ts";
import { MOST_TYPED } from "./words.ts";

const KNOWN: Known = {
  checks: [
    { id: "s3/bucket-acl-public", categories: ["s3"], frameworks: { "aws-fsbp": ["S3.2"] } },
    { id: "iam/access-key-old", categories: ["iam"], frameworks: { "cis-aws-foundations-3.0": ["1.14"] } },
    { id: "s3/bucket-encryption", categories: ["s3", "encryption"], frameworks: {} },
  ],
  accounts: ["111122223333"],
  regions: ["global", "eu-west-1", "us-east-1"],
  me: "U0ASKER00",
};
const EVERY = ["open", "covered", "suppressed", "resolved", "unmonitored", "retired"];

test.each([
  ["nothing asks for everything", "", {}],
  ["a severity", "critical", { severities: ["critical"] }],
  ["two of one kind", "critical high", { severities: ["critical", "high"] }],
  ["with a comma", "critical, high", { severities: ["critical", "high"] }],
  ["with “or” between them", "critical or high", { severities: ["critical", "high"] }],
  ["in any case, and in the plural", "Criticals", { severities: ["critical"] }],
  ["a sentence", "critical s3 in eu-west-1", { severities: ["critical"], categories: ["s3"], regions: ["eu-west-1"] }],
  ["a status", "open high iam", { statuses: ["open"], severities: ["high"], categories: ["iam"] }],
  ["what is suppressed", "suppressed findings", { statuses: ["suppressed"] }],
  ["every status", "all", { statuses: EVERY }],
  ["an account by its number", "high in account 111122223333", { severities: ["high"], accounts: ["111122223333"] }],
  ["a check by its id", "s3/bucket-acl-public", { checks: ["s3/bucket-acl-public"] }],
  [
    "keys",
    "severity=critical,high service=s3 region=eu-west-1",
    { severities: ["critical", "high"], categories: ["s3"], regions: ["eu-west-1"] },
  ],
  ["more keys", "account=111122223333 status=suppressed", { accounts: ["111122223333"], statuses: ["suppressed"] }],
  ["a key twice takes either", "service=s3 service=iam", { categories: ["s3", "iam"] }],
  ["keys and words together", "severity=high s3", { severities: ["high"], categories: ["s3"] }],
  ["every status by its key", "status=all", { statuses: EVERY }],
  ["a tag", "tag=env=prod", { tags: { env: ["prod"] } }],
  ["a tag of any value", "tag=env", { tags: { env: ["*"] } }],
  ["a tag as it was written", "tag=Cost=A=b", { tags: { Cost: ["A=b"] } }],
  ["two values of a tag", "tag=env=prod or tag=env=test", { tags: { env: ["prod", "test"] } }],
  ["a tag that is called like a part of every object", "tag=__proto__=x", { tags: Object.fromEntries([["__proto__", ["x"]]]) }],
  ["a text in quotes", 'text="debug access"', { text: "debug access" }],
  ["a text in the quotes of a telephone", "text=“debug access”", { text: "debug access" }],
  ["quotes alone are a text", 'high "debug access"', { severities: ["high"], text: "debug access" }],
  ["a tag in quotes", 'tag=owner="team one"', { tags: { owner: ["team one"] } }],
  ["a tag behind a quote", 'tag="owner=team one"', { tags: { owner: ["team one"] } }],
  ["what Slack has escaped", "text=a&amp;b&lt;c", { text: "a&b<c" }],
  ["whose they are, by a mention", "assignee=<@U024BE7LH>", { assignees: ["U024BE7LH"] }],
  ["by a mention alone", "critical <@U024BE7LH>", { severities: ["critical"], assignees: ["U024BE7LH"] }],
  ["by an id", "assignee=U024BE7LH", { assignees: ["U024BE7LH"] }],
  ["of several, or of nobody", "assignee=<@U024BE7LH>,none", { assignees: ["U024BE7LH", "none"] }],
  ["of either", "<@U024BE7LH> or <@U0ANA0000>", { assignees: ["U024BE7LH", "U0ANA0000"] }],
  ["one's own", "mine", { assignees: ["U0ASKER00"] }],
  ["one's own by its key", "assignee=me", { assignees: ["U0ASKER00"] }],
  ["nobody's", "unassigned", { assignees: ["none"] }],
  ["a framework", "framework=cis-3.0", { framework: "cis-aws-foundations-3.0" }],
])("understands %s", (_, typed, expected) => expect(asked(typed, KNOWN)).toEqual({ asked: expected }));

test.each([
  ["a misspelt severity", "crtical", "did you mean critical?"],
  ["a misspelt service by its key", "service=s33", "did you mean s3?"],
  ["a misspelt region", "eu-wset-1", "did you mean eu-west-1?"],
  ["a misspelt status by its key", "status=supressed", "did you mean suppressed?"],
  ["a misspelt key", "regoin=eu-west-1", "did you mean region?"],
  ["a misspelt check", "check=s3/bucket-acl-publik", "did you mean s3/bucket-acl-public?"],
  ["one wrong value of several", "severity=critical,hihg", "did you mean high?"],
  ["an account that nobody watches", "account=999999999999", "There is no account “999999999999”"],
  ["a word that turns the sentence round", "not critical", "does not know the word “not”"],
  ["another one", "s3 without encryption", "does not know the word “without”"],
  ["a word that could be a name", "debug-access", 'text="debug-access"'],
  ["a name that Slack did not make a mention of", "assignee=@ana", "names nobody: write me, none, @ and a name that Slack offers"],
  ["the same without its key", "@ana", "does not know the word “@ana”"],
  ["a channel", "assignee=#infra", "names nobody"],
  ["a key without a value", "severity=", "severity= needs a value"],
  ["a key alone", "tag env=prod", "tag= needs a value. Write for example tag=env=prod"],
  ["an empty text", 'text=""', "text= needs a value"],
  ["a tag without a key", "tag==prod", "has no key"],
  ["a tag without a value", "tag=env=", "has no value"],
  ["a comma too many", "severity=critical,", "comma"],
  ["a quote that is not closed", 'text="debug access', "A quote is open"],
  ["two texts", "text=a text=b", "Only one text"],
  ["two frameworks", "framework=fsbp framework=cis-3.0", "Only one framework"],
  ["an unknown framework", "framework=cis-9", "cis-3.0"],
  ["“or” between different kinds", "critical or s3", "“or” can only stand"],
  ["“or” between different tags", "tag=a=1 or tag=b=1", "“or” can only stand"],
  ["“or” at the end", "critical or", "“or” can only stand"],
  ["a key that is a part of every object", "constructor=x", "There is no filter “constructor”"],
  ["far too much", "s3 ".repeat(200), "too long"],
])("names %s and asks for nothing", (_, typed, words) => {
  const answer = asked(typed, KNOWN);
  expect("mistake" in answer ? answer.mistake : answer).toContain(words);
});

const good: fc.Arbitrary<string> = fc.constantFrom(
  "critical",
  "high",
  "s3",
  "iam",
  "encryption",
  "open",
  "suppressed",
  "eu-west-1",
  "global",
  "111122223333",
  "s3/bucket-acl-public",
  "in",
  "and",
  "severity=low",
  "service=iam,s3",
  "tag=env=prod",
  "region=us-east-1",
);
const FILLERS = new Set(["in", "and"]);

describe("whatever is typed", () => {
  test("never throws, and is understood or a mistake", () => {
    const scraps = fc.constantFrom("severity=", "tag=", "=", '"', "“", ",", "or", "text=", "__proto__=", "&lt;", "all", " ");
    const typed = fc.oneof(
      fc.string({ unit: "binary", maxLength: MOST_TYPED + 10 }),
      fc.array(fc.oneof(good, scraps, fc.string({ maxLength: 10 })), { maxLength: 20 }).map((words) => words.join(" ")),
      fc.array(fc.oneof(good, scraps), { maxLength: 20 }).map((words) => words.join("")),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const answer = asked(text, KNOWN);
        expect(Object.keys(answer)).toHaveLength(1);
        // Whatever is understood as no wish at all had no word that could have been one.
        if ("asked" in answer && Object.keys(answer.asked).length === 0)
          expect(
            text
              .toLowerCase()
              .replaceAll(/\b(?:and|in|of|on|the|with|findings?|checks?|severity|service|region|account|status)\b|[\s,]/g, ""),
          ).toBe("");
      }),
      { numRuns: 1000 },
    );
  });

  test("one word that is not known makes it a mistake that names it, wherever it stands", () => {
    const strange = fc.stringMatching(/^[a-z]{1,12}zq[a-z]{0,8}$/);
    fc.assert(
      fc.property(fc.array(good, { maxLength: 8 }), strange, fc.nat(8), (words, word, at) => {
        const typed = words.toSpliced(at, 0, word).join(" ");
        const answer = asked(typed, KNOWN);
        expect("mistake" in answer ? answer.mistake : "").toContain(word);
      }),
    );
  });

  test("each word that is known is in what is asked for, and nothing else is", () => {
    fc.assert(
      fc.property(fc.array(good, { maxLength: 12 }), (words) => {
        const answer = asked(words.join(" "), KNOWN);
        if (!("asked" in answer)) throw new Error(answer.mistake);
        const { tags, ...lists } = answer.asked;
        const said = new Set(Object.values(lists).flat());
        const wanted = words.flatMap((word) =>
          FILLERS.has(word) || word.startsWith("tag=") ? [] : (word.split("=").at(-1) ?? "").split(","),
        );
        expect(said).toEqual(new Set(wanted));
        expect(tags).toEqual(words.includes("tag=env=prod") ? { env: ["prod"] } : undefined);
      }),
    );
  });
});
