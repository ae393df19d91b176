import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore, SYSTEM } from "@posture/core";
import { type CheckInfo, createPosture } from "@posture/runtime";
import type { KnownBlock } from "@slack/types";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { uploadRefusal } from "../exporting/refusals.ts";
import { NOW, refOf } from "../finding.test.fixture.ts";
import { expectHarmless, expectPayloadsHarmless, hostileText, wrongWithPayload } from "./hostile.test.fixture.ts";
import { fitted } from "./limits.ts";
import { fallback, link, literal, note, rich, section } from "./parts.ts";
import { payloadsOf } from "./payloads.test.fixture.ts";
import { linesMessage } from "./thread.ts";
import { troubleMessage } from "./trouble.ts";
import { OUTSIDE, textsOf } from "./world.test.fixture.ts";

test("whatever AWS and people write, Slack takes each payload, and nothing of it is a mention, a link or markup", () => {
  const { payloads, homes, windows } = expectPayloadsHarmless((texts) => payloadsOf(textsOf(texts)), { seed: 3, numRuns: 12 });
  expect(payloads).toBeGreaterThan(2000);
  expect(Math.min(homes, windows)).toBeGreaterThan(100);
});

describe("what a check makes of a resource's name", () => {
  let checks: readonly CheckInfo[];
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "posture-hostile-"));
    const posture = await createPosture({ store: memoryStore(), folder, aws: { endpoint: "http://127.0.0.1:9", region: "us-east-1" } });
    checks = [...posture.checks.values()];
    await posture.close();
    rmSync(folder, { recursive: true });
  });
  test("is no address but one of AWS's console", () => {
    const anything = fc.tuple(hostileText, hostileText, fc.constantFrom("eu-west-1", "us-gov-west-1", "cn-north-1", "global"));
    fc.assert(
      fc.property(anything, ([name, arn, region]) => {
        const ref = { ...refOf(), name, arn, region, subResourceId: name };
        const blocks = checks.flatMap(({ consoleOf }): KnownBlock[] => {
          const page = consoleOf(ref);
          return page === null ? [] : [rich(section(link(page, "Open")))];
        });
        for (const block of blocks) expectHarmless([{ name: "a page", message: { text: "A page", blocks: [block] } }]);
      }),
      { seed: 4, numRuns: 40 },
    );
  });
});

describe("what goes wrong is seen", () => {
  const of = (block: KnownBlock, text = "Words"): readonly string[] => wrongWithPayload({ name: "x", message: { text, blocks: [block] } });
  const element = (it: unknown): KnownBlock => rich(section(literal("a"), Object(it)));
  test.each([
    ["a mention of all", note("<!channel>")],
    ["markup that is not escaped", note("a & b")],
    ["a mention of somebody whom nobody meant", element({ type: "user", user_id: "U0EVIL" })],
    ["a broadcast", element({ type: "broadcast", range: "channel" })],
    ["a user group that nobody meant", element({ type: "usergroup", usergroup_id: "S0EVIL" })],
    ["a text of others that is formatted", note(`${OUTSIDE}*bold*`)],
    ["colons that become an emoji", { type: "header", text: { type: "plain_text", text: ":smile:" } } satisfies KnownBlock],
    ["a link out of the house", element({ type: "link", url: "https://evil.example", text: "click" })],
    ["a link that is a program", element({ type: "link", url: "javascript:alert(1)", text: "click" })],
    ["half a character", element({ type: "text", text: "\uD800" })],
    ["what turns the direction", element({ type: "text", text: "\u202Eexe" })],
    ["an empty text", element({ type: "text", text: "" })],
    ["a block that Slack does not take", { type: "actions", elements: [] } satisfies KnownBlock],
  ] as const)("%s", (_, block) => expect(of(block)).not.toEqual([]));
  test("markup in the words of a notification, and words that a change of a message would not take", () => {
    expect(of(note("a"), "<!here>")).not.toEqual([]);
    expect(of(note("a"), "漢".repeat(1400))).not.toEqual([]);
    expect(of(note("a"), fallback(`<!here>${"漢".repeat(1400)}`))).toEqual([]);
  });
});

test("words that were escaped before are never cut in the middle of what stands for a character", () => {
  for (let length = 780; length < 810; length += 1) {
    const { text } = fitted({ text: `${"x".repeat(length % 7)}${"&amp;".repeat(length)}`, blocks: [note("a")] });
    expect(text).toMatch(/^x*(?:&amp;)+…?$/);
  }
});

test.each(["__proto__", "constructor", "toString"])("%s is no word of Slack's that is known", (why) => {
  expect(uploadRefusal({ kind: "other", why })).toContain(`(${why})`);
  expect(troubleMessage({ channel: "#infra", own: false, why, since: NOW, ended: null, count: 0 }).text).toContain(why);
  const line = { at: NOW, did: "resolved", by: SYSTEM, source: "sweep", why, from: null, to: null, until: null, tells: null } as const;
  expect(linesMessage({ lines: [line], owner: null, names: new Map(), mayRepeat: false }).text).toMatch(/resolved\. $/);
});
