/* Source: https://docs.slack.dev/reference/block-kit/blocks, and the type files of @slack/types 3.2.0. */
import { describe, expect, it } from "vitest";
import {
  button,
  card,
  carousel,
  cells,
  chart,
  complaintsOn,
  container,
  dataTable,
  days,
  holds,
  input,
  inRich,
  long,
  many,
  mrkdwn,
  plain,
  points,
  rich,
  table,
} from "./block.test.fixture.ts";

describe("tables and charts", () => {
  holds([
    [
      "a table has 100 rows",
      table({ rows: many(100, () => cells(1)) }),
      table({ rows: many(101, () => cells(1)) }),
      "no more than 100 items allowed [json-pointer:/blocks/0/rows]",
    ],
    [
      "a table has 20 columns",
      table({ rows: [cells(20)] }),
      table({ rows: [cells(21)] }),
      "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]",
    ],
    [
      "a table has 10,000 characters",
      table({ rows: [cells(10, long(1000))] }),
      table({ rows: [cells(10, long(1001))] }),
      "table cells must be less than 10001 characters",
    ],
    ["a cell says something", table({ rows: [cells(1)] }), table({ rows: [cells(1, "")] }), "must be more than 0 characters"],
    [
      "a cell is text, a number or rich text",
      table({ rows: [[inRich({ type: "text", text: "x" })]] }),
      table({ rows: [[button()]] }),
      "unsupported type: button",
    ],
    [
      "a column is left, right or in the middle",
      table({ column_settings: [null, { align: "right", is_wrapped: true }] }),
      table({ column_settings: [{ align: "justify" }] }),
      "/column_settings/0/align",
    ],
    ["a data table has a caption", dataTable({}), dataTable({ caption: "" }), "must be more than 0 characters"],
    ["a data table has a row below its head", dataTable({}), dataTable({ rows: [cells(2)] }), "must have at least 2 items"],
    [
      "a data table's rows are equally long",
      dataTable({}),
      dataTable({ rows: [cells(2), cells(3)] }),
      "each row must have as many cells as the first",
    ],
    [
      "a data table's head is no rich text",
      dataTable({ rows: [cells(1), [inRich({ type: "text", text: "x" })]] }),
      dataTable({ rows: [[inRich({ type: "text", text: "x" })], cells(1)] }),
      "rich_text is not allowed in the header row",
    ],
    ["a data table has pages of up to 100", dataTable({ page_size: 100 }), dataTable({ page_size: 101 }), "/page_size"],
    ["a chart's title has 50 characters", chart({ title: long(50) }), chart({ title: long(51) }), "must be less than 51 characters"],
    [
      "a chart has 20 points",
      chart({}, { name: "open", data: points(20) }, days(20)),
      chart({}, { name: "open", data: points(21) }, days(21)),
      "no more than 20 items allowed",
    ],
    [
      "a series' name has 20 characters",
      chart({}, { name: long(20), data: points(2) }),
      chart({}, { name: long(21), data: points(2) }),
      "must be less than 21 characters",
    ],
    [
      "a series has each category once",
      chart({}),
      chart({}, { name: "open", data: points(1) }),
      "each series must have each category once",
    ],
    [
      "a pie has segments",
      chart({ chart: { type: "pie", segments: points(2) } }),
      chart({ chart: { type: "pie", segments: [] } }),
      "must have at least 1 items",
    ],
  ]);
  it("a message has one table and two charts", () => {
    expect(complaintsOn("message", table({}), chart({}), chart({}))).toEqual([]);
    expect(complaintsOn("message", table({}), table({}))).toEqual(["[ERROR] only_one_table_allowed [json-pointer:/blocks]"]);
    expect(complaintsOn("message", chart({}), chart({}), chart({}))).toEqual([
      expect.stringContaining("no more than 2 data_visualization"),
    ]);
  });
});

describe("blocks in blocks", () => {
  const feedback = {
    type: "feedback_buttons",
    positive_button: { text: plain("+"), value: "+" },
    negative_button: { text: plain("-"), value: "-" },
  };
  holds([
    ["a card shows something", card(), { type: "card", subtitle: mrkdwn("x") }, "must show at least one thing"],
    [
      "a card's title has 150 characters",
      card({ title: mrkdwn(long(150)) }),
      card({ title: mrkdwn(long(151)) }),
      "must be less than 151 characters",
    ],
    [
      "a card's body has 200 characters",
      card({ body: mrkdwn(long(200)) }),
      card({ body: mrkdwn(long(201)) }),
      "must be less than 201 characters",
    ],
    ["a carousel has ten cards", carousel(10), carousel(11), "no more than 10 items allowed"],
    ["a carousel is not empty", carousel(1), carousel(0), "must have at least 1 items"],
    [
      "a container has ten blocks",
      container({ child_blocks: many(10, () => ({ type: "divider" })) }),
      container({ child_blocks: many(11, () => ({ type: "divider" })) }),
      "no more than 10 items allowed",
    ],
    [
      "a container has one title",
      container(),
      container({ rich_text_title: rich() }),
      "must provide exactly one of title and rich_text_title",
    ],
    [
      "a container has no card in it",
      container({ child_blocks: [table({})] }),
      container({ child_blocks: [card()] }),
      "unsupported type: card",
    ],
    [
      "feedback has two answers",
      { type: "context_actions", elements: [feedback] },
      { type: "context_actions", elements: [{ ...feedback, negative_button: undefined }] },
      "/blocks/0/elements/0/negative_button",
    ],
    [
      "the actions of a context are five",
      { type: "context_actions", elements: many(5, () => feedback) },
      { type: "context_actions", elements: many(6, () => feedback) },
      "no more than 5 items allowed",
    ],
    [
      "an input has a label of 2000 characters",
      input({ label: plain(long(2000)) }),
      input({ label: plain(long(2001)) }),
      "must be less than 2001 characters",
    ],
    [
      "an input has a hint of 2000 characters",
      input({ hint: plain(long(2000)) }),
      input({ hint: plain(long(2001)) }),
      "must be less than 2001 characters",
    ],
    ["an input has something to fill in", input(), input({ element: button() }), "unsupported type: button"],
    [
      "an id has 255 characters",
      { type: "divider", block_id: long(255) },
      { type: "divider", block_id: long(256) },
      "must be less than 256 characters",
    ],
  ]);
});
