import { expect, it } from "vitest";
import { refusalOfMessage, refusalOfView } from "./judge.ts";

export type Surface = "message" | "modal" | "home";

export const plain = (text: string): object => ({ type: "plain_text", text });
export const mrkdwn = (text: string): object => ({ type: "mrkdwn", text });
export const option = (text: string, more: object = {}): object => ({ text: plain(text), value: text, ...more });
export const many = <T>(n: number, of: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => of(i));
export const long = (n: number): string => "x".repeat(n);

/** What Slack says to a surface with these blocks; an empty list where it takes them. */
export function complaintsOn(surface: Surface, ...blocks: readonly object[]): readonly string[] {
  const refusal =
    surface === "message"
      ? refusalOfMessage(blocks, true)
      : refusalOfView({ type: surface, ...(surface === "modal" && { title: plain("T"), submit: plain("S") }), blocks }, surface);
  if (refusal === null) return [];
  return refusal.messages.length > 0 ? refusal.messages : [refusal.error];
}

/** A rule of Block Kit: a block that keeps it, one that breaks it, and what Slack says to that one. */
export type Rule = readonly [rule: string, kept: object, broken: object, complaint: string];

/** Each rule as a test. */
export function holds(rules: readonly Rule[], surface: Surface = "message"): void {
  it.each(rules)("%s", (_, kept, broken, complaint) => {
    expect(complaintsOn(surface, kept)).toEqual([]);
    expect(complaintsOn(surface, broken).join("\n")).toContain(complaint);
  });
}

export const header = (text: object): object => ({ type: "header", text });
export const section = (more: object): object => ({ type: "section", ...more });
export const context = (elements: readonly object[]): object => ({ type: "context", elements });
export const image = (more: object = {}): object => ({ type: "image", alt_text: "a", image_url: "https://example.com/a.png", ...more });
export const input = (more: object = {}): object => ({
  type: "input",
  label: plain("Why"),
  element: { type: "plain_text_input" },
  ...more,
});
export const button = (n = 0): object => ({ type: "button", text: plain("Go"), action_id: `go-${n}` });
export const rich = (...elements: readonly object[]): object => ({ type: "rich_text", elements });
export const inRich = (...elements: readonly object[]): object => rich({ type: "rich_text_section", elements });
export const cells = (n: number, text = "x"): object[] => many(n, () => ({ type: "raw_text", text }));
export const table = (more: object): object => ({ type: "table", rows: [cells(2)], ...more });
export const dataTable = (more: object): object => ({ type: "data_table", caption: "Buckets", rows: [cells(2), cells(2)], ...more });
export const points = (n: number): object[] => many(n, (i) => ({ label: `day ${i}`, value: i }));
export const days = (n: number): string[] => many(n, (i) => `day ${i}`);
export const chart = (
  more: object,
  series: object = { name: "open", data: points(2) },
  categories: readonly string[] = days(2),
): object => ({
  type: "data_visualization",
  title: "Trend",
  chart: { type: "area", series: [series], axis_config: { categories } },
  ...more,
});
export const video = (more: object = {}): object => ({
  type: "video",
  video_url: "https://example.com/v",
  thumbnail_url: "https://example.com/t.png",
  alt_text: "a",
  title: plain("T"),
  ...more,
});
export const container = (more: object = {}): object => ({
  type: "container",
  title: plain("T"),
  child_blocks: [{ type: "divider" }],
  ...more,
});
export const card = (more: object = {}): object => ({ type: "card", title: mrkdwn("T"), ...more });
export const carousel = (n: number): object => ({ type: "carousel", elements: many(n, () => card()) });
