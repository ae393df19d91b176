import type { InputBlock, KnownBlock } from "@slack/types";

/** What somebody has typed or chosen, by the label of the field. */
export type ByLabel = Readonly<Record<string, string>>;

export interface Filled {
  /** `view.state.values` of a submission. */
  readonly values: Readonly<Record<string, Readonly<Record<string, object>>>>;
  /** What Slack itself refuses, before the app hears of it; by `block_id`. */
  readonly errors: Readonly<Record<string, string>>;
}

/** The fields of a modal as they are submitted: what is not given keeps what it began with. Pure. */
export function filled(blocks: readonly KnownBlock[], given: ByLabel): Filled {
  const values: Record<string, Record<string, object>> = {};
  const errors: Record<string, string> = {};
  const known = new Set<string>();
  for (const [index, block] of blocks.entries()) {
    if (block.type !== "input") continue;
    const label = block.label.text;
    known.add(label);
    const blockId = block.block_id ?? `block-${index}`;
    const { state, complaint } = answerIn(block, given[label]);
    values[blockId] = { [actionIdOf(block)]: state };
    if (complaint !== null) errors[blockId] = complaint;
  }
  const stray = Object.keys(given).find((label) => !known.has(label));
  if (stray !== undefined) throw new Error(`the window has no field "${stray}"; it has ${[...known].join(", ")}`);
  return { values, errors };
}

function actionIdOf({ element }: InputBlock): string {
  return "action_id" in element && element.action_id !== undefined ? element.action_id : "input";
}

function answerIn(
  { element, optional }: InputBlock,
  given: string | undefined,
): { readonly state: object; readonly complaint: string | null } {
  const missing = optional === true ? null : "This field is required";
  switch (element.type) {
    case "static_select":
    case "radio_buttons": {
      const options =
        "option_groups" in element && element.option_groups
          ? element.option_groups.flatMap((group) => group.options)
          : (element.options ?? []);
      const chosen =
        given === undefined ? element.initial_option : options.find(({ text, value }) => text.text === given || value === given);
      if (given !== undefined && given !== "" && !chosen) {
        throw new Error(`there is no choice "${given}"; there are ${options.map(({ text }) => text.text).join(", ")}`);
      }
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
