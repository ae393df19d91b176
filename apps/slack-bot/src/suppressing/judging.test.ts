import { expect, test } from "vitest";
import { FIELD } from "../codec.ts";
import { allOf } from "./form.ts";
import { filledIn } from "./fields.ts";
import { wrongDays, wrongReason } from "./judging.ts";

const choosing = (value: string): object => ({ [FIELD.input]: { type: "static_select", selected_option: { value } } });
const typing = (value: string): object => ({ [FIELD.input]: { type: "plain_text_input", value } });
type Values = Parameters<typeof filledIn>[0];

function wrongIn(given: Readonly<Record<string, object>>): Record<string, string> | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as Slack sends it
  const values = given as Values;
  const wish = { user: "U0ANA", values, filled: filledIn(values) };
  return allOf([...wrongReason(wish), wrongDays(wish, 30, "This finding")]);
}

test("every wrong field of a window is told at once, each under the name that its block has there", () => {
  expect(wrongIn({ expiry_30: choosing("365"), justification: typing(" why ") })).toEqual({
    basis: "Please choose one.",
    justification: "Please say why, in at least 10 characters.",
    expiry_30: "This finding can be suppressed for 30 days at most.",
  });
});
test("nothing is told where nothing is wrong", () => {
  const justification = typing("A website that is meant to be read.");
  expect(wrongIn({ basis: choosing("by-design"), justification, expiry: choosing("30") })).toBeNull();
});
