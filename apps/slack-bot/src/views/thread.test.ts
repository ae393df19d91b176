import { SYSTEM } from "@posture/core";
import { describe, expect, test } from "vitest";
import { AT, CHECK, listed, modelOf, NOW } from "../finding.test.fixture.ts";
import type { Line } from "../outbox/lines.ts";
import { findingMessage } from "./finding.ts";
import { groupMessage } from "./group.ts";
import { problemsOf } from "./limits.ts";
import { guideMessage, linesMessage } from "./thread.ts";

const lineOf = (more: Partial<Line>): Line => ({
  at: AT,
  did: "resolved",
  by: SYSTEM,
  source: "sweep",
  why: null,
  from: null,
  to: null,
  until: null,
  tells: null,
  ...more,
});
const ANA = { kind: "user", id: "U0ANA", via: "slack" } as const;
const names = new Map([["U0ANA", "Ana"]]);
const model = (lines: readonly Line[]) => ({ lines, owner: null, names, mayRepeat: false });
const mentions = (message: { readonly blocks: readonly unknown[] }): readonly string[] =>
  JSON.stringify(message.blocks).match(/"(user|usergroup)_id":"\w+"/g) ?? [];

describe("the first reply", () => {
  test("has the steps for this resource, AWS's page, and the evidence as JSON", () => {
    const { finding } = listed();
    const shown = JSON.stringify(guideMessage({ finding, check: CHECK, mayRepeat: false }).blocks);
    expect(shown).toContain("Open the bucket exports.");
    expect(shown).toContain("https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html");
    expect(shown).toContain(String.raw`\"permissions\": \"READ\"`);
  });
  test("is taken by Slack however much evidence there is, and shows to the letter what AWS gave", () => {
    const evidence = { who: "<!channel> <@U0ANA> *x*", rules: Array.from({ length: 900 }, (_, i) => `rule-${i}\u202e`) };
    const { finding } = listed("open", { message: { id: "public", text: "", evidence, notes: [] } });
    const message = guideMessage({ finding, check: CHECK, mayRepeat: true });
    expect(problemsOf(message.blocks)).toEqual([]);
    const [, preformatted] = message.blocks.flatMap((block) => (block.type === "rich_text" ? block.elements : [])).slice(-2);
    expect(preformatted?.type).toBe("rich_text_preformatted");
    expect(JSON.stringify(preformatted)).toContain("<!channel> <@U0ANA> *x*");
    expect(JSON.stringify(preformatted)).not.toContain("\u202e");
    expect(mentions(message)).toEqual([]);
  });
  test("shows the evidence also where its check is not loaded any more", () => {
    const message = guideMessage({ finding: listed().finding, check: undefined, mayRepeat: false });
    expect(JSON.stringify(message.blocks)).not.toContain("To fix it");
    expect(JSON.stringify(message.blocks)).toContain("READ");
  });
});

const AFTER = { name: "RevokeSecurityGroupIngress", at: AT, by: "arn:aws:sts::111122223333:assumed-role/Admin/ana@example.com" };
const ofEvent = (more: Partial<Line>): Line => lineOf({ source: "event", why: "pass", after: AFTER, ...more });
describe("a line about a change in AWS", () => {
  const said = (it: Line, callers?: ReadonlyMap<string, string>): string =>
    linesMessage({ ...model([it]), ...(callers && { callers }) }).text;
  test("says which call it was, and by whom", () => {
    expect(said(ofEvent({}))).toMatch(/^After RevokeSecurityGroupIngress by ana@example\.com: resolved\. It was proved/);
    expect(said(ofEvent({ did: "reopened", why: "It is open." }))).toMatch(
      /^After RevokeSecurityGroupIngress by ana@example\.com: reopened/,
    );
  });
  test("says when it was, where that was not just before", () => {
    const after = { ...AFTER, at: "2020-01-01T00:00:00.000Z" };
    expect(said(ofEvent({ after }))).toMatch(/^After RevokeSecurityGroupIngress by ana@example\.com, .+: resolved\./);
  });
  test("says nothing of who, where CloudTrail does not", () => {
    expect(said(ofEvent({ after: { ...AFTER, by: null } }))).toMatch(/^After RevokeSecurityGroupIngress: resolved/);
  });
  test("names a person of the workspace, and calls nobody", () => {
    const message = linesMessage({ ...model([ofEvent({})]), callers: new Map([[AFTER.by, "Ana Silva"]]) });
    expect(message.text).toContain("by Ana Silva: resolved");
    expect(mentions(message)).toEqual([]);
  });
  test("of a re-check that a person asked for goes on saying who asked", () => {
    expect(said(ofEvent({ source: "re-check", by: ANA }))).toMatch(/^Re-check, asked for by Ana: resolved/);
  });
  test("without a known call says where it was learnt", () => {
    expect(said(lineOf({ source: "event", why: "pass" }))).toMatch(/^Change event: resolved/);
  });
});

describe("a line", () => {
  test.each([
    [lineOf({ why: "gone" }), "Sweep: resolved. AWS says that the resource is gone."],
    [
      lineOf({ why: "pass", source: "re-check", by: ANA }),
      "Re-check, asked for by Ana: resolved. It was proved that nothing is wrong any more.",
    ],
    [lineOf({ did: "reopened", source: "event", why: "It is open again." }), "Change event: reopened: It is open again."],
    [lineOf({ did: "severity-changed", from: "high", to: "critical" }), "Sweep: severity is critical now, and was high."],
    [
      lineOf({ did: "went-stale", why: "missing s3:GetBucketAcl" }),
      "Sweep: could not be read: missing s3:GetBucketAcl. Nothing is known to have changed.",
    ],
    [lineOf({ did: "assigned", by: { ...ANA, id: "U0BEN" }, source: "slack", to: "U0ANA" }), "somebody in Slack: assigned it to Ana."],
    [lineOf({ did: "unassigned", by: ANA, source: "slack", from: "U0XXX" }), "Ana in Slack: it is no longer assigned to U0XXX."],
    [lineOf({ did: "suppression-lifted", by: ANA, source: "slack" }), "Ana in Slack: lifted the suppression."],
    [
      lineOf({ did: "suppressed", by: { kind: "user", id: "arn:aws:iam::1:user/b", via: "cli" }, source: "cli", why: "A reason." }),
      "arn:aws:iam::1:user/b on a command line: suppressed: A reason.",
    ],
    [lineOf({ did: "suppressed", by: { ...ANA, id: "U0XXX" }, source: "slack" }), "somebody in Slack: suppressed."],
  ])("of %o", (line, expected) => {
    const { text, blocks } = linesMessage(model([line]));
    expect(text.replace(/^.*? UTC · /, "")).toBe(expected);
    expect(problemsOf(blocks)).toEqual([]);
  });
  test("calls nobody by name, and whom it concerns by mention", () => {
    const own = lineOf({ did: "suppressed", by: ANA, source: "slack", why: "<@U0BEN> said so" });
    expect(mentions(linesMessage(model([own])))).toEqual([]);
    const theirs = lineOf({ did: "suppression-declined", by: ANA, source: "slack", tells: "U0BEN" });
    expect(mentions(linesMessage(model([theirs])))).toEqual(['"user_id":"U0BEN"']);
  });
  test("of several that waited says how many, and since when", () => {
    const { blocks } = linesMessage(
      model([lineOf({ why: "pass" }), lineOf({ did: "reopened" }), lineOf({ did: "readable-again", at: NOW })]),
    );
    expect(JSON.stringify(blocks)).toContain("3 changes since ");
  });
  test("may be ten times as long as can be, and Slack takes it", () => {
    const long = lineOf({ did: "evidence-changed", from: "<".repeat(400), to: ">".repeat(400) });
    expect(problemsOf(linesMessage({ ...model(Array.from({ length: 10 }, () => long)), owner: "S0TEAM", mayRepeat: true }).blocks)).toEqual(
      [],
    );
  });
});

describe("an owner", () => {
  test("is mentioned by an element of its own: a person, or a group", () => {
    expect(mentions(findingMessage(modelOf(listed(), { owner: "U0ANA" })))).toEqual(['"user_id":"U0ANA"']);
    expect(mentions(findingMessage(modelOf(listed(), { owner: "S0TEAM" })))).toEqual(['"usergroup_id":"S0TEAM"']);
    expect(mentions(findingMessage(modelOf(listed())))).toEqual([]);
  });
  test("is mentioned once by a message that several findings share", () => {
    const group = { title: "Bucket", accountId: null, members: [listed(), listed()], owners: ["S0TEAM", "U0BEN"], mayRepeat: false };
    expect(mentions(groupMessage(group))).toEqual(['"usergroup_id":"S0TEAM"', '"user_id":"U0BEN"']);
  });
});

describe("a message that another goes on from", () => {
  test.each([
    ["reopening", "🔁 Reopened · ", "It was resolved, and failed again"],
    ["lapse", "🔁 Open again · ", "It was suppressed until the suppression ended by time."],
  ] as const)("after a %s says so, links to it, and has nothing to press", (after, head, why) => {
    const { text, blocks } = findingMessage(modelOf(listed(), { next: { url: "https://example.com/p1", after } }));
    expect(text.startsWith(head)).toBe(true);
    expect(JSON.stringify(blocks)).toContain(why);
    expect(JSON.stringify(blocks)).toContain("https://example.com/p1");
    expect(blocks.some(({ type }) => type === "actions")).toBe(false);
  });
  test("says that it goes on once that is told: by night it may be over before", () => {
    const { blocks } = findingMessage(modelOf(listed(), { next: { url: null, after: "lapse" } }));
    expect(JSON.stringify(blocks)).toContain("Once that is told, a new message goes on from here.");
  });
});

describe("a finding whose suppression has lapsed", () => {
  const lapsed = { by: { kind: "user", id: "U0ANA", via: "slack" }, until: NOW, why: "Accepted risk: a *jump host*" } as const;
  test("says who had it suppressed, until when, and why, to the letter, and links to the earlier message", () => {
    const { blocks } = findingMessage(modelOf(listed(), { lapsed, follows: "https://example.com/p0" }));
    const [said] = blocks.map((it) => JSON.stringify(it)).filter((it) => it.includes("It was suppressed by "));
    expect(said).toContain('"user_id":"U0ANA"');
    expect(said).toContain('{"type":"text","text":"Accepted risk: a *jump host*","style":{"italic":true}}');
    expect(said).toContain("https://example.com/p0");
    expect(JSON.stringify(blocks)).not.toContain("It was resolved before");
  });
  test("is counted among those that share a message", () => {
    const said = (hidden: readonly boolean[]): string =>
      JSON.stringify(
        groupMessage({
          title: "Bucket",
          accountId: null,
          members: hidden.map((wasHidden) => ({ ...listed(), wasHidden })),
          owners: [],
          mayRepeat: false,
        }),
      );
    expect(said([true, true])).toContain("They were suppressed before, and time has ended that.");
    expect(said([true, false])).toContain("1 of them was suppressed before");
    expect(said([false, false])).not.toContain("suppressed before");
  });
});
