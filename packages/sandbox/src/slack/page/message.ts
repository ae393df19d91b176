import type { KnownBlock } from "@slack/types";
import { createElement as h, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { type Block, Message as Blocks } from "slack-blocks-to-jsx";
import { blockIdOf, type Control, controlsIn } from "../controls.ts";
import type { Message } from "../room.ts";
import type { Person, Workspace } from "../workspace.ts";

/** One message as the channel shows it. */
export function messageHtml(message: Message, workspace: Pick<Workspace, "people" | "botUserId">): string {
  const person = workspace.people.find(({ id }) => id === message.user);
  const name = person?.name ?? "Posture";
  const [time, date] = [new Date(Number(message.ts) * 1000), new Date(Number(message.ts) * 1000).toISOString()];
  const clock = time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const [summary = ""] = message.text.split("\n");
  return html(
    h(
      "article",
      {
        className: `message${message.ephemeralFor === undefined ? "" : " ephemeral"}${message.threadTs === undefined ? "" : " reply"}`,
        id: `m-${message.ts}`,
        "data-ts": message.ts,
        "aria-label": `${name}: ${summary}`,
      },
      avatar(person),
      h(
        "div",
        { className: "said" },
        ...(message.ephemeralFor === undefined ? [] : [h("p", { className: "only" }, "👁 Only visible to you")]),
        h(
          "header",
          null,
          h("strong", null, name),
          person ? null : h("span", { className: "app" }, "APP"),
          h("time", { dateTime: date }, clock),
          message.edited ? h("span", { className: "edited" }, "(edited)") : null,
        ),
        message.blocks.length > 0 ? blocksElement(message.blocks, workspace.people) : h("p", { className: "plain" }, message.text),
        h("p", { className: "trouble", role: "status" }),
      ),
    ),
  );
}

function avatar(person: Person | undefined): ReactElement {
  const letter = person ? person.name.charAt(0) : "P";
  return h("div", { className: `avatar ${person ? person.name.toLowerCase() : "bot"}`, "aria-hidden": true }, letter);
}

/** Blocks, drawn by the library that the field uses; what can be pressed is ours, since it has to work. */
export function blocksElement(blocks: readonly KnownBlock[], people: readonly Person[]): ReactElement {
  const users = people.map(({ id, name }) => ({ id, name }));
  return h(
    "div",
    { className: "blocks" },
    blocks.map((block, index) => {
      const controls = controlsIn(block, blockIdOf(block, index));
      const drawn = block.type === "actions" ? null : drawnElement(block, users);
      return h(
        "div",
        { key: index, className: `block block-${block.type}` },
        drawn,
        controls.length > 0 ? controlsElement(controls) : null,
      );
    }),
  );
}

function drawnElement(block: KnownBlock, users: readonly { readonly id: string; readonly name: string }[]): ReactElement {
  const bare = block.type === "section" && block.accessory ? { ...block, accessory: undefined } : block;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the library declares the same blocks under types of its own
  const known = bare as Block;
  return h(Blocks, { blocks: [known], logo: "", name: "", theme: "light", withoutWrapper: true, data: { users: [...users] } });
}

function controlsElement(controls: readonly Control[]): ReactElement {
  return h("div", { className: "controls" }, controls.map(controlElement));
}

function controlElement(control: Control): ReactElement {
  const { kind, blockId, actionId, label, url, style, confirm, options } = control;
  const data = { "data-block": blockId, "data-action": actionId, ...(confirm !== undefined && { "data-confirm": confirm }) };
  const key = `${blockId} ${actionId} ${label}`;
  if (kind === "button" && url !== undefined) {
    return h("a", { key, ...data, href: url, target: "_blank", rel: "noopener noreferrer", className: "button" }, label);
  }
  if (kind === "button") return h("button", { key, ...data, type: "button", className: `button ${style ?? ""}`.trim() }, label);
  return h(
    "select",
    { key, ...data, "aria-label": label, className: "menu", defaultValue: "" },
    h("option", { value: "", disabled: true }, label),
    options.map((option) => h("option", { key: option.value, value: option.value }, option.label)),
  );
}

/** The library gives each of its boxes the same id; the page has it once. */
export function html(element: ReactElement): string {
  return renderToStaticMarkup(element).replaceAll(' id="slack_blocks_to_jsx"', "");
}
