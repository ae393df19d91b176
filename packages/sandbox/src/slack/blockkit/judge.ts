import { z } from "zod";
import { blocksOn } from "./blocks.ts";
import { inSlacksWords, plainText } from "./text.ts";

/** Why Slack refuses: its error code, and its sentences with JSON pointers. `null`: nothing is wrong. */
export type Refusal = { readonly error: string; readonly messages: readonly string[] } | null;

/** Is told of each payload that Slack would not take, and by which method it came. */
export type Refused = (where: string, refusal: NonNullable<Refusal>) => void;

/** More characters of text in the blocks of one posted message are refused: https://github.com/slackapi/bolt-js/issues/2509. */
const MOST_CHARACTERS = 12_000;
/** https://docs.slack.dev/reference/block-kit/blocks/table-block */
const MOST_TABLE_CHARACTERS = 10_000;

/**
 * What Slack refuses about the blocks of a message.
 *
 * @param blocks what was sent as `blocks`, parsed from JSON
 * @param posted whether it is sent by `chat.postMessage` or `chat.update`, which also limit the text of all blocks together
 * @see https://docs.slack.dev/reference/block-kit
 */
export function refusalOfMessage(blocks: unknown, posted: boolean): Refusal {
  const wrong = complaints(blocksOn("message").safeParse(blocks), "/blocks") ?? complaintsOfAll(blocks, "/blocks");
  if (wrong !== null) return { error: "invalid_blocks", messages: wrong };
  if (posted && charactersOf(blocks) > MOST_CHARACTERS) return { error: "msg_blocks_too_long", messages: [] };
  return null;
}

const View = (surface: "modal" | "home"): z.ZodType =>
  z.strictObject({
    type: z.literal(surface),
    ...(surface === "modal"
      ? {
          title: plainText(24),
          submit: plainText(24).optional(),
          close: plainText(24).optional(),
          clear_on_close: z.boolean().optional(),
          notify_on_close: z.boolean().optional(),
          submit_disabled: z.boolean().optional(),
        }
      : {}),
    blocks: blocksOn(surface),
    private_metadata: z.string().max(3000).optional(),
    callback_id: z.string().max(255).optional(),
    external_id: z.string().max(255).optional(),
  });

/**
 * What Slack refuses about a view.
 *
 * @see https://docs.slack.dev/reference/views
 */
export function refusalOfView(view: unknown, surface: "modal" | "home"): Refusal {
  const wrong = complaints(View(surface).safeParse(view), "/view") ?? complaintsOfAll(blocksOf(view), "/view/blocks");
  if (wrong !== null) return { error: "invalid_arguments", messages: wrong };
  if (surface === "modal" && hasInput(view) && !hasSubmit(view)) {
    return { error: "invalid_arguments", messages: ["[ERROR] missing required field: submit [json-pointer:/view]"] };
  }
  if (JSON.stringify(view).length > 250_000) return { error: "view_too_large", messages: [] };
  return null;
}

function complaints(result: z.ZodSafeParseResult<unknown>, root: string): readonly string[] | null {
  if (result.success) return null;
  return result.error.issues.map((issue) => complaint(inSlacksWords(issue), [root, ...issue.path.map(String)].join("/")));
}

const complaint = (words: string, pointer: string): string => `[ERROR] ${words} [json-pointer:${pointer}]`;

/** What a workspace says that does not know a block yet, of those with these types; `null`: it knows all that there are. */
export function refusalOfUnknown(blocks: unknown, unknown: ReadonlySet<string>): Refusal {
  const list = Blocks.safeParse(blocks).data ?? [];
  const found = list.flatMap(({ type }, index) => (unknown.has(type) ? [complaint(`unsupported type: ${type}`, `/blocks/${index}`)] : []));
  return found.length === 0 ? null : { error: "invalid_blocks", messages: found };
}

/** The rules that look at all blocks of a message or view together. */
function complaintsOfAll(blocks: unknown, root: string): readonly string[] | null {
  const list = Blocks.parse(blocks);
  const found = [
    ...repeated(list.flatMap(({ block_id }) => (block_id === undefined ? [] : [block_id]))).map((id) =>
      complaint(`block_id "${id}" already exists`, root),
    ),
    ...list.flatMap((block, index) =>
      repeated(actionIdsOf(block)).map((id) => complaint(`action_id "${id}" already exists`, `${root}/${index}`)),
    ),
    ...(focusesIn(blocks) > 1 ? [complaint("only one element may have focus_on_load", root)] : []),
    ...(countOf(list, "table") > 1 ? [complaint("only_one_table_allowed", root)] : []),
    ...(countOf(list, "data_visualization") > 2 ? [complaint("no more than 2 data_visualization blocks allowed", root)] : []),
    ...(charactersOf(list.filter(({ type }) => type === "table" || type === "data_table")) > MOST_TABLE_CHARACTERS
      ? [complaint("table cells must be less than 10001 characters in all", root)]
      : []),
    ...(charactersOf(list.filter(({ type }) => type === "markdown")) > 12_000
      ? [complaint("markdown must be less than 12001 characters in all", root)]
      : []),
  ];
  return found.length === 0 ? null : found;
}

const Blocks = z.array(z.looseObject({ type: z.string(), block_id: z.string().optional() }));
const blocksOf = (view: unknown): unknown => z.looseObject({ blocks: z.unknown().optional() }).parse(view).blocks;
const countOf = (blocks: readonly { readonly type: string }[], type: string): number =>
  blocks.filter((block) => block.type === type).length;
const hasInput = (view: unknown): boolean => countOf(Blocks.parse(blocksOf(view)), "input") > 0;
const hasSubmit = (view: unknown): boolean => z.looseObject({ submit: z.unknown().optional() }).parse(view).submit !== undefined;

function repeated(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
}

function actionIdsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(actionIdsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === "action_id" && typeof inner === "string" ? [inner] : actionIdsOf(inner),
  );
}

/** Source: `focus_on_load` in https://docs.slack.dev/reference/block-kit/block-elements/. */
function focusesIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, inner) => sum + focusesIn(inner), 0);
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]: [string, unknown]) => sum + (key === "focus_on_load" && inner === true ? 1 : focusesIn(inner)),
    0,
  );
}

const NOT_TEXT = new Set(["type", "block_id", "action_id", "value", "url", "image_url", "style", "name"]);

/** The characters that a person could read in these blocks. */
function charactersOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, inner) => sum + charactersOf(inner), 0);
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce((sum, [key, inner]: [string, unknown]) => (NOT_TEXT.has(key) ? sum : sum + charactersOf(inner)), 0);
}
