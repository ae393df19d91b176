import { policy } from "./given.fixture.ts";

/* Policies made to hurt: what each is, and its text. */

const EVERYONE = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/*" };
const NO_HTTP = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const HARMLESS = { Effect: "Allow", Principal: { AWS: "111122223333" }, Action: "s3:GetObject" };
const X = "x".repeat(4000);
/** Its star is tried at each place of a long text, and fails at the end of each. */
const SLOW = `s3:*${"x".repeat(2000)}y`;
const padded = (statement: object, bytes: number): string => {
  const text = policy({ Sid: "", ...statement });
  return text.replace('"Sid":""', `"Sid":"${"s".repeat(bytes - text.length)}"`);
};

/** Each of them lets everyone in. */
export const PUBLIC: readonly (readonly [what: string, text: string])[] = [
  ["as one object in the place of a list of statements", `{"Statement":${JSON.stringify(EVERYONE)}}`],
  ["in a document of 1 MB", padded(EVERYONE, 1_000_000)],
  ["as the last of 9,000 statements", policy(...Array.from({ length: 8999 }, () => HARMLESS), EVERYONE)],
  ["beside a pattern with 500 wildcards", policy(EVERYONE, { ...NO_HTTP, Action: `s3:${"*a".repeat(500)}` })],
  ["with an action of 500 wildcards", policy({ ...EVERYONE, Action: `s3:${"*e".repeat(500)}*` })],
  ["behind names that reach for a prototype", `{"__proto__":{"Statement":[]},"constructor":{},"Statement":${JSON.stringify([EVERYONE])}}`],
  ["under a name in three scripts and none", policy({ ...EVERYONE, Sid: "\u202Eגלוי\u0000公開🏳️‍🌈" })],
  ["with a resource that is as long as may be", policy({ ...EVERYONE, Resource: `arn:aws:s3:::logs/${"r".repeat(4000)}*` })],
];

/** None of them can be judged; why. */
export const BEYOND_JUDGING: readonly (readonly [what: string, text: string, reason: string])[] = [
  ["nested 100,000 deep", `{"Statement":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, "too-complex"],
  ["larger than 1 MB", padded(EVERYONE, 1_048_577), "too-complex"],
  ["of 20,000 statements", policy(...Array.from({ length: 20_000 }, () => NO_HTTP)), "too-complex"],
  ["with a pattern beyond any ARN", policy({ ...EVERYONE, Resource: "r".repeat(5000) }), "too-complex"],
  ["that says Statement twice", `{"Statement":[${JSON.stringify(EVERYONE)}],"Statement":[]}`, "malformed"],
  ["that says Effect twice", `{"Statement":[{"Effect":"Allow",${JSON.stringify(NO_HTTP).slice(1)}]}`, "malformed"],
  ["that breaks off", policy(EVERYONE).slice(0, -10), "malformed"],
  ["that is empty", "", "malformed"],
  ["that is a number", "5", "malformed"],
];

/** Its Deny would take more steps to weigh against its Allow than an evaluation may take. */
export const SLOW_TO_WEIGH: string = policy(
  { ...EVERYONE, Action: `s3:${X}` },
  { Effect: "Deny", Principal: "*", Action: SLOW, Resource: "*" },
);
