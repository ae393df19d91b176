import { z } from "zod";
import { byType, type Schema } from "./text.ts";

const flag = z.boolean().optional();
const style = z.strictObject({ bold: flag, code: flag, italic: flag, strike: flag, underline: flag }).optional();
const text = z.strictObject({ type: z.literal("text"), text: z.string().min(1), style });
const link = z.strictObject({ type: z.literal("link"), url: z.string().min(1), text: z.string().optional(), unsafe: flag, style });

const Inline = byType({
  text,
  link,
  emoji: z.strictObject({
    type: z.literal("emoji"),
    name: z.string().min(1),
    unicode: z.string().optional(),
    url: z.string().optional(),
    style,
  }),
  user: z.strictObject({ type: z.literal("user"), user_id: z.string(), style }),
  usergroup: z.strictObject({ type: z.literal("usergroup"), usergroup_id: z.string(), style }),
  channel: z.strictObject({ type: z.literal("channel"), channel_id: z.string(), style }),
  team: z.strictObject({ type: z.literal("team"), team_id: z.string(), style }),
  broadcast: z.strictObject({ type: z.literal("broadcast"), range: z.enum(["here", "channel", "everyone"]), style }),
  color: z.strictObject({ type: z.literal("color"), value: z.string(), style }),
  date: z.strictObject({
    type: z.literal("date"),
    timestamp: z.number().int(),
    format: z.string().min(1),
    url: z.string().optional(),
    fallback: z.string().optional(),
    style,
  }),
});

const border = z.union([z.literal(0), z.literal(1)]).optional();
const section = z.strictObject({ type: z.literal("rich_text_section"), elements: z.array(Inline) });

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export const RichText: Schema = z.strictObject({
  type: z.literal("rich_text"),
  block_id: z.string().max(255).optional(),
  elements: z.array(
    byType({
      rich_text_section: section,
      rich_text_list: z.strictObject({
        type: z.literal("rich_text_list"),
        style: z.enum(["bullet", "ordered"]),
        elements: z.array(section),
        indent: z.number().int().min(0).max(8).optional(),
        offset: z.number().int().min(0).optional(),
        border,
      }),
      rich_text_quote: z.strictObject({ type: z.literal("rich_text_quote"), elements: z.array(Inline), border }),
      rich_text_preformatted: z.strictObject({
        type: z.literal("rich_text_preformatted"),
        elements: z.array(byType({ text, link })),
        border,
        language: z.string().optional(),
      }),
    }),
  ),
});
