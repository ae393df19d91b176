import type { KnownBlock } from "@slack/types";
import { describe, expect, it } from "vitest";
import type { Message } from "./room.ts";
import { transcriptOf } from "./transcript.ts";

const WORKSPACE = { botUserId: "UBOT", people: [{ id: "UANA", name: "Ana", role: "admin", token: "", direct: "DANA" }] } as const;
const message = (more: Partial<Message>): Message => ({ ts: "1700000000.000100", user: "UBOT", text: "fallback", blocks: [], ...more });
const plain = (text: string): { readonly type: "plain_text"; readonly text: string } => ({ type: "plain_text", text });
/** What stands below the line with name and time. */
const bodyOf = (...blocks: KnownBlock[]): readonly string[] =>
  transcriptOf([message({ blocks })], WORKSPACE)
    .trimEnd()
    .split("\n")
    .slice(3)
    .map((line) => line.slice(2));

describe("a message as text", () => {
  it("says who, when, whether it was edited and who sees it", () => {
    const heads = transcriptOf(
      [message({}), message({ user: "UANA", edited: true }), message({ user: "USTRANGE", ephemeralFor: "Ana", threadTs: "1" })],
      WORKSPACE,
    ).match(/^.*\d\d:\d\d.*$/gm);
    expect(heads?.map((head) => head.replace(/\d\d:\d\d/, "TIME"))).toEqual([
      "Posture  TIME",
      "Ana  TIME (edited)",
      "↳ USTRANGE  TIME  (only Ana sees this)",
    ]);
  });
  it("is its text where it has no blocks", () =>
    expect(transcriptOf([message({ text: "one\ntwo" })], WORKSPACE)).toContain("\n  one\n  two\n"));
  it.each<[string, KnownBlock, readonly string[]]>([
    ["a header", { type: "header", text: plain("Open port") }, ["Open port"]],
    [
      "a section with fields",
      { type: "section", text: plain("a"), fields: [plain("b"), { type: "mrkdwn", text: "*c*" }] },
      ["a", "b", "c"],
    ],
    [
      "a context",
      { type: "context", elements: [plain("a"), { type: "image", alt_text: "logo", image_url: "https://example.com/l" }] },
      ["a  [logo]"],
    ],
    ["a divider", { type: "divider" }, ["─".repeat(20)]],
    ["an image", { type: "image", alt_text: "trend", image_url: "https://example.com/t" }, ["[trend]"]],
    ["Markdown", { type: "markdown", text: "# a\nb" }, ["# a", "b"]],
    [
      "a table",
      {
        type: "table",
        rows: [
          [
            { type: "raw_text", text: "a" },
            { type: "raw_text", text: "b" },
          ],
        ],
      },
      ["a   b"],
    ],
    [
      "buttons and menus",
      {
        type: "actions",
        elements: [
          { type: "button", text: plain("Re-check") },
          { type: "static_select", placeholder: plain("Open a finding"), options: [{ text: plain("x"), value: "x" }] },
        ],
      },
      ["", "[ Re-check ]  [ Open a finding ▾ ]"],
    ],
    [
      "a list in rich text",
      {
        type: "rich_text",
        elements: [
          {
            type: "rich_text_list",
            style: "ordered",
            elements: [
              { type: "rich_text_section", elements: [{ type: "text", text: "first\nmore" }] },
              {
                type: "rich_text_section",
                elements: [
                  { type: "user", user_id: "UANA" },
                  { type: "emoji", name: "wave" },
                ],
              },
            ],
          },
          { type: "rich_text_quote", elements: [{ type: "link", url: "https://example.com", text: "there" }] },
        ],
      },
      ["1. first", "   more", "2. @Ana:wave:", "▏ there <https://example.com>"],
    ],
  ])("shows %s", (_, block, lines) => expect(bodyOf(block)).toEqual(lines));
  it.each([
    ["a mention", "<@UANA> and <@UNKNOWN|somebody>", "@Ana and @UNKNOWN"],
    ["links", "<https://example.com|here> or <https://example.org>", "here <https://example.com> or https://example.org"],
    ["bold and code", "*open* `sg-1` 2*3*4", "open sg-1 2*3*4"],
    ["what was escaped, once", "&lt;b&gt; &amp;amp;", "<b> &amp;"],
  ])("reads %s in mrkdwn", (_, text, line) => expect(bodyOf({ type: "section", text: { type: "mrkdwn", text } })).toEqual([line]));
  it("shows a date as the reader's clock has it, with the day where it is another", () =>
    expect(bodyOf({ type: "section", text: { type: "mrkdwn", text: "at <!date^1700000000^{time}|never>" } })[0]).toMatch(
      /^at 1[45] Nov 2023 at \d\d:\d\d$/,
    ));
  it("fits 80 columns, wide letters too, and goes on under the text of a list", () => {
    const words = "安全 ".repeat(60);
    const list: KnownBlock = {
      type: "rich_text",
      elements: [
        { type: "rich_text_list", style: "bullet", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: words }] }] },
      ],
    };
    const lines = bodyOf(list);
    expect(lines.length).toBeGreaterThan(3);
    expect(lines[0]?.startsWith("• 安全")).toBe(true);
    expect(lines.slice(1).every((line) => line.startsWith("  安全"))).toBe(true);
    const columns = lines.map((line) => line.length + 2 + (line.match(/[安全]/g)?.length ?? 0));
    expect(Math.max(...columns)).toBeLessThanOrEqual(78);
  });
});
