import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeConditions, nameOf } from "./document.ts";
import { duplicateKeyIn } from "./duplicate-key.ts";
import { parsePolicy } from "./parse.ts";
import { principals } from "./principals.ts";
import { conditionsOf, EVERYONE, statementOf } from "./samples.fixture.ts";

const DOCUMENT = {
  Version: "2012-10-17",
  Statement: [
    { ...EVERYONE, Sid: "a+b c", Condition: { Bool: { "aws:SecureTransport": true }, NumericLessThan: { "s3:TlsVersion": 1.2 } } },
  ],
};

const STATES = ["parsed", "unparsable", "too-complex"];

function many(count: number): unknown {
  return { Statement: Array.from({ length: count }, () => ({ Effect: "Deny", Action: "*" })) };
}

function kindsOf(rest: object): string[] {
  return principals(statementOf({ Effect: "Allow", Action: "a", ...rest })).map(({ kind }) => kind);
}

function nested(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}

describe("a policy", () => {
  it("reads the same as an object, as text and percent-encoded", () => {
    const text = JSON.stringify(DOCUMENT);
    expect(parsePolicy(DOCUMENT)).toMatchObject({ state: "parsed", statements: [{ sid: "a+b c", actions: ["s3:GetObject"] }] });
    expect(parsePolicy(text)).toEqual(parsePolicy(DOCUMENT));
    expect(parsePolicy(encodeURIComponent(text))).toEqual(parsePolicy(DOCUMENT));
  });
  it("never has its plus signs turned to spaces", () =>
    expect(parsePolicy(encodeURIComponent(JSON.stringify(DOCUMENT)).replaceAll("%2B", "+"))).toEqual(parsePolicy(DOCUMENT)));
  it("may have one statement that is no list", () =>
    expect(parsePolicy({ Statement: EVERYONE })).toEqual(parsePolicy({ Statement: [EVERYONE] })));
  it("without statements has none", () =>
    expect([parsePolicy({}), parsePolicy({ Statement: [] })]).toEqual([
      { state: "parsed", statements: [] },
      { state: "parsed", statements: [] },
    ]));
  it("writes truth values and numbers of conditions as text", () => {
    expect(parsePolicy(DOCUMENT)).toMatchObject({ statements: [{ conditions: [{ values: ["true"] }, { values: ["1.2"] }] }] });
  });
  it("is left as it was, and shares nothing with what was read", () => {
    const given = structuredClone(DOCUMENT);
    const actions = ["s3:GetObject"];
    const read = parsePolicy({ ...given, Statement: [{ ...EVERYONE, Action: actions }] });
    parsePolicy(given);
    expect(given).toEqual(DOCUMENT);
    actions.push("s3:PutObject");
    expect(read).toMatchObject({ statements: [{ actions: ["s3:GetObject"] }] });
  });
  it.each([
    ["", "an empty text"],
    ["{", "broken JSON"],
    ["%", "a broken encoding"],
    ["null", "null"],
    ["[]", "a list"],
    ['{"Statement":[null]}', "a statement that is null"],
    ['{"Statement":{"Effect":"allow","Action":"*"}}', "an Effect in lower case"],
    ['{"Statement":{"Effect":"Allow"}}', "no Action"],
    ['{"Statement":{"Effect":"Allow","Action":"a","NotAction":"b"}}', "Action and NotAction"],
    ['{"Statement":{"Effect":"Allow","Action":[1]}}', "an Action that is a number"],
    ['{"Statement":{"Effect":"Allow","Action":"a","action":"b"}}', "an element twice"],
    ['{"Statement":{"Effect":"Deny","Action":"a","Effect":"Allow"}}', "the very same element twice"],
    ['{"Statement":{"Effect":"Allow","Action":"a","Condition":{"Bool":{"k":"1","\\u006b":"2"}}}}', "a condition twice, once escaped"],
    [encodeURIComponent('{"Statement":[],"Statement":[]}'), "an element twice, percent-encoded"],
    ['{"Statement":{"Effect":"Allow","Action":"a","Condition":"x"}}', "a Condition that is text"],
    ['{"Statement":{"Effect":"Allow","Action":"a","Condition":{"Bool":{"k":null}}}}', "a condition value that is null"],
    ['{"Statement":{"Effect":"Allow","Action":"a","Principal":"*","NotPrincipal":"*"}}', "Principal and NotPrincipal"],
  ])("is unparsable: %s (%s)", (text) => expect(parsePolicy(text).state).toBe("unparsable"));

  it("is too complex when nested more than 64 deep", () => {
    expect(parsePolicy(`{"Version":${nested(63)}}`).state).toBe("parsed");
    expect(parsePolicy(`{"Version":${nested(64)}}`).state).toBe("too-complex");
    expect(parsePolicy(`{"Version":${nested(500_000)}}`).state).toBe("too-complex");
  });
  it("is too complex when it contains itself", () => {
    const circle: Record<string, unknown> = {};
    circle["Statement"] = circle;
    expect(parsePolicy(circle).state).toBe("too-complex");
  });
  it("is too complex when shared parts multiply", () => {
    let part: unknown = "x";
    for (let n = 0; n < 40; n += 1) part = [part, part];
    expect(parsePolicy({ Statement: part }).state).toBe("too-complex");
  });
  it("is too complex beyond 1 MB, as text and as an object", () => {
    expect(parsePolicy(" ".repeat(1_048_577)).state).toBe("too-complex");
    expect(parsePolicy({ Id: "x".repeat(1_048_577) }).state).toBe("too-complex");
  });
  it("is too complex beyond 10,000 statements", () => {
    expect(parsePolicy(many(10_000)).state).toBe("parsed");
    expect(parsePolicy(many(10_001)).state).toBe("too-complex");
  });
  it("cannot reach a prototype", () => {
    const text =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"Statement":{"Effect":"Allow","Action":"a","Principal":{"__proto__":"*"},"Condition":{"__proto__":{"__proto__":"x"}}}}';
    expect(parsePolicy(text)).toMatchObject({
      statements: [
        { principals: [{ type: "__proto__", value: "*" }], conditions: [{ operator: "__proto__", key: "__proto__", values: ["x"] }] },
      ],
    });
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
  it("of whatever shape is a value and never an exception", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (input) => {
        expect(STATES).toContain(parsePolicy(input).state);
      }),
      { seed: 4, numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(STATES).toContain(parsePolicy(`{"Statement":${text}}`).state);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
  it("has the same name in two objects, and in texts that look like one", () => {
    const text = '{"Id":"\\"Id\\":1,{","Statement":[{"Effect":"Allow","Action":"a","Sid":"Id"},{"Effect":"Allow","Action":["a","a"]}]}';
    expect(parsePolicy(text).state).toBe("parsed");
  });
  it("that says nothing twice is never refused for it", () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        expect(duplicateKeyIn(text)).toBeNull();
      }),
      { seed: 6, numRuns: 500 },
    );
  });
  it("names its statements and conditions for people", () => {
    expect([nameOf(statementOf(EVERYONE)), nameOf(statementOf({ ...EVERYONE, Sid: "Web" }))]).toEqual(["statement 1", 'statement "Web"']);
    expect(describeConditions(conditionsOf({ IpAddress: { "aws:SourceIp": ["1.2.3.4", "::1"] }, Bool: { k: true } }))).toBe(
      "IpAddress aws:SourceIp 1.2.3.4, ::1 and Bool k true",
    );
  });
});

describe("a principal", () => {
  it.each<[unknown, string]>([
    ["*", "anyone"],
    [["*"], "anyone"],
    [{ AWS: "*" }, "anyone"],
    [{ AWS: ["*"] }, "anyone"],
    [{ "*": "*" }, "anyone"],
    [{ AWS: "arn:aws:iam::*:root" }, "anyone"],
    [{ CanonicalUser: "*" }, "anyone"],
    [{ Service: "s?.amazonaws.com" }, "anyone"],
    [{ AWS: "111122223333" }, "account"],
    [{ AWS: "arn:aws-cn:iam::111122223333:root" }, "account"],
    [{ AWS: "arn:aws:iam::111122223333:user/a/b" }, "identity"],
    [{ AWS: "arn:aws:iam::111122223333:role/r" }, "identity"],
    [{ AWS: "arn:aws:sts::111122223333:assumed-role/r/s" }, "identity"],
    [{ AWS: "arn:aws:sts::111122223333:federated-user/f" }, "identity"],
    [{ AWS: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1" }, "fixed"],
    [{ AWS: "AROAEXAMPLEID" }, "orphan"],
    [{ AWS: "AIDAEXAMPLEID" }, "orphan"],
    [{ Service: "cloudfront.amazonaws.com" }, "service"],
    [{ Federated: "arn:aws:iam::111122223333:saml-provider/p" }, "saml"],
    [{ Federated: "arn:aws:iam::111122223333:oidc-provider/token.example.com" }, "oidc"],
    [{ Federated: "graph.facebook.com" }, "oidc"],
    [{ CanonicalUser: "a".repeat(64) }, "fixed"],
    [{ CanonicalUser: "short" }, "unrecognised"],
    [{ AWS: "bob" }, "unrecognised"],
    [{ AWS: "" }, "unrecognised"],
    [{ AWS: "arn:aws:iam::1111:root" }, "unrecognised"],
    [{ Other: "x" }, "unrecognised"],
  ])("%j is %s", (principal, kind) => expect(kindsOf({ Principal: principal })).toEqual([kind]));

  it("that is excepted from an Allow leaves everyone else", () =>
    expect(kindsOf({ NotPrincipal: { AWS: "111122223333" } })).toEqual(["anyone"]));
  it("that is excepted from a Deny leaves nobody of whom we are sure", () =>
    expect(kindsOf({ Effect: "Deny", NotPrincipal: { AWS: "111122223333" } })).toEqual([]));
  it("that is missing cannot be placed", () => expect(kindsOf({})).toEqual(["unrecognised"]));
  it("keeps the issuer of an OIDC provider", () => {
    const [who] = principals(
      statementOf({
        Effect: "Allow",
        Action: "a",
        Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A" },
      }),
    );
    expect(who).toMatchObject({ kind: "oidc", issuer: "oidc.example.com/id/A", bare: false });
  });
});
