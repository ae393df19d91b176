import { z } from "zod";

/*
 * Block Kit as Slack takes it, to the letter: an unknown property refuses the whole message, as live Slack does.
 * Limits: https://docs.slack.dev/reference/block-kit and the type files of @slack/types 3.2.0.
 */

/** A schema that is asked only for what is wrong; what it accepts is typed by @slack/types. */
export type Schema = z.ZodType;

export const plainText = (max = 3000): Schema =>
  z.strictObject({ type: z.literal("plain_text"), text: z.string().min(1).max(max), emoji: z.boolean().optional() });

export const mrkdwn = (max = 3000): Schema =>
  z.strictObject({ type: z.literal("mrkdwn"), text: z.string().min(1).max(max), verbatim: z.boolean().optional() });

export const anyText = (max = 3000): Schema => byType({ plain_text: plainText(max), mrkdwn: mrkdwn(max) });

/** Chooses the schema by the property `type`, so that what is wrong is said of the right one. */
export function byType(schemas: Readonly<Record<string, Schema>>): Schema {
  return z.record(z.string(), z.unknown()).superRefine((value, context) => {
    const type = value["type"];
    const schema = typeof type === "string" && Object.hasOwn(schemas, type) ? schemas[type] : undefined;
    if (schema === undefined) return context.addIssue({ code: "custom", message: `unsupported type: ${String(type)}` });
    for (const issue of schema.safeParse(value).error?.issues ?? []) {
      context.addIssue({ code: "custom", path: [...issue.path], message: inSlacksWords(issue) });
    }
  });
}

/** As Slack says what is wrong with a value. */
export function inSlacksWords(issue: z.core.$ZodIssue): string {
  if (issue.code === "too_big" && issue.origin === "string") return `must be less than ${Number(issue.maximum) + 1} characters`;
  if (issue.code === "too_small" && issue.origin === "string") return `must be more than ${Number(issue.minimum) - 1} characters`;
  if (issue.code === "too_big" && issue.origin === "array") return `no more than ${String(issue.maximum)} items allowed`;
  if (issue.code === "too_small" && issue.origin === "array") return `must have at least ${String(issue.minimum)} items`;
  if (issue.code === "unrecognized_keys") return `invalid additional property: ${issue.keys.join(", ")}`;
  return issue.message;
}

export const Identifier: Schema = z.string().min(1).max(255);

export const Style: Schema = z.enum(["primary", "danger"]).optional();

export const Confirm: Schema = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: Style,
});

const option = (text: Schema): Schema => z.strictObject({ text, value: z.string().min(1).max(150), description: anyText(75).optional() });

/** Menus show plain text only; radio buttons and checkboxes also take mrkdwn. */
export const PlainOption: Schema = option(plainText(75));
export const RichOption: Schema = option(anyText(75));
export const OverflowOption: Schema = z.strictObject({
  text: plainText(75),
  value: z.string().min(1).max(150).optional(),
  description: plainText(75).optional(),
  url: z.string().max(3000).optional(),
});

export const OptionGroup: Schema = z.strictObject({ label: plainText(75), options: z.array(PlainOption).min(1).max(100) });

const image = {
  type: z.literal("image"),
  alt_text: z.string().min(1).max(2000),
  image_url: z
    .url({ protocol: /^https?$/ })
    .max(3000)
    .optional(),
  slack_file: z.union([z.strictObject({ id: Identifier }), z.strictObject({ url: z.url() })]).optional(),
};

const hasOneSource = (value: { readonly image_url?: unknown; readonly slack_file?: unknown }): boolean =>
  (value.image_url === undefined) !== (value.slack_file === undefined);
const ONE_SOURCE = "must provide exactly one of image_url and slack_file";

export const ImageElement: Schema = z.strictObject(image).refine(hasOneSource, ONE_SOURCE);
export const ImageBlock: Schema = z
  .strictObject({ ...image, title: plainText(2000).optional(), block_id: z.string().max(255).optional() })
  .refine(hasOneSource, ONE_SOURCE);
