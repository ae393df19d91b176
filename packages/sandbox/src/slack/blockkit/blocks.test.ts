/* Source: https://docs.slack.dev/reference/block-kit/blocks, and the type files of @slack/types 3.2.0. */
import { describe, expect, it } from "vitest";
import {
  button,
  card,
  carousel,
  chart,
  complaintsOn,
  container,
  context,
  dataTable,
  header,
  holds,
  image,
  input,
  inRich,
  long,
  many,
  mrkdwn,
  plain,
  rich,
  section,
  type Surface,
  table,
  video,
} from "./block.test.fixture.ts";

describe("text blocks", () => {
  holds([
    [
      "a header has 150 characters",
      header(plain(long(150))),
      header(plain(long(151))),
      "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ],
    ["a header says something", header(plain("x")), header(plain("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"],
    ["a header is plain text", header(plain("x")), header(mrkdwn("x")), "/blocks/0/text/type"],
    [
      "a section has 3000 characters",
      section({ text: mrkdwn(long(3000)) }),
      section({ text: mrkdwn(long(3001)) }),
      "must be less than 3001 characters",
    ],
    ["a section says something", section({ fields: [plain("x")] }), section({}), "must provide text or fields [json-pointer:/blocks/0]"],
    [
      "a section has ten fields",
      section({ fields: many(10, () => plain("x")) }),
      section({ fields: many(11, () => plain("x")) }),
      "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ],
    ["a section with fields has one", section({ fields: [plain("x")] }), section({ fields: [] }), "must have at least 1 items"],
    [
      "a field has 2000 characters",
      section({ fields: [plain(long(2000))] }),
      section({ fields: [plain(long(2001))] }),
      "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ],
    [
      "a section stays open where it says so",
      section({ text: plain("x"), expand: true }),
      section({ text: plain("x"), expand: "yes" }),
      "/blocks/0/expand",
    ],
    [
      "a context has ten elements",
      context(many(10, () => mrkdwn("x"))),
      context(many(11, () => mrkdwn("x"))),
      "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ],
    ["a context is not empty", context([plain("x")]), context([]), "must have at least 1 items"],
    [
      "a context has texts and images",
      context([image()]),
      context([button()]),
      "unsupported type: button [json-pointer:/blocks/0/elements/0]",
    ],
    [
      "a Markdown block has 12,000 characters",
      { type: "markdown", text: long(12_000) },
      { type: "markdown", text: long(12_001) },
      "must be less than 12001 characters",
    ],
    [
      "only mrkdwn can be verbatim",
      section({ text: { ...mrkdwn("x"), verbatim: true } }),
      section({ text: { ...plain("x"), verbatim: true } }),
      "invalid additional property: verbatim",
    ],
    [
      "only plain text can have emoji",
      section({ text: { ...plain("x"), emoji: false } }),
      section({ text: { ...mrkdwn("x"), emoji: false } }),
      "invalid additional property: emoji",
    ],
    [
      "a text has a type",
      section({ text: plain("x") }),
      section({ text: { text: "x" } }),
      "unsupported type: undefined [json-pointer:/blocks/0/text]",
    ],
    [
      "a divider has nothing",
      { type: "divider" },
      { type: "divider", text: plain("x") },
      "invalid additional property: text [json-pointer:/blocks/0]",
    ],
    [
      "an alert is no part of a message",
      { type: "divider" },
      { type: "alert", text: plain("x") },
      "unsupported type: alert [json-pointer:/blocks/0]",
    ],
  ]);
});

describe("images, videos and files", () => {
  holds([
    [
      "an image has an address or a file",
      image(),
      image({ slack_file: { id: "F1" } }),
      "must provide exactly one of image_url and slack_file",
    ],
    [
      "an image has one of them",
      image({ image_url: undefined, slack_file: { url: "https://files.example.com/f" } }),
      image({ image_url: undefined }),
      "must provide exactly one",
    ],
    ["an image's address is http or https", image(), image({ image_url: "ftp://example.com/a.png" }), "/blocks/0/image_url"],
    [
      "an image's address has 3000 characters",
      image({ image_url: `https://example.com/${long(2980)}` }),
      image({ image_url: `https://example.com/${long(2981)}` }),
      "must be less than 3001 characters",
    ],
    ["an image is described", image(), image({ alt_text: "" }), "must be more than 0 characters [json-pointer:/blocks/0/alt_text]"],
    [
      "a description has 2000 characters",
      image({ alt_text: long(2000) }),
      image({ alt_text: long(2001) }),
      "must be less than 2001 characters",
    ],
    [
      "an image's title has 2000 characters",
      image({ title: plain(long(2000)) }),
      image({ title: plain(long(2001)) }),
      "must be less than 2001 characters",
    ],
    [
      "a video's title has 200 characters",
      video({ title: plain(long(200)) }),
      video({ title: plain(long(201)) }),
      "must be less than 201 characters",
    ],
    [
      "a video's author has 50 characters",
      video({ author_name: long(50) }),
      video({ author_name: long(51) }),
      "must be less than 51 characters",
    ],
    ["a video has an address", video(), video({ video_url: "v" }), "/blocks/0/video_url"],
    [
      "a file is remote",
      { type: "file", external_id: "f", source: "remote" },
      { type: "file", external_id: "f", source: "local" },
      "/blocks/0/source",
    ],
  ]);
});

describe("rich text", () => {
  holds([
    ["a text says something", inRich({ type: "text", text: "x" }), inRich({ type: "text", text: "" }), "must be more than 0 characters"],
    [
      "a link goes somewhere",
      inRich({ type: "link", url: "https://example.com" }),
      inRich({ type: "link", url: "" }),
      "must be more than 0 characters",
    ],
    [
      "a style is one of five",
      inRich({ type: "text", text: "x", style: { code: true } }),
      inRich({ type: "text", text: "x", style: { red: true } }),
      "invalid additional property: red",
    ],
    ["an element is known", inRich({ type: "user", user_id: "U1" }), inRich({ type: "person", user_id: "U1" }), "unsupported type: person"],
    [
      "a broadcast is to here, channel or everyone",
      inRich({ type: "broadcast", range: "here" }),
      inRich({ type: "broadcast", range: "all" }),
      "/range",
    ],
    [
      "a date has whole seconds",
      inRich({ type: "date", timestamp: 1, format: "{date}" }),
      inRich({ type: "date", timestamp: 1.5, format: "{date}" }),
      "/timestamp",
    ],
    [
      "a list is of sections",
      rich({ type: "rich_text_list", style: "ordered", elements: [{ type: "rich_text_section", elements: [] }] }),
      rich({ type: "rich_text_list", style: "ordered", elements: [{ type: "text", text: "x" }] }),
      "/elements/0/elements/0",
    ],
    [
      "a list has points or numbers",
      rich({ type: "rich_text_list", style: "bullet", elements: [] }),
      rich({ type: "rich_text_list", style: "dash", elements: [] }),
      "/style",
    ],
    [
      "a list goes in by eight",
      rich({ type: "rich_text_list", style: "bullet", indent: 8, elements: [] }),
      rich({ type: "rich_text_list", style: "bullet", indent: 9, elements: [] }),
      "/indent",
    ],
    [
      "what is preformatted is text and links",
      rich({ type: "rich_text_preformatted", elements: [{ type: "text", text: "x" }] }),
      rich({ type: "rich_text_preformatted", elements: [{ type: "user", user_id: "U1" }] }),
      "unsupported type: user",
    ],
    [
      "a quote has a border or none",
      rich({ type: "rich_text_quote", elements: [], border: 1 }),
      rich({ type: "rich_text_quote", elements: [], border: 2 }),
      "/border",
    ],
    [
      "text does not stand by itself",
      rich(),
      rich({ type: "text", text: "x" }),
      "unsupported type: text [json-pointer:/blocks/0/elements/0]",
    ],
  ]);
});

describe("where a block may stand", () => {
  const everywhere = {
    section: section({ text: plain("x") }),
    header: header(plain("x")),
    divider: { type: "divider" },
    image: image(),
    context: context([plain("x")]),
    rich_text: rich(),
    video: video(),
    input: input(),
    card: card(),
  };
  const cases: readonly (readonly [string, object, readonly Surface[]])[] = [
    ...Object.entries(everywhere).map(([name, block]) => [name, block, ["message", "modal", "home"]] as const),
    ["actions", { type: "actions", elements: [button()] }, ["message", "modal", "home"]],
    ["carousel", carousel(1), ["message", "home"]],
    ["alert", { type: "alert", text: plain("x"), level: "warning" }, ["modal"]],
    ["markdown", { type: "markdown", text: "x" }, ["message"]],
    ["table", table({}), ["message"]],
    ["data_table", dataTable({}), ["message"]],
    ["data_visualization", chart({}), ["message"]],
    ["container", container(), ["message"]],
    ["file", { type: "file", external_id: "f", source: "remote" }, ["message"]],
    ["context_actions", { type: "context_actions", elements: [{ type: "icon_button", icon: "trash", text: plain("x") }] }, ["message"]],
  ];
  it.each(cases)("%s", (name, block, surfaces) => {
    for (const surface of ["message", "modal", "home"] as const) {
      const refused = surfaces.includes(surface) ? [] : [expect.stringContaining(`unsupported type: ${name} `)];
      expect(complaintsOn(surface, block), surface).toEqual(refused);
    }
  });
});
