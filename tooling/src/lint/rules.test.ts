import { RuleTester } from "oxlint/plugins-dev";
import { describe, expect, it } from "vitest";
import { synonymsOf } from "./dictionary.ts";
import { missingIsMalformed } from "./missing-is-malformed.ts";
import { ofThisRepository, oneWordPerIdea, synonymsIn } from "./one-word-per-idea.ts";
import { purePackages } from "./pure-packages.ts";
import { shortFiles } from "./short-files.ts";

RuleTester.describe = describe;
RuleTester.it = it;
RuleTester.setDefaultConfig({ languageOptions: { parserOptions: { lang: "ts" } } });
const tester = new RuleTester();
const once = 1;

tester.run("what decides cannot reach outside", purePackages, {
  valid: [
    { name: "time is an argument", code: "export const later = (at: string) => new Date(Date.parse(at) + 1).toISOString();" },
    { name: "rounding", code: "export const n = (a: number) => Math.round(a);" },
    { name: "hashing is a function of its argument", code: 'import { createHash } from "node:crypto"; export const h = createHash;' },
    { name: "hashing in one go is too", code: 'import { hash } from "node:crypto"; export const h = hash;' },
    { name: "a word of our own may be called process", code: "export const f = (process: { env: string }) => process.env;" },
    { name: "a member may have the name of a global", code: "export const f = (host: { fetch(): void }) => host.fetch();" },
    { name: "other packages are edges.ts's concern", code: 'import { z } from "zod"; export const a = z;' },
  ],
  invalid: [
    { name: "the clock by Date.now", code: "export const at = Date.now();", errors: once },
    { name: "the clock by new Date()", code: "export const at = new Date();", errors: once },
    { name: "the clock by Date()", code: "export const at = Date();", errors: once },
    { name: "the clock under another name", code: "const { now } = Date; export const at = now();", errors: once },
    { name: "chance by a computed name", code: 'export const n = Math["random"]();', errors: once },
    { name: "the monotonic clock", code: "export const at = performance.now();", errors: once },
    { name: "chance", code: "export const n = Math.random();", errors: once },
    {
      name: "chance from crypto",
      code: 'import { createHash, randomUUID } from "node:crypto"; export const a = [createHash, randomUUID];',
      errors: once,
    },
    { name: "all of crypto", code: 'import * as crypto from "node:crypto"; export const a = crypto;', errors: once },
    { name: "the process", code: "export const env = process.env;", errors: once },
    { name: "the file system", code: 'import { readFileSync } from "node:fs"; export const a = readFileSync;', errors: once },
    { name: "the network", code: 'export const a = () => fetch("https://example.com");', errors: once },
    { name: "waiting", code: "setTimeout(() => {}, 1);", errors: once },
    { name: "anything that is loaded later", code: 'export const a = () => import("node:fs");', errors: once },
  ],
});

tester.run("a missing SDK member is malformed", missingIsMalformed, {
  valid: [
    { name: "it is told apart", code: "export const f = (a: any) => present(a.Buckets, 'Buckets');" },
    { name: "our own list may be empty", code: "export const f = (a: any) => a.buckets ?? [];" },
    { name: "another default than an empty list", code: "export const f = (a: any) => a.Owner ?? null;" },
  ],
  invalid: [
    { name: "by ??", code: "export const f = (a: any) => a.Buckets ?? [];", errors: once },
    { name: "by ?? after a chain", code: "export const f = (a: any) => a?.Reply.Buckets ?? [];", errors: once },
    { name: "by ||", code: "export const f = (a: any) => a.Buckets || [];", errors: once },
    { name: "by a quoted name", code: 'export const f = (a: any) => a["Buckets"] ?? [];', errors: once },
    { name: "by a default of a pattern", code: "export const f = ({ Buckets = [] }: any) => Buckets;", errors: once },
    { name: "after taking it out", code: "export const f = ({ Buckets }: any) => Buckets ?? [];", errors: once },
  ],
});

const line = "export {};\n";
tester.run("a long file says why", shortFiles, {
  valid: [
    { name: "300 lines", code: line.repeat(300) },
    { name: "a reason in the first line", code: `// long: one table, read from top to bottom\n${line.repeat(400)}` },
  ],
  invalid: [
    { name: "301 lines", code: line.repeat(301), errors: once },
    { name: "a first line without a reason", code: `// long:\n${line.repeat(300)}`, errors: once },
  ],
});

const dictionary = `
| word | means |
| --- | --- |
| suppress | hide until an instant |

| never | instead |
| --- | --- |
| mute, snooze | suppress |
| "false alarm" | finding (of a check) |

After the table.
`;
const words = synonymsOf(dictionary);

tester.run(
  "people read one word per idea",
  oneWordPerIdea(() => words),
  {
    valid: [
      { name: "the word itself", code: 'export const label = "Suppress";' },
      { name: "an id is not for people", code: 'export const action = "mute";' },
      { name: "a path is not for people", code: 'import { a } from "./Mute all.ts"; export const b = a;' },
      { name: "a key is not for people", code: 'export const a = { "Mute it": 1 };' },
      { name: "a word that only contains one", code: 'export const a = "Commute to the office";' },
      { name: "code that is quoted", code: 'export const a = "Run `posture mute` no more";' },
      { name: "the name of a command", code: 'export const a = "posture mute all of them";' },
    ],
    invalid: [
      { name: "a label", code: 'export const label = "Mute";', errors: once },
      { name: "a sentence", code: 'export const text = "you may snooze it for a day";', errors: once },
      { name: "a template", code: "export const text = (n: number) => `${n} mutes end today`;", errors: once },
      { name: "two words", code: 'export const text = "It was a false alarm.";', errors: once },
    ],
  },
);

describe("the dictionary", () => {
  it("gives every word of its second table", () =>
    expect(words.map(({ never, instead }) => [never, instead])).toEqual([
      ["mute", "suppress"],
      ["snooze", "suppress"],
      ["false alarm", "finding (of a check)"],
    ]));
  it("is refused without that table", () => expect(() => synonymsOf("# Words\n")).toThrow("no table"));
  it("finds every synonym of a sentence, in the repository's own words", () => {
    const own = ofThisRepository()();
    expect(synonymsIn("The scan muted 3 violations.", own).map(({ instead }) => instead)).toEqual(["finding", "sweep", "suppressed"]);
    expect(synonymsIn("The sweep suppressed 3 findings; `posture scan` is its command.", own)).toEqual([]);
  });
  it("never gives a word that it forbids", () => {
    const own = ofThisRepository()();
    expect(own.length).toBeGreaterThan(50);
    expect(own.flatMap(({ instead }) => synonymsIn(instead, own))).toEqual([]);
    expect(new Set(own.map(({ never }) => never)).size).toBe(own.length);
  });
  it("finds every synonym of a sentence", () => expect(synonymsIn("Mute or snooze?", words)).toHaveLength(2));
});
