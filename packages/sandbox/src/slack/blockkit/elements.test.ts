/* Source: https://docs.slack.dev/reference/block-kit/block-elements, and the type files of @slack/types 3.2.0. */
import { describe, expect, it } from "vitest";
import { complaintsOn, holds, long, many, mrkdwn, option, plain } from "./block.test.fixture.ts";

const actions = (...elements: readonly object[]): object => ({ type: "actions", elements });
const input = (element: object): object => ({ type: "input", label: plain("Why"), element });
const button = (more: object = {}): object => actions({ type: "button", text: plain("Go"), ...more });
const confirm = (more: object): object => button({ confirm: { text: plain("Sure?"), ...more } });
const options = many(3, (i) => option(`o${i}`));
const select = (more: object = {}): object => actions({ type: "static_select", options, ...more });
const multi = (more: object): object => input({ type: "multi_static_select", options, ...more });
const group = (n: number): object => ({ label: plain("G"), options: many(n, (i) => option(`o${i}`)) });
const overflow = (n: number): object => actions({ type: "overflow", options: many(n, (i) => option(`o${i}`)) });
const text = (more: object): object => input({ type: "plain_text_input", ...more });
const boxes = (more: object): object => input({ type: "checkboxes", options, ...more });
const field = (type: string, more: object): object => input({ type, ...more });

describe("buttons", () => {
  holds([
    [
      "a button has 75 characters",
      button({ text: plain(long(75)) }),
      button({ text: plain(long(76)) }),
      "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ],
    ["a button is plain text", button(), button({ text: mrkdwn("Go") }), "/blocks/0/elements/0/text/type"],
    ["a value has 2000 characters", button({ value: long(2000) }), button({ value: long(2001) }), "must be less than 2001 characters"],
    ["a link has 3000 characters", button({ url: long(3000) }), button({ url: long(3001) }), "must be less than 3001 characters"],
    ["a button is primary or dangerous", button({ style: "danger" }), button({ style: "default" }), "/blocks/0/elements/0/style"],
    [
      "a description has 75 characters",
      button({ accessibility_label: long(75) }),
      button({ accessibility_label: long(76) }),
      "must be less than 76 characters",
    ],
    ["an id has 255 characters", button({ action_id: long(255) }), button({ action_id: long(256) }), "must be less than 256 characters"],
    [
      "a button has nothing unknown",
      button(),
      button({ colour: "red" }),
      "invalid additional property: colour [json-pointer:/blocks/0/elements/0]",
    ],
    [
      "actions are 25",
      actions(...many(25, (i) => ({ type: "button", text: plain("Go"), action_id: `${i}` }))),
      actions(...many(26, (i) => ({ type: "button", text: plain("Go"), action_id: `${i}` }))),
      "no more than 25 items allowed",
    ],
    ["actions are not empty", button(), actions(), "must have at least 1 items"],
    [
      "a question has 300 characters",
      confirm({ text: plain(long(300)) }),
      confirm({ text: plain(long(301)) }),
      "must be less than 301 characters",
    ],
    [
      "a question's title has 100 characters",
      confirm({ title: plain(long(100)) }),
      confirm({ title: plain(long(101)) }),
      "must be less than 101 characters",
    ],
    [
      "its answers have 30 characters",
      confirm({ confirm: plain(long(30)), deny: plain(long(30)) }),
      confirm({ deny: plain(long(31)) }),
      "must be less than 31 characters",
    ],
    ["a menu of three points has five options", overflow(5), overflow(6), "no more than 5 items allowed"],
    [
      "a workflow has a trigger",
      actions({ type: "workflow_button", text: plain("Go"), workflow: { trigger: { url: "https://example.com" } } }),
      actions({ type: "workflow_button", text: plain("Go"), workflow: {} }),
      "/workflow/trigger",
    ],
  ]);
});

describe("menus", () => {
  holds([
    [
      "a menu has 100 options",
      select({ options: many(100, (i) => option(`${i}`)) }),
      select({ options: many(101, (i) => option(`${i}`)) }),
      "no more than 100 items allowed",
    ],
    ["a menu is not empty", select(), select({ options: [] }), "must have at least 1 items"],
    [
      "a menu has options or groups",
      select({ options: undefined, option_groups: [group(1)] }),
      select({ option_groups: [group(1)] }),
      "must provide exactly one of options and option_groups",
    ],
    [
      "a group has 100 options",
      select({ options: undefined, option_groups: [group(100)] }),
      select({ options: undefined, option_groups: [group(101)] }),
      "no more than 100 items allowed",
    ],
    [
      "an option has 75 characters",
      select({ options: [option(long(75))] }),
      select({ options: [option(long(76), { value: "v" })] }),
      "must be less than 76 characters",
    ],
    [
      "an option's value has 150 characters",
      select({ options: [option("x", { value: long(150) })] }),
      select({ options: [option("x", { value: long(151) })] }),
      "must be less than 151 characters",
    ],
    ["an option of a menu is plain text", select(), select({ options: [{ text: mrkdwn("x"), value: "x" }] }), "/options/0/text/type"],
    [
      "an option's description has 75 characters",
      select({ options: [option("x", { description: plain(long(75)) })] }),
      select({ options: [option("x", { description: plain(long(76)) })] }),
      "must be less than 76 characters",
    ],
    [
      "what is chosen at first is an option",
      select({ initial_option: option("o1") }),
      select({ initial_option: option("o9") }),
      "initial_option must be one of the options [json-pointer:/blocks/0/elements/0]",
    ],
    [
      "it is the option to the letter",
      select({ initial_option: option("o1") }),
      select({ initial_option: option("o1", { description: plain("x") }) }),
      "initial_option must be one of the options",
    ],
    [
      "it may be in a group",
      select({ options: undefined, option_groups: [group(2)], initial_option: option("o1") }),
      select({ options: undefined, option_groups: [group(2)], initial_option: option("o2") }),
      "initial_option must be one of the options",
    ],
    [
      "what says what to choose has 150 characters",
      select({ placeholder: plain(long(150)) }),
      select({ placeholder: plain(long(151)) }),
      "must be less than 151 characters",
    ],
    [
      "several can be chosen in a field",
      multi({ initial_options: [option("o1"), option("o2")] }),
      multi({ initial_options: [option("o3")] }),
      "initial_option must be one of the options",
    ],
    ["at least one of them", multi({ max_selected_items: 1 }), multi({ max_selected_items: 0 }), "/max_selected_items"],
    [
      "several cannot be chosen in actions",
      select(),
      actions({ type: "multi_static_select", options }),
      "unsupported type: multi_static_select",
    ],
    [
      "a menu of somebody else's asks after so many letters",
      actions({ type: "external_select", min_query_length: 0 }),
      actions({ type: "external_select", min_query_length: -1 }),
      "/min_query_length",
    ],
    [
      "conversations are of four kinds",
      actions({ type: "conversations_select", filter: { include: ["private"] } }),
      actions({ type: "conversations_select", filter: { include: ["secret"] } }),
      "/filter/include/0",
    ],
    [
      "people and channels",
      actions({ type: "users_select", initial_user: "U1" }, { type: "channels_select" }),
      actions({ type: "users_select", initial_users: ["U1"] }),
      "invalid additional property: initial_users",
    ],
    [
      "several people, channels and conversations",
      input({ type: "multi_users_select" }),
      actions({ type: "multi_channels_select" }),
      "unsupported type: multi_channels_select",
    ],
  ]);
  it.each(["multi_users_select", "multi_channels_select", "multi_conversations_select", "multi_external_select"])(
    "%s stands beside a section",
    (type) => expect(complaintsOn("message", { type: "section", text: plain("x"), accessory: { type } })).toEqual([]),
  );
});

describe("choices and dates", () => {
  holds([
    [
      "boxes are ten",
      boxes({ options: many(10, (i) => option(`${i}`)) }),
      boxes({ options: many(11, (i) => option(`${i}`)) }),
      "no more than 10 items allowed",
    ],
    [
      "a box may be mrkdwn",
      boxes({ options: [{ text: mrkdwn("x"), value: "x" }] }),
      boxes({ options: [{ text: mrkdwn(""), value: "x" }] }),
      "must be more than 0 characters",
    ],
    [
      "a box that is ticked is there",
      boxes({ initial_options: [option("o0")] }),
      boxes({ initial_options: [option("o7")] }),
      "initial_option must be one of the options",
    ],
    [
      "a radio button that is chosen is there",
      field("radio_buttons", { options, initial_option: option("o0") }),
      field("radio_buttons", { options, initial_option: option("o7") }),
      "initial_option must be one of the options",
    ],
    [
      "a day is YYYY-MM-DD",
      field("datepicker", { initial_date: "2026-01-31" }),
      field("datepicker", { initial_date: "31.1.2026" }),
      "must be a date YYYY-MM-DD",
    ],
    [
      "a time is HH:mm",
      field("timepicker", { initial_time: "09:30" }),
      field("timepicker", { initial_time: "9:30" }),
      "must be a time HH:mm",
    ],
    [
      "an instant has ten digits",
      field("datetimepicker", { initial_date_time: 1_700_000_000 }),
      field("datetimepicker", { initial_date_time: 1_700_000_000_000 }),
      "/initial_date_time",
    ],
    [
      "an instant is not chosen beside a section",
      { type: "section", text: plain("x"), accessory: { type: "datepicker" } },
      { type: "section", text: plain("x"), accessory: { type: "datetimepicker" } },
      "unsupported type: datetimepicker",
    ],
  ]);
});

describe("fields", () => {
  holds([
    ["what is typed has 3000 characters", text({ max_length: 3000 }), text({ max_length: 3001 }), "/max_length"],
    [
      "a text begins with 3000 characters",
      text({ initial_value: long(3000) }),
      text({ initial_value: long(3001) }),
      "must be less than 3001 characters",
    ],
    ["the least is not negative", text({ min_length: 0 }), text({ min_length: -1 }), "/min_length"],
    [
      "a field may ask at each letter",
      text({ dispatch_action_config: { trigger_actions_on: ["on_character_entered"] } }),
      text({ dispatch_action_config: { trigger_actions_on: ["on_paste"] } }),
      "/trigger_actions_on/0",
    ],
    [
      "a number may have decimals or not",
      field("number_input", { is_decimal_allowed: false }),
      field("number_input", {}),
      "/is_decimal_allowed",
    ],
    [
      "an address begins as text",
      field("url_text_input", { initial_value: "https://example.com" }),
      field("url_text_input", { initial_value: 7 }),
      "/initial_value",
    ],
    ["files are ten", field("file_input", { max_files: 10 }), field("file_input", { max_files: 11 }), "/max_files"],
    [
      "a rich text begins as rich text",
      field("rich_text_input", { initial_value: { type: "rich_text", elements: [] } }),
      field("rich_text_input", { initial_value: "x" }),
      "/initial_value",
    ],
    [
      "a mail address is a field, not an action",
      field("email_text_input", {}),
      actions({ type: "email_text_input" }),
      "unsupported type: email_text_input",
    ],
  ]);
});
