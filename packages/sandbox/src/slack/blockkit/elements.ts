import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { RichText } from "./rich-text.ts";
import {
  byType,
  Confirm,
  Identifier,
  ImageElement,
  OptionGroup,
  OverflowOption,
  PlainOption,
  plainText,
  RichOption,
  type Schema,
  Style,
} from "./text.ts";

const action = { action_id: Identifier.optional() };
const confirm = { confirm: Confirm.optional() };
const focus = { focus_on_load: z.boolean().optional() };
const placeholder = { placeholder: plainText(150).optional() };
const dispatch = {
  dispatch_action_config: z
    .strictObject({ trigger_actions_on: z.array(z.enum(["on_enter_pressed", "on_character_entered"])).optional() })
    .optional(),
};
const typed = { ...action, ...focus, ...placeholder, ...dispatch };
const shared = { ...action, ...confirm, ...focus };
const select = { ...shared, ...placeholder };
const several = { max_selected_items: z.number().int().min(1).optional() };
const lists = {
  options: z.array(PlainOption).min(1).max(100).optional(),
  option_groups: z.array(OptionGroup).min(1).max(100).optional(),
};
const respondable = { response_url_enabled: z.boolean().optional() };
const ids = z.array(z.string()).optional();
const value = z.string().max(2000);
const label = z.string().max(75).optional();

const filter = {
  default_to_current_conversation: z.boolean().optional(),
  filter: z
    .strictObject({
      include: z
        .array(z.enum(["im", "mpim", "private", "public"]))
        .min(1)
        .optional(),
      exclude_external_shared_channels: z.boolean().optional(),
      exclude_bot_users: z.boolean().optional(),
    })
    .optional(),
};
const searched = { min_query_length: z.number().int().min(0).optional() };

const hasOneList = (menu: { readonly options?: unknown; readonly option_groups?: unknown }): boolean =>
  (menu.options === undefined) !== (menu.option_groups === undefined);
const ONE_LIST = "must provide exactly one of options and option_groups";

interface Choice {
  readonly options?: readonly unknown[] | undefined;
  readonly option_groups?: unknown;
  readonly initial_option?: unknown;
  readonly initial_options?: readonly unknown[] | undefined;
}
const Groups = z.array(z.object({ options: z.array(z.unknown()) }));

/** What is chosen from the start exactly matches one of the options: @slack/types 3.2.0. */
function startsWithOptions({ options, option_groups, initial_option, initial_options = [] }: Choice): boolean {
  const groups = Groups.safeParse(option_groups);
  const all = options ?? (groups.success ? groups.data.flatMap((group) => group.options) : []);
  const chosen = initial_option === undefined ? initial_options : [initial_option];
  return chosen.every((one) => all.some((option) => isDeepStrictEqual(option, one)));
}
const NO_OPTION = "initial_option must be one of the options";

export const Button: Schema = z.strictObject({
  type: z.literal("button"),
  ...action,
  ...confirm,
  text: plainText(75),
  value: value.optional(),
  url: z.string().max(3000).optional(),
  style: Style,
  accessibility_label: label,
});

const Overflow = z.strictObject({ type: z.literal("overflow"), ...action, ...confirm, options: z.array(OverflowOption).min(1).max(5) });

const parameter = z.strictObject({ name: z.string(), value: z.string() });
const buttons: Readonly<Record<string, Schema>> = {
  button: Button,
  overflow: Overflow,
  workflow_button: z.strictObject({
    type: z.literal("workflow_button"),
    ...action,
    text: plainText(75),
    workflow: z.strictObject({
      trigger: z.strictObject({ url: z.string(), customizable_input_parameters: z.array(parameter).optional() }),
    }),
    style: Style,
    accessibility_label: label,
  }),
};

const menus: Readonly<Record<string, Schema>> = {
  static_select: z
    .strictObject({ type: z.literal("static_select"), ...select, ...lists, initial_option: PlainOption.optional() })
    .refine(hasOneList, ONE_LIST)
    .refine(startsWithOptions, NO_OPTION),
  users_select: z.strictObject({ type: z.literal("users_select"), ...select, initial_user: z.string().optional() }),
  channels_select: z.strictObject({
    type: z.literal("channels_select"),
    ...select,
    ...respondable,
    initial_channel: z.string().optional(),
  }),
  conversations_select: z.strictObject({
    type: z.literal("conversations_select"),
    ...select,
    ...respondable,
    initial_conversation: z.string().optional(),
    ...filter,
  }),
  external_select: z.strictObject({
    type: z.literal("external_select"),
    ...select,
    ...searched,
    initial_option: PlainOption.optional(),
  }),
};

/** In a section or an input only: https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element. */
const multiMenus: Readonly<Record<string, Schema>> = {
  multi_static_select: z
    .strictObject({
      type: z.literal("multi_static_select"),
      ...select,
      ...several,
      ...lists,
      initial_options: z.array(PlainOption).min(1).optional(),
    })
    .refine(hasOneList, ONE_LIST)
    .refine(startsWithOptions, NO_OPTION),
  multi_users_select: z.strictObject({ type: z.literal("multi_users_select"), ...select, ...several, initial_users: ids }),
  multi_channels_select: z.strictObject({ type: z.literal("multi_channels_select"), ...select, ...several, initial_channels: ids }),
  multi_conversations_select: z.strictObject({
    type: z.literal("multi_conversations_select"),
    ...select,
    ...several,
    ...filter,
    initial_conversations: ids,
  }),
  multi_external_select: z.strictObject({
    type: z.literal("multi_external_select"),
    ...select,
    ...several,
    ...searched,
    initial_options: z.array(PlainOption).min(1).optional(),
  }),
};

const pickers: Readonly<Record<string, Schema>> = {
  checkboxes: z
    .strictObject({
      type: z.literal("checkboxes"),
      ...shared,
      options: z.array(RichOption).min(1).max(10),
      initial_options: z.array(RichOption).min(1).optional(),
    })
    .refine(startsWithOptions, NO_OPTION),
  radio_buttons: z
    .strictObject({
      type: z.literal("radio_buttons"),
      ...shared,
      options: z.array(RichOption).min(1).max(10),
      initial_option: RichOption.optional(),
    })
    .refine(startsWithOptions, NO_OPTION),
  datepicker: z.strictObject({
    type: z.literal("datepicker"),
    ...select,
    initial_date: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/, "must be a date YYYY-MM-DD")
      .optional(),
  }),
  timepicker: z.strictObject({
    type: z.literal("timepicker"),
    ...select,
    initial_time: z
      .string()
      .regex(/^\d{2}:\d{2}$/, "must be a time HH:mm")
      .optional(),
    timezone: z.string().optional(),
  }),
};
/** Not beside a section: https://docs.slack.dev/reference/block-kit/block-elements/datetime-picker-element. */
const datetimepicker = z.strictObject({
  type: z.literal("datetimepicker"),
  ...shared,
  initial_date_time: z.number().int().min(1_000_000_000).max(9_999_999_999).optional(),
});

const length = z.number().int().max(3000);
const richTextInput = z.strictObject({
  type: z.literal("rich_text_input"),
  ...typed,
  initial_value: RichText.optional(),
  min_lines: z.number().int().min(1).max(100).optional(),
  max_lines: z.number().int().min(1).max(100).optional(),
});

const inputs: Readonly<Record<string, Schema>> = {
  plain_text_input: z.strictObject({
    type: z.literal("plain_text_input"),
    ...typed,
    initial_value: z.string().max(3000).optional(),
    multiline: z.boolean().optional(),
    min_length: length.min(0).optional(),
    max_length: length.min(1).optional(),
  }),
  number_input: z.strictObject({
    type: z.literal("number_input"),
    ...typed,
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  email_text_input: z.strictObject({ type: z.literal("email_text_input"), ...typed, initial_value: z.string().optional() }),
  url_text_input: z.strictObject({ type: z.literal("url_text_input"), ...typed, initial_value: z.string().optional() }),
  rich_text_input: richTextInput,
  file_input: z.strictObject({
    type: z.literal("file_input"),
    ...action,
    filetypes: z.array(z.string()).optional(),
    max_files: z.number().int().min(1).max(10).optional(),
  }),
};

const feedback = z.strictObject({ text: plainText(75), accessibility_label: label, value });

/** Which elements a block takes: https://docs.slack.dev/reference/block-kit/block-elements. */
export const Accessory: Schema = byType({ ...buttons, image: ImageElement, ...menus, ...multiMenus, ...pickers });
export const ActionsElement: Schema = byType({ ...buttons, rich_text_input: richTextInput, ...menus, ...pickers, datetimepicker });
export const InputElement: Schema = byType({ ...inputs, ...menus, ...multiMenus, ...pickers, datetimepicker });
export const ContextAction: Schema = byType({
  feedback_buttons: z.strictObject({
    type: z.literal("feedback_buttons"),
    ...action,
    positive_button: feedback,
    negative_button: feedback,
  }),
  icon_button: z.strictObject({
    type: z.literal("icon_button"),
    ...action,
    ...confirm,
    icon: z.literal("trash"),
    text: plainText(75),
    accessibility_label: label,
    value: value.optional(),
    visible_to_user_ids: ids,
  }),
});
