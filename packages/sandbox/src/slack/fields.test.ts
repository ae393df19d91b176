import type { InputBlock, KnownBlock } from "@slack/types";
import { describe, expect, it } from "vitest";
import { filled, keptIn } from "./fields.ts";

const plain = (text: string): { readonly type: "plain_text"; readonly text: string } => ({ type: "plain_text", text });
const option = (text: string): { readonly text: ReturnType<typeof plain>; readonly value: string } => ({
  text: plain(text),
  value: text.toLowerCase(),
});
const options = [option("Seven days"), option("Thirty days")];
const input = (element: InputBlock["element"], more: Partial<InputBlock> = {}): KnownBlock => ({
  type: "input",
  block_id: "b",
  label: plain("L"),
  element: { action_id: "a", ...element },
  ...more,
});

describe("a field that is filled in", () => {
  it.each([
    ["text", input({ type: "plain_text_input" }), "words", { type: "plain_text_input", value: "words" }],
    [
      "text that was there already",
      input({ type: "plain_text_input", initial_value: "old" }),
      undefined,
      { type: "plain_text_input", value: "old" },
    ],
    [
      "an option by what it says",
      input({ type: "static_select", options }),
      "Thirty days",
      { type: "static_select", selected_option: options[1] },
    ],
    [
      "an option by its value",
      input({ type: "radio_buttons", options }),
      "seven days",
      { type: "radio_buttons", selected_option: options[0] },
    ],
    [
      "an option of a group",
      input({ type: "static_select", option_groups: [{ label: plain("G"), options }] }),
      "Seven days",
      { type: "static_select", selected_option: options[0] },
    ],
    [
      "the option that was chosen already",
      input({ type: "static_select", options, initial_option: option("Seven days") }),
      undefined,
      { type: "static_select", selected_option: options[0] },
    ],
    [
      "some of the checkboxes",
      input({ type: "checkboxes", options }),
      ["Thirty days"],
      { type: "checkboxes", selected_options: [options[1]] },
    ],
    [
      "the checkboxes that were checked already",
      input({ type: "checkboxes", options, initial_options: options }),
      undefined,
      { type: "checkboxes", selected_options: options },
    ],
    ["a person by name", input({ type: "users_select" }), "Ana", { type: "users_select", selected_user: "U0ANA" }],
    [
      "the person who was chosen already",
      input({ type: "users_select", initial_user: "U0BEN" }),
      undefined,
      { type: "users_select", selected_user: "U0BEN" },
    ],
    ["a day", input({ type: "datepicker", initial_date: "2026-01-01" }), "2026-02-01", { type: "datepicker", selected_date: "2026-02-01" }],
    ["a number", input({ type: "number_input", is_decimal_allowed: false }), "7", { type: "number_input", value: "7" }],
  ])("%s", (_, block, given, state) =>
    expect(filled([block], given === undefined ? {} : { L: given }, (person) => `U0${person.toUpperCase()}`)).toEqual({
      values: { b: { a: state } },
      errors: {},
    }),
  );
  it.each([
    ["that is required and empty", input({ type: "plain_text_input", initial_value: "old" }), "", "This field is required"],
    ["without a choice", input({ type: "static_select", options }), "", "This field is required"],
    ["without a box that is checked", input({ type: "checkboxes", options, initial_options: options }), [], "This field is required"],
    ["without a person", input({ type: "users_select" }), "", "This field is required"],
    ["without a day", input({ type: "datepicker" }), "", "This field is required"],
    ["that is too short", input({ type: "plain_text_input", min_length: 5 }), "four", "Must be at least 5 characters"],
    ["that is too long", input({ type: "plain_text_input", max_length: 3 }), "four", "Must be at most 3 characters"],
  ])("%s is refused before the app hears of it", (_, block, given, complaint) =>
    expect(filled([block], { L: given }).errors).toEqual({ b: complaint }),
  );
  it("that is optional may stay empty, which is null", () =>
    expect(filled([input({ type: "plain_text_input" }, { optional: true })], {})).toEqual({
      values: { b: { a: { type: "plain_text_input", value: null } } },
      errors: {},
    }));
  it("has one of the options, or the test is wrong", () =>
    expect(() => filled([input({ type: "static_select", options })], { L: "For ever" })).toThrow(
      'there is no choice "For ever"; there are Seven days, Thirty days',
    ));
  it("may be of a kind that cannot be filled in here, which says so", () =>
    expect(() => filled([input({ type: "file_input" })], {})).toThrow("the local workspace cannot fill a file_input"));
  it("that has not changed keeps what was given, and one whose choices or name have changed does not", () => {
    const menu = input({ type: "static_select", options });
    const kept = { "b a": "thirty days" };
    expect(keptIn([menu], kept)).toEqual({ L: "thirty days" });
    expect(keptIn([input({ type: "static_select", options: options.slice(0, 1) })], kept)).toEqual({});
    expect(keptIn([{ ...menu, block_id: "c" }], kept)).toEqual({});
    expect(keptIn([input({ type: "checkboxes", options })], { "b a": ["thirty days", "for ever"] })).toEqual({});
  });
  it("is none where the window has no field of that label", () =>
    expect(() => filled([{ type: "divider" }, input({ type: "plain_text_input" })], { M: "x" })).toThrow(
      'the window has no field "M"; it has L',
    ));
});
