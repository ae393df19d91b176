import { TARGETS } from "@posture/config";
import { memoryStore, type SweepRecord } from "@posture/core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Summary } from "../posture.ts";
import { summaryOf } from "../summary.ts";
import { credentialsPoint, trialPoint } from "./aws.ts";
import { clockPoint, nodePoint } from "./here.ts";
import { slackScopes } from "../slack-app/methods.ts";
import { factsPoint, type SlackFacts } from "./slack.ts";
import { absentPoint, presentPoint, type StoreFacts } from "./store.ts";

const SWEEP: SweepRecord = {
  id: "s",
  begunAt: "2026-01-01T20:00:00.000Z",
  finishedAt: "2026-01-01T21:00:00.000Z",
  accounts: [{ accountId: "111122223333", regions: ["eu-west-1"], baseline: true }],
  coverage: [],
  undecided: [],
  unread: [],
  calls: 1,
};

/* What doctor makes of what it saw. How it sees is tested with the command itself. */

describe("Node.js", () => {
  it.each([
    ["24.10.9", "wrong"],
    ["24.11.0", "good"],
    ["25.0.0", "good"],
    ["22.20.0", "wrong"],
  ])("%s is %s", (version, state) => expect(nodePoint(version)).toMatchObject({ state, says: expect.stringContaining(version) }));
});

describe("the clock", () => {
  it.each([
    [1999, "good", "agrees with AWS's"],
    [-20_000, "good", "20 s ahead of AWS's"],
    [31_000, "warning", "31 s behind AWS's"],
    [-299_999, "warning", "5 min ahead of AWS's"],
    [300_000, "wrong", "5 min behind AWS's"],
    [-7_200_000, "wrong", "2 h ahead of AWS's"],
  ])("with AWS's %d ms ahead is %s", (ahead, state, says) =>
    expect(clockPoint(ahead)).toMatchObject({ state, says: expect.stringContaining(says) }),
  );
});

describe("credentials", () => {
  const caller = { accountId: "111122223333", partition: "aws", arn: "arn:aws:iam::111122223333:user/reader" };
  it("of a user are good, and say where the region comes from", () =>
    expect(credentialsPoint(caller, { name: "eu-west-1", origin: "profile" }, {})).toMatchObject({
      state: "good",
      says: "account 111122223333, as arn:aws:iam::111122223333:user/reader; region eu-west-1 (from the profile)",
    }));
  it("of the root user are a warning", () =>
    expect(
      credentialsPoint({ ...caller, arn: "arn:aws:iam::111122223333:root" }, { name: "eu-west-1", origin: "environment" }, {}),
    ).toMatchObject({ state: "warning", next: expect.stringContaining("root user") }));
  it("with a region that only other tools read are a warning", () =>
    expect(credentialsPoint(caller, { name: "us-east-1", origin: "default" }, { AWS_DEFAULT_REGION: "eu-west-1" })).toMatchObject({
      state: "warning",
      next: expect.stringContaining("Set AWS_REGION"),
    }));
  it("asked elsewhere name every endpoint, without the password in it", () => {
    const { says } = credentialsPoint(
      caller,
      { name: "us-east-1", origin: "default" },
      {
        AWS_ENDPOINT_URL: "http://someone:hunter2@127.0.0.1:4566",
        AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9000",
      },
    );
    expect(says).toContain("AWS_ENDPOINT_URL asks http://…@127.0.0.1:4566 in the place of AWS");
    expect(says).toContain("AWS_ENDPOINT_URL_S3 asks http://127.0.0.1:9000");
  });
});

describe("permissions", () => {
  const lacks = (...names: readonly string[]): { action: string; call: string; checks: readonly string[] }[] =>
    names.map((name) => ({ action: name, call: name, checks: ["s3/bucket-acl-public"] }));
  it("that are missing are wrong, and three of them are named", () =>
    expect(trialPoint({ granted: ["a:A", "b:B"], missing: lacks("c:C", "d:D", "e:E", "f:F"), untried: [] }, "eu-west-1")).toMatchObject({
      state: "wrong",
      says: "4 of 6 actions that were tried in eu-west-1 are missing: c:C, d:D, e:E and 1 more",
    }));
  it("that nobody answered for are a warning", () =>
    expect(
      trialPoint({ granted: ["a:A"], missing: [], untried: lacks("b:B").map((it) => ({ ...it, why: "AWS gave no answer" })) }, "eu-west-1"),
    ).toMatchObject({ state: "warning", says: "AWS gave no answer to b:B in eu-west-1" }));
  it("that could not be tried for want of something to try it on are no warning, and are counted", () =>
    expect(
      trialPoint({ granted: ["a:A"], missing: [], untried: lacks("b:B").map((it) => ({ ...it, why: "there is no X" })) }, "eu-west-1"),
    ).toMatchObject({
      state: "good",
      says: "1 actions granted in eu-west-1; 1 could not be tried, for want of a resource or of a change",
    }));
});

describe("the store", () => {
  let empty: Summary;
  let facts: StoreFacts;
  beforeAll(async () => {
    empty = await summaryOf(memoryStore(), TARGETS, "2026-01-02T00:00:00.000Z");
    facts = {
      place: "/var/lib/posture",
      look: { version: 1, bytes: 1_234_567, anchor: { seq: 7, hash: "0" }, holder: { pid: 42, command: "main.ts bot" } },
      findings: 1,
      summary: { ...empty, lastSweep: SWEEP },
      warnings: [],
      writable: true,
    };
  });
  it("that is whole says what it holds, when it was swept, and who holds it", () =>
    expect(presentPoint(facts)).toMatchObject({
      state: "good",
      says: "/var/lib/posture: version 1, 1.2 MB, 1 finding; last sweep 3 h ago; anchor at record 7; held by process 42 (main.ts bot)",
    }));
  it("that nobody has swept, or anchored, or holds, says so", () =>
    expect(presentPoint({ ...facts, summary: empty, look: { ...facts.look, anchor: null, holder: null } }).says).toMatch(
      /never swept whole; no anchor yet; held by nobody$/,
    ));
  it("that may not be written is wrong", () => expect(presentPoint({ ...facts, writable: false })).toMatchObject({ state: "wrong" }));
  it("that had something to say when it was opened is a warning", () =>
    expect(presentPoint({ ...facts, warnings: ["anchor.json is damaged."] })).toMatchObject({
      state: "warning",
      says: expect.stringContaining("anchor.json is damaged."),
    }));
  it("whose last sweep left a gap is a warning", () => {
    const gap = { reason: "denied" as const, missing: ["s3:ListAllMyBuckets"], detail: "denied" };
    const scope = { accountId: "111122223333", region: "global", type: "AWS::S3::Bucket", listedAt: SWEEP.begunAt };
    const coverage = { complete: 0, total: 1, incomplete: [{ ...scope, state: "incomplete" as const, gap }] };
    expect(presentPoint({ ...facts, summary: { ...facts.summary, coverage } })).toMatchObject({
      state: "warning",
      next: "`posture summary` says what, and why.",
    });
  });
  it("that is not there is good where it can be made, and wrong where it cannot", () =>
    expect([absentPoint("/x", true).state, absentPoint("/x", false).state]).toEqual(["good", "wrong"]));
});

describe("Slack", () => {
  const all: readonly string[] = slackScopes().map(({ scope }) => scope);
  const needed = slackScopes().flatMap(({ scope, without }) => (without === null ? [scope] : []));
  const facts: SlackFacts = {
    team: "Example",
    bot: "posture",
    scopes: all,
    channel: { kind: "found", name: "security", isMember: true, isArchived: false },
  };
  it.each<[string, Partial<SlackFacts>, string, string]>([
    ["with all it needs", {}, "good", "posting in #security, with every scope it needs"],
    ["that does not say its scopes", { scopes: null }, "good", "did not say its scopes"],
    [
      "without a scope",
      { scopes: all.filter((scope) => scope !== "commands") },
      "wrong",
      "scopes are missing: commands (to be asked with a slash command)",
    ],
    ["without the history", { scopes: needed }, "warning", "a message may be posted twice"],
    ["without the channel", { channel: { kind: "absent" } }, "wrong", "the app sees no channel #security"],
    ["that hides its channels", { channel: { kind: "refused", why: "ratelimited" } }, "wrong", "ratelimited"],
    [
      "where the app is no member",
      { channel: { kind: "found", name: "security", isMember: false, isArchived: false } },
      "wrong",
      "is no member",
    ],
    [
      "whose channel is archived",
      { channel: { kind: "found", name: "security", isMember: true, isArchived: true } },
      "wrong",
      "nobody can post",
    ],
  ])("%s", (_, differs, state, says) =>
    expect(factsPoint({ ...facts, ...differs }, "#security")).toMatchObject({ state, says: expect.stringContaining(says) }),
  );
  it("without scopes says where each is added, also those that it can do without", () => {
    const { next } = factsPoint(
      { ...facts, scopes: all.filter((scope) => scope !== "commands" && scope !== "groups:history") },
      "#security",
    );
    expect(next).toContain("Add commands, groups:history under OAuth & Permissions");
  });
});
