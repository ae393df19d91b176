import type { KnownBlock } from "@slack/types";

/** Something in a message that can be used. */
export interface Control {
  readonly kind: "button" | "static_select" | "overflow";
  readonly blockId: string;
  readonly actionId: string;
  /** What it says: the text of a button, the placeholder of a menu. */
  readonly label: string;
  /** Of a button. */
  readonly value?: string;
  /** A link opens it in the browser as well. */
  readonly url?: string;
  readonly style?: "primary" | "danger";
  /** The question that is asked first. */
  readonly confirm?: string;
  readonly options: readonly Choice[];
  /** Of a menu, what it begins with. */
  readonly chosen?: Choice;
}
export interface Choice {
  readonly label: string;
  readonly value: string;
}

/** The buttons and menus of a message, in their order. Pure. */
export function controlsOf(blocks: readonly KnownBlock[]): readonly Control[] {
  return blocks.flatMap((block, index) => controlsIn(block, blockIdOf(block, index)));
}

/** Slack gives an id to each block that came without one. */
export function blockIdOf(block: KnownBlock, index: number): string {
  return "block_id" in block && block.block_id !== undefined ? block.block_id : `block-${index}`;
}

export function controlsIn(block: KnownBlock, blockId: string): readonly Control[] {
  const elements: readonly unknown[] =
    block.type === "actions" ? block.elements : block.type === "section" && block.accessory ? [block.accessory] : [];
  return elements.flatMap((element, index) => {
    const control = controlOf(element, blockId, index);
    return control ? [control] : [];
  });
}

type Elements = Extract<KnownBlock, { type: "actions" }>["elements"][number];

function controlOf(given: unknown, blockId: string, index: number): Control | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it stood in blocks that were judged
  const element = given as Elements;
  const ids = { blockId, actionId: "action_id" in element && element.action_id !== undefined ? element.action_id : `action-${index}` };
  const confirm = "confirm" in element && element.confirm ? { confirm: element.confirm.text.text } : {};
  switch (element.type) {
    case "button":
      return {
        kind: "button",
        ...ids,
        ...confirm,
        label: element.text.text,
        ...(element.value !== undefined && { value: element.value }),
        ...(element.url !== undefined && { url: element.url }),
        ...(element.style !== undefined && { style: element.style }),
        options: [],
      };
    case "static_select": {
      const options = element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
      return {
        kind: "static_select",
        ...ids,
        ...confirm,
        label: element.placeholder?.text ?? "Choose",
        options: options.map(choiceOf),
        ...(element.initial_option && { chosen: choiceOf(element.initial_option) }),
      };
    }
    case "overflow":
      return {
        kind: "overflow",
        ...ids,
        ...confirm,
        label: "More",
        options: element.options.map(choiceOf),
      };
    default:
      return null;
  }
}

function choiceOf({ text, value }: { readonly text: { readonly text: string }; readonly value?: string }): Choice {
  return { label: text.text, value: value ?? "" };
}
