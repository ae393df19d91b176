import { z } from "zod";
import { Accessory, ActionsElement, Button, ContextAction, InputElement } from "./elements.ts";
import { RichText } from "./rich-text.ts";
import { anyText, byType, Identifier, ImageBlock, ImageElement, mrkdwn, plainText, type Schema } from "./text.ts";

export type Surface = "message" | "modal" | "home";

const id = { block_id: z.string().max(255).optional() };

const cell = byType({
  raw_text: z.strictObject({ type: z.literal("raw_text"), text: z.string().min(1) }),
  raw_number: z.strictObject({ type: z.literal("raw_number"), value: z.number(), text: z.string() }),
  rich_text: RichText,
});

const card: Schema = z
  .strictObject({
    type: z.literal("card"),
    ...id,
    hero_image: ImageElement.optional(),
    icon: ImageElement.optional(),
    title: mrkdwn(150).optional(),
    subtitle: mrkdwn(150).optional(),
    body: mrkdwn(200).optional(),
    actions: z.array(Button).min(1).optional(),
  })
  .refine((value) => (value.hero_image ?? value.title ?? value.actions ?? value.body) !== undefined, "must show at least one thing");

const basic: Readonly<Record<string, Schema>> = {
  section: z
    .strictObject({
      type: z.literal("section"),
      ...id,
      text: anyText(3000).optional(),
      fields: z.array(anyText(2000)).min(1).max(10).optional(),
      accessory: Accessory.optional(),
      expand: z.boolean().optional(),
    })
    .refine((value) => value.text !== undefined || value.fields !== undefined, "must provide text or fields"),
  header: z.strictObject({ type: z.literal("header"), ...id, text: plainText(150) }),
  divider: z.strictObject({ type: z.literal("divider"), ...id }),
  image: ImageBlock,
  context: z.strictObject({
    type: z.literal("context"),
    ...id,
    elements: z
      .array(byType({ image: ImageElement, plain_text: plainText(), mrkdwn: mrkdwn() }))
      .min(1)
      .max(10),
  }),
  actions: z.strictObject({ type: z.literal("actions"), ...id, elements: z.array(ActionsElement).min(1).max(25) }),
  rich_text: RichText,
  video: z.strictObject({
    type: z.literal("video"),
    ...id,
    video_url: z.url(),
    thumbnail_url: z.url(),
    alt_text: z.string().min(1),
    title: plainText(200),
    title_url: z.url().optional(),
    author_name: z.string().max(50).optional(),
    provider_name: z.string().optional(),
    provider_icon_url: z.url().optional(),
    description: plainText(200).optional(),
  }),
};

const input: Schema = z.strictObject({
  type: z.literal("input"),
  ...id,
  label: plainText(2000),
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: InputElement,
});

const table: Schema = z.strictObject({
  type: z.literal("table"),
  ...id,
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z
    .array(z.strictObject({ align: z.enum(["left", "center", "right"]).optional(), is_wrapped: z.boolean().optional() }).nullable())
    .max(20)
    .optional(),
});

const point = z.strictObject({ label: z.string().min(1).max(20), value: z.number() });
const axes = z.strictObject({
  categories: z.array(z.string().min(1).max(20)).min(1).max(20),
  x_label: z.string().max(50).optional(),
  y_label: z.string().max(50).optional(),
});
const plotted = (type: string): Schema =>
  z
    .strictObject({
      type: z.literal(type),
      series: z
        .array(z.strictObject({ name: z.string().min(1).max(20), data: z.array(point).min(1).max(20) }))
        .min(1)
        .max(12),
      axis_config: axes,
    })
    .refine(
      ({ series, axis_config }) => series.every(({ data }) => sameSet(data, axis_config.categories)),
      "each series must have each category once",
    );

const messageOnly: Readonly<Record<string, Schema>> = {
  markdown: z.strictObject({ type: z.literal("markdown"), ...id, text: z.string().min(1).max(12_000) }),
  table,
  data_table: z
    .strictObject({
      type: z.literal("data_table"),
      ...id,
      caption: z.string().min(1),
      rows: z.array(z.array(cell).min(1).max(20)).min(2).max(101),
      page_size: z.number().int().min(1).max(100).optional(),
      row_header_column_index: z.number().int().min(0).max(19).optional(),
    })
    .refine(({ rows }) => rows.every((row) => row.length === rows[0]?.length), "each row must have as many cells as the first")
    // Source: https://docs.slack.dev/reference/block-kit/blocks/data-table-block
    .refine(({ rows }) => rows[0]?.every((it) => !isRich(it)) === true, "rich_text is not allowed in the header row"),
  data_visualization: z.strictObject({
    type: z.literal("data_visualization"),
    ...id,
    title: z.string().min(1).max(50),
    chart: byType({
      pie: z.strictObject({ type: z.literal("pie"), segments: z.array(point).min(1).max(20) }),
      bar: plotted("bar"),
      line: plotted("line"),
      area: plotted("area"),
    }),
  }),
  context_actions: z.strictObject({ type: z.literal("context_actions"), ...id, elements: z.array(ContextAction).min(1).max(5) }),
  container: z
    .strictObject({
      type: z.literal("container"),
      ...id,
      title: plainText(150).optional(),
      rich_text_title: RichText.optional(),
      subtitle: anyText(150).optional(),
      child_blocks: z
        .array(byType({ ...basic, input, table }))
        .min(1)
        .max(10),
      width: z.enum(["narrow", "standard", "wide", "full"]).optional(),
      icon: ImageElement.optional(),
      is_collapsible: z.boolean().optional(),
      default_collapsed: z.boolean().optional(),
      has_header_divider: z.boolean().optional(),
    })
    .refine(
      (value) => (value.title === undefined) !== (value.rich_text_title === undefined),
      "must provide exactly one of title and rich_text_title",
    ),
  file: z.strictObject({ type: z.literal("file"), ...id, external_id: Identifier, source: z.literal("remote") }),
};

const carousel = z.strictObject({ type: z.literal("carousel"), ...id, elements: z.array(card).min(1).max(10) });
const alert = z.strictObject({
  type: z.literal("alert"),
  ...id,
  text: anyText(),
  level: z.enum(["default", "info", "warning", "error", "success"]).optional(),
});

/** Which blocks a surface takes: the list `surfaces` of https://docs.slack.dev/reference/block-kit/blocks. */
const ON: Readonly<Record<Surface, Schema>> = {
  message: byType({ ...basic, ...messageOnly, input, card, carousel }),
  modal: byType({ ...basic, input, card, alert }),
  home: byType({ ...basic, input, card, carousel }),
};

export const blocksOn = (surface: Surface): Schema => z.array(ON[surface]).max(surface === "message" ? 50 : 100);

function isRich(value: unknown): boolean {
  return typeof value === "object" && value !== null && "type" in value && value.type === "rich_text";
}

function sameSet(data: readonly { readonly label: string }[], categories: readonly string[]): boolean {
  const labels = new Set(data.map(({ label }) => label));
  return labels.size === data.length && labels.size === categories.length && categories.every((category) => labels.has(category));
}
