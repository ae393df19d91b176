/* Documents made to hurt: policies of roles and of buckets, and trusts. */

export const allow = (more: object): string => JSON.stringify({ Statement: { Effect: "Allow", Action: "*", Resource: "*", ...more } });
const nested = `{"Statement":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
export const DOCUMENTS: Readonly<Record<string, string>> = {
  "nested-100000-deep": nested,
  "larger-than-1-MB": allow({ Sid: "s".repeat(1_100_000) }),
  "twice-the-same": '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}],"Statement":[]}',
  "broken-off": '{"Statement":[{"Effect":"Allow"',
  "500-wildcards": allow({ Action: `s3:${"*a".repeat(500)}` }),
  "as-an-object": allow({}),
};
