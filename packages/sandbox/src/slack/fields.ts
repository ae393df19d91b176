import type { InputBlock, KnownBlock } from "@slack/types";
import { blockIdOf } from "./controls.ts";

/** What somebody has typed or chosen; of checkboxes, all that are checked. */
export type Given = string | readonly string[];
/** By the label of the field. */
export type ByLabel = Readonly<Record<string, Given>>;
/** By the ids of block and element, which is how Slack knows a field again. */
export type ById = Readonly<Record<string, Given>>;

export interface Filled {
  /** `view.state.values` of a submission. */
  readonly values: Readonly<Record<string, Readonly<Record<string, object>>>>;
  /** What Slack itself refuses, before the app hears of it; by `block_id`. */
  readonly errors: Readonly<Record<string, string>>;
}

/** The fields of a modal, each with the id by which what stands in it is kept. Pure. */
export function fieldsOf(blocks: readonly KnownBlock[]): readonly { readonly id: string; readonly block: InputBlock }[] {
  return blocks.flatMap((block, index) => (block.type === "input" ? [{ id: fieldId(block, index), block }] : []));
}

export function fieldId(block: InputBlock, index: number): string {
  return `${blockIdOf(block, index)} ${actionIdOf(block)}`;
}

/** What was kept of a modal's fields, by their labels, where they are still the same fields. Pure. */
export function keptIn(blocks: readonly KnownBlock[], kept: ById): ByLabel {
  const fields = fieldsOf(blocks).flatMap(({ id, block }) => {
    const given = kept[id];
    return given === undefined || !isThere(block, given) ? [] : [[block.label.text, given] as const];
  });
  return Object.fromEntries(fields);
}

/** A choice that the field does not offer any more is none. */
function isThere({ element }: InputBlock, given: Given): boolean {
  if (element.type !== "static_select" && element.type !== "radio_buttons" && element.type !== "checkboxes") return true;
  const options = optionsOf(element);
  return listOf(given).every((one) => one === "" || options.some((option) => isChoice(option, one)));
}

/** The fields of a modal as they are submitted: what is not given keeps what it began with. `idOf`: of a person by name or id. Pure. */
export function filled(blocks: readonly KnownBlock[], given: ByLabel, idOf: (person: string) => string = (person) => person): Filled {
  const values: Record<string, Record<string, object>> = {};
  const errors: Record<string, string> = {};
  const known = new Set<string>();
  for (const [index, block] of blocks.entries()) {
    if (block.type !== "input") continue;
    const label = block.label.text;
    known.add(label);
    const blockId = blockIdOf(block, index);
    const { state, complaint } = answerIn(block, given[label], idOf);
    values[blockId] = { [actionIdOf(block)]: state };
    if (complaint !== null) errors[blockId] = complaint;
  }
  const stray = Object.keys(given).find((label) => !known.has(label));
  if (stray !== undefined) throw new Error(`the window has no field "${stray}"; it has ${[...known].join(", ")}`);
  return { values, errors };
}

export function actionIdOf({ element }: InputBlock): string {
  return "action_id" in element && element.action_id !== undefined ? element.action_id : "input";
}

interface Choice {
  readonly text: { readonly text: string };
  readonly value?: string;
}
type Choosing = Extract<InputBlock["element"], { readonly type: "static_select" | "radio_buttons" | "checkboxes" }>;

function optionsOf(element: Choosing): readonly Choice[] {
  const groups = "option_groups" in element ? element.option_groups : undefined;
  return groups ? groups.flatMap((group) => group.options) : (element.options ?? []);
}
function isChoice({ text, value }: Choice, wanted: string): boolean {
  return text.text === wanted || value === wanted;
}
function listOf(given: Given): readonly string[] {
  return typeof given === "string" ? (given === "" ? [] : [given]) : given;
}
function choiceIn(options: readonly Choice[], wanted: string): Choice {
  const found = options.find((option) => isChoice(option, wanted));
  if (!found) throw new Error(`there is no choice "${wanted}"; there are ${options.map(({ text }) => text.text).join(", ")}`);
  return found;
}

function answerIn(
  { element, optional }: InputBlock,
  all: Given | undefined,
  idOf: (person: string) => string,
): { readonly state: object; readonly complaint: string | null } {
  const missing = optional === true ? null : "This field is required";
  const given = all === undefined ? undefined : (listOf(all)[0] ?? "");
  switch (element.type) {
    case "checkboxes": {
      const chosen = all === undefined ? (element.initial_options ?? []) : listOf(all).map((one) => choiceIn(optionsOf(element), one));
      return { state: { type: element.type, selected_options: chosen }, complaint: chosen.length > 0 ? null : missing };
    }
    case "users_select": {
      const chosen = given === undefined ? element.initial_user : given === "" ? undefined : idOf(given);
      return { state: { type: element.type, selected_user: chosen ?? null }, complaint: chosen === undefined ? missing : null };
    }
    case "static_select":
    case "radio_buttons": {
      const chosen = given === undefined ? element.initial_option : given === "" ? undefined : choiceIn(optionsOf(element), given);
      return { state: { type: element.type, selected_option: chosen ?? null }, complaint: chosen ? null : missing };
    }
    case "plain_text_input": {
      const value = given ?? element.initial_value ?? "";
      return {
        state: { type: element.type, value: value === "" ? null : value },
        complaint: value === "" ? missing : lengthComplaint(value, element),
      };
    }
    case "email_text_input":
    case "url_text_input":
    case "number_input": {
      const value = given ?? element.initial_value ?? "";
      return { state: { type: element.type, value: value === "" ? null : value }, complaint: value === "" ? missing : null };
    }
    case "datepicker": {
      const value = given ?? element.initial_date ?? "";
      return { state: { type: element.type, selected_date: value === "" ? null : value }, complaint: value === "" ? missing : null };
    }
    default:
      throw new Error(`the local workspace cannot fill a ${element.type}`);
  }
}

function lengthComplaint(
  value: string,
  { min_length = 0, max_length = 3000 }: { readonly min_length?: number; readonly max_length?: number },
): string | null {
  if (value.length < min_length) return `Must be at least ${min_length} characters`;
  return value.length > max_length ? `Must be at most ${max_length} characters` : null;
}
