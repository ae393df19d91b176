import { EVENTS_OFF, type SuppressionListed } from "@posture/runtime";
import type { KnownBlock } from "@slack/types";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ACTION, decodePage, decodeShare, decodeSorted } from "../codec.ts";
import { ACCOUNT, AT, CHECK, listed, NOW, summaryOf } from "../finding.test.fixture.ts";
import type { Message } from "../slack/port.ts";
import { checksMessage, type ChecksModel } from "./checks.ts";
import { findingsMessage, type FindingsModel, noFindingsMessage } from "./findings.ts";
import { charactersOf, fitted, problemsOf } from "./limits.ts";
import { PAGE_SIZE, pageOf, pageWords } from "./pages.ts";
import { resourceMessage, type ResourceModel } from "./resource.ts";
import { statusMessage, type StatusModel } from "./status.ts";
import { suppressionsMessage, type SuppressionRow } from "./suppressions.ts";

const GAP = { reason: "denied", missing: ["ec2:DescribeSecurityGroups"], detail: "" } as const;
const INCOMPLETE = {
  accountId: ACCOUNT,
  region: "us-east-1",
  type: "AWS::EC2::SecurityGroup",
  state: "incomplete",
  listedAt: NOW,
  gap: GAP,
} as const;
const COMPLETE = { accountId: ACCOUNT, region: "global", type: "AWS::S3::Bucket", state: "complete", listedAt: NOW, seen: 16 } as const;
const UNSURE = summaryOf({ coverage: { complete: 2, total: 3, incomplete: [INCOMPLETE] } });
const accounts = [{ accountId: ACCOUNT, regions: ["us-east-1", "eu-west-1"], baseline: false }];
const SWEEP = { id: "sweep-1", begunAt: AT, finishedAt: NOW, accounts, coverage: [COMPLETE], undecided: [], unread: [], calls: 211 };

const ten = <T>(one: T): [T, ...T[]] => [one, ...Array.from({ length: 9 }, () => one)];
const found = (more: Partial<FindingsModel> = {}): FindingsModel => ({
  asked: { statuses: ["open"], severities: ["critical", "high"], tags: { env: ["prod"] } },
  typed: "critical or high tag=env=prod sort=age",
  sorted: { sort: "age", filter: "critical or high tag=env=prod" },
  page: pageOf(57, 2),
  findings: ten(listed("open", { severity: "high" })),
  now: NOW,
  ...more,
});
const ofChecks = (more: Partial<ChecksModel> = {}): ChecksModel => ({
  asked: { categories: ["s3"] },
  typed: "s3",
  page: pageOf(1, 1),
  rows: [{ check: CHECK, open: 3 }],
  ...more,
});
const ofResource = (more: Partial<ResourceModel> = {}): ResourceModel => ({
  arn: "arn:aws:s3:::exports",
  findings: [listed(), listed("suppressed", { checkId: "s3/other" }), listed("resolved", { checkId: "s3/third" })],
  total: 3,
  firstSeen: AT,
  scopes: [COMPLETE],
  undecided: [],
  now: NOW,
  ...more,
});
const ofStatus = (more: Partial<StatusModel> = {}): StatusModel => ({
  summary: summaryOf({ lastSweep: SWEEP }),
  trouble: null,
  unspoken: [],
  events: EVENTS_OFF,
  checks: 21,
  versions: { posture: "1.2.3", node: "26.0.0" },
  ...more,
});
function suppressionOf(more: Partial<SuppressionListed["suppression"]> = {}, rest: Partial<SuppressionListed> = {}): SuppressionListed {
  const { suppression } = listed("suppressed");
  if (!suppression) throw new Error("the fixture has no suppression");
  const bySeverity = { critical: 1, high: 0, medium: 0, low: 0 };
  return { suppression: { ...suppression, ...more }, id: "s-1", state: "in-force", hides: 1, bySeverity, tagsUnread: 0, ...rest };
}
const RULE = { scope: { rule: { checks: ["s3/bucket-acl-public"], tags: { env: ["test"] } } } };
const ROWS: readonly SuppressionRow[] = [
  { listed: suppressionOf({ approval: "waiting" }, { state: "waiting", hides: 0 }), about: listed() },
  { listed: suppressionOf(RULE, { hides: 12 }), about: null },
  { listed: suppressionOf({ scope: { rule: { sets: [] } }, expiresAt: "never" }, { state: "malformed", hides: 0 }), about: null },
];

test.each<[string, Message]>([
  ["a page of findings from the middle", findingsMessage(found())],
  [
    "the only page of findings, in every status",
    findingsMessage(found({ page: pageOf(2, 1), findings: [listed(), listed("suppressed")] })),
  ],
  ["no finding, where not everything was read", noFindingsMessage(found().asked, { ...UNSURE, lastSweep: SWEEP })],
  ["no finding, before the first sweep", noFindingsMessage(found().asked, summaryOf())],
  ["one check", checksMessage(ofChecks())],
  [
    "the first page of checks",
    checksMessage(ofChecks({ page: pageOf(21, 1), rows: Array.from({ length: 10 }, () => ({ check: CHECK, open: 0 })) })),
  ],
  ["no check", checksMessage(ofChecks({ page: pageOf(0, 1), rows: [] }))],
  ["suppressions", suppressionsMessage({ page: pageOf(3, 1), rows: ROWS })],
  ["no suppression", suppressionsMessage({ page: pageOf(0, 1), rows: [] })],
  ["a resource with findings", resourceMessage(ofResource())],
  ["a resource without findings, whose listing failed", resourceMessage(ofResource({ findings: [], total: 0, scopes: [INCOMPLETE] }))],
  ["a resource that nobody has seen", resourceMessage(ofResource({ findings: [], total: 0, firstSeen: null, scopes: [] }))],
  [
    "a resource that could not be decided",
    resourceMessage(ofResource({ undecided: [{ ...GAP, checkId: "s3/bucket-acl-public", ref: listed().finding.ref }] })),
  ],
  ["the status where all was read", statusMessage(ofStatus())],
  ["the status where something was not read", statusMessage(ofStatus({ summary: { ...UNSURE, lastSweep: SWEEP } }))],
  ["the status in trouble", statusMessage(ofStatus({ trouble: "the credentials have expired" }))],
  ["the status before the first sweep", statusMessage(ofStatus({ summary: summaryOf() }))],
])("%s", (_, message) => {
  expect(problemsOf(message.blocks)).toEqual([]);
  expect(message).toMatchSnapshot();
});

test("an empty list never says that all is well, and names what was not read", () => {
  const { text, blocks } = noFindingsMessage(found().asked, { ...UNSURE, lastSweep: SWEEP });
  expect(text).toBe("No finding matches: open · critical or high · tag env=prod.");
  expect(JSON.stringify(blocks)).toContain("missing ec2:DescribeSecurityGroups");
});
test("the status only says that everything was read where it was", () => {
  const titles = [ofStatus(), ofStatus({ trouble: "x" }), ofStatus({ summary: { ...UNSURE, lastSweep: SWEEP } })].map(
    (it) => statusMessage(it).text,
  );
  expect(titles).toEqual([
    "Posture status: everything was read.",
    ...Array.from({ length: 2 }, () => "Posture status: not everything is known."),
  ]);
});

describe("pages", () => {
  const labels = (message: Message): string[] =>
    message.blocks.flatMap((block) =>
      block.type === "actions"
        ? block.elements.flatMap((it) => (it.type === "button" && it.action_id !== ACTION.share ? [it.text.text] : []))
        : [],
    );

  test("lead to their neighbours, where there are any", () => {
    const onPage = (number: number): string[] => labels(findingsMessage(found({ page: pageOf(57, number) })));
    expect([onPage(1), onPage(2), onPage(6)]).toEqual([["Next"], ["Previous", "Next"], ["Previous"]]);
    expect(labels(findingsMessage(found({ page: pageOf(10, 1) })))).toEqual([]);
  });
  test("say where one is", () => {
    expect(pageWords(pageOf(57, 2))).toBe("11–20 of 57");
    expect(pageWords(pageOf(57, 6))).toBe("51–57 of 57");
    expect(pageWords(pageOf(1, 1))).toBe("1 of 1");
    expect(pageWords(pageOf(12_345, 1000))).toBe("9,991–10,000 of 12,345");
  });
  test("that have gone since are the last one", () => expect(pageOf(15, 9)).toEqual({ number: 2, pages: 2, from: 11, to: 15, total: 15 }));
  test("together are the whole list, each once", () => {
    fc.assert(
      fc.property(fc.nat(500), (total) => {
        const all = Array.from({ length: pageOf(total, 1).pages }, (_, i) => pageOf(total, i + 1));
        const listedNumbers = all.flatMap(({ from, to }) => Array.from({ length: total === 0 ? 0 : to - from + 1 }, (_, i) => from + i));
        expect(listedNumbers).toEqual(Array.from({ length: total }, (_, i) => i + 1));
        expect(all.every(({ from, to }) => to - from < PAGE_SIZE)).toBe(true);
      }),
    );
  });
  test("are carried by their buttons as they were typed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), fc.integer({ min: 2, max: 5 }), (typed, number) => {
        const short = typed.slice(0, 500);
        const blocks: readonly KnownBlock[] = findingsMessage(found({ typed: short, page: pageOf(57, number) })).blocks;
        const values = blocks.flatMap((it) =>
          it.type === "actions"
            ? it.elements.flatMap((e) => (e.type === "button" && e.action_id !== ACTION.share ? [decodePage(e.value)] : []))
            : [],
        );
        expect(values).toEqual([number - 1, number + 1].map((page) => ({ list: "findings", typed: short, page })));
      }),
    );
  });
  test.each([
    "",
    "v1:findings",
    "v1:findings:0:",
    "v1:findings:99999999:",
    "v1:secrets:1:",
    "v2:findings:1:",
    `v1:findings:1:${"x".repeat(501)}`,
  ])("are not made of %j, which no button of ours carries", (value) => expect(decodePage(value)).toBeNull());
});

describe("a list of findings", () => {
  const menuOf = ({ blocks }: Message): string | null => {
    const [actions] = blocks.filter((block) => block.type === "actions");
    return actions?.elements.some(({ type }) => type === "static_select") ? (actions.block_id ?? "") : null;
  };
  test("is a table, and says the same as a list where a workspace takes no tables", () => {
    const { blocks, plainer = [] } = findingsMessage(found({ findings: [listed(), listed("suppressed", { severity: "low" })] }));
    const typesOf = (all: readonly KnownBlock[]): readonly string[] => all.map(({ type }) => type);
    expect(typesOf(plainer)).toEqual(typesOf(blocks).map((type) => (type === "table" ? "rich_text" : type)));
    for (const words of [listed().id, "suppressed", "exports", "eu-west-1", "🔵"])
      for (const all of [blocks, plainer]) expect(JSON.stringify(all)).toContain(words);
    expect(problemsOf(blocks)).toEqual([]);
  });
  test("has two columns, which is what a telephone has room for, and says nothing of how long one has been suppressed", () => {
    const [table] = findingsMessage(found({ findings: [listed(), listed("suppressed")] })).blocks.filter(({ type }) => type === "table");
    if (table?.type !== "table") throw new Error("there is no table");
    expect(table.rows.map((row) => row.length)).toEqual([2, 2, 2]);
    const [, open, suppressed] = table.rows.map((row) => JSON.stringify(row));
    expect(open).toMatch(/"open for /);
    expect(suppressed).toMatch(/"suppressed, opened .* ago"/);
  });
  test("carries in its menu what it is of, so that any order of it can be chosen", () => {
    expect(decodeSorted(menuOf(findingsMessage(found())), "resource")).toEqual({
      list: "findings",
      page: 1,
      typed: "critical or high tag=env=prod sort=resource",
    });
    expect(decodeSorted(menuOf(findingsMessage(found())), "severity")?.typed).toBe("critical or high tag=env=prod");
    expect(decodeSorted("v1:findings:critical", "colour")).toBeNull();
    expect(decodeSorted("block-7", "age")).toBeNull();
  });
  test("has no menu where there is nothing to sort, or its filter is longer than a menu can carry", () => {
    const filter = `text="${"x".repeat(200)}"`;
    expect(menuOf(findingsMessage(found({ page: pageOf(1, 1), findings: [listed()] })))).toBeNull();
    expect(menuOf(findingsMessage(found({ typed: filter, sorted: { sort: "severity", filter } })))).toBeNull();
  });
  test("carries in its button which page of it is to be shared", () => {
    const values = findingsMessage(found()).blocks.flatMap((it) =>
      it.type === "actions"
        ? it.elements.flatMap((e) => (e.type === "button" && e.action_id === ACTION.share ? [decodeShare(e.value)] : []))
        : [],
    );
    expect(values).toEqual([{ word: "findings", page: 2, typed: found().typed }]);
    expect(decodeShare("v1:export:1:csv")).toBeNull();
  });
});

/** Names that hurt: control characters, joined emoji, mentions, markup, and far too long. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 4000, size: "max" }),
  fc.constantFrom("", "<!channel> *x* `y` <https://example.com|z>", "\u202Egnp.exe", "🏳️‍🌈".repeat(500), "&".repeat(3000)),
);

test("whatever names and texts there are, every answer fits Slack's limits and mentions nobody", () => {
  fc.assert(
    fc.property(text, text, text, (name, title, words) => {
      const it = listed("suppressed", {
        title,
        ref: { ...listed().finding.ref, name, arn: name },
        message: { id: "m", text: words, evidence: {}, notes: [] },
      });
      const check = { ...CHECK, title, risk: words, permissions: ten(words) };
      const undecided = ten({ ...GAP, missing: [], detail: words, checkId: title, ref: it.finding.ref });
      for (const message of [
        findingsMessage(found({ asked: { text: words, tags: { [name]: [title] } }, findings: ten(it) })),
        noFindingsMessage({ text: words }, summaryOf({ lastSweep: SWEEP })),
        checksMessage(ofChecks({ asked: { text: words }, rows: ten({ check, open: 1 }) })),
        suppressionsMessage({ page: pageOf(10, 1), rows: ten({ listed: suppressionOf({ justification: words }), about: it }) }),
        resourceMessage(
          ofResource({
            arn: name,
            findings: ten(it),
            undecided,
            scopes: ten({ ...INCOMPLETE, gap: { ...GAP, missing: [], detail: words } }),
          }),
        ),
        statusMessage(ofStatus({ trouble: words })),
      ]) {
        expect(problemsOf(message.blocks)).toEqual([]);
        const sent = fitted(message);
        expect(charactersOf(sent.blocks)).toBeLessThanOrEqual(12_000);
        expect(sent.text.length).toBeLessThanOrEqual(3000);
        expect(sent.text).not.toMatch(/<!|<@|<#|<http/);
      }
    }),
    { seed: 11, numRuns: 100, endOnFailure: true },
  );
});
