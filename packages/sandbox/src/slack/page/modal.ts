import type { InputBlock } from "@slack/types";
import { createElement as h, type ReactElement } from "react";
import type { Modal } from "../room.ts";
import type { Person } from "../workspace.ts";
import { blockIdOf } from "../controls.ts";
import { fieldId } from "../fields.ts";
import { blocksElement, html } from "./blocks.ts";
import { shield } from "./icons.ts";

/** The inside of the window that is open before somebody. */
export function modalHtml({ title, submit, close, blocks }: Modal, people: readonly Person[]): string {
  return html(
    h(
      "form",
      { method: "dialog", noValidate: true, autoComplete: "off" },
      h(
        "header",
        null,
        h("i", { className: "avatar app", "aria-hidden": true }, shield()),
        h("h2", { id: "window-title" }, title),
        h("button", { type: "button", className: "dismiss", "aria-label": "Close" }, "✕"),
      ),
      h(
        "div",
        { className: "fields" },
        blocks.map((block, index) =>
          h("div", { key: index }, block.type === "input" ? fieldElement(block, index, people) : blocksElement([block], people)),
        ),
      ),
      h("p", { className: "trouble", role: "alert" }),
      h(
        "footer",
        null,
        h("button", { type: "button", className: "button dismiss" }, close),
        submit === null ? null : h("button", { type: "submit", className: "button primary" }, submit),
      ),
    ),
  );
}

function fieldElement(block: InputBlock, index: number, people: readonly Person[]): ReactElement {
  const blockId = blockIdOf(block, index);
  const id = `field-${blockId}`;
  const hint = block.hint?.text;
  const data = { "data-block": blockId, "data-label": block.label.text, "data-field": fieldId(block, index) };
  const isGroup = block.element.type === "checkboxes";
  return h(
    "div",
    { className: "field", ...data, ...(block.dispatch_action === true && { "data-dispatch": true }) },
    h(
      isGroup ? "span" : "label",
      isGroup ? { className: "label", id: `${id}-label` } : { htmlFor: id },
      block.label.text,
      block.optional === true ? h("span", { className: "optional" }, " (optional)") : null,
    ),
    inputElement(block.element, id, hint === undefined ? undefined : `${id}-hint`, people),
    h("p", { className: "wrong", id: `${id}-wrong`, role: "alert" }),
    hint === undefined ? null : h("p", { className: "hint", id: `${id}-hint` }, hint),
  );
}

function inputElement(element: InputBlock["element"], id: string, hintId: string | undefined, people: readonly Person[]): ReactElement {
  const shared = { id, name: id, "aria-describedby": [`${id}-wrong`, hintId].filter(Boolean).join(" ") };
  switch (element.type) {
    case "plain_text_input": {
      const given = {
        ...shared,
        maxLength: element.max_length,
        placeholder: element.placeholder?.text,
        defaultValue: element.initial_value,
        autoFocus: element.focus_on_load,
      };
      return element.multiline ? h("textarea", { ...given, rows: 4 }) : h("input", { ...given, type: "text" });
    }
    case "static_select":
      return h(
        "select",
        { ...shared, defaultValue: element.initial_option?.value ?? "" },
        element.initial_option ? null : h("option", { value: "" }, element.placeholder?.text ?? "Select an option"),
        optionElements(element.options ?? element.option_groups?.flatMap((group) => group.options) ?? []),
      );
    case "radio_buttons":
      return h("select", { ...shared, defaultValue: element.initial_option?.value ?? "" }, optionElements(element.options));
    case "checkboxes":
      return h(
        "div",
        { role: "group", className: "checkboxes", "aria-labelledby": `${id}-label` },
        element.options.map(({ text, value }) =>
          h(
            "label",
            { key: value, className: "checkbox" },
            h("input", {
              type: "checkbox",
              name: id,
              value,
              defaultChecked: element.initial_options?.some((it) => it.value === value) ?? false,
            }),
            ` ${text.text}`,
          ),
        ),
      );
    case "users_select":
      return h(
        "select",
        { ...shared, defaultValue: element.initial_user ?? "" },
        h("option", { value: "" }, element.placeholder?.text ?? "Select a person"),
        people.map(({ id: person, name }) => h("option", { key: person, value: person }, name)),
      );
    case "datepicker":
      return h("input", { ...shared, type: "date", defaultValue: element.initial_date });
    case "email_text_input":
      return h("input", { ...shared, type: "email", defaultValue: element.initial_value });
    case "url_text_input":
      return h("input", { ...shared, type: "url", defaultValue: element.initial_value });
    case "number_input":
      return h("input", { ...shared, type: "number", defaultValue: element.initial_value });
    default:
      return h("p", { className: "wrong" }, `The local workspace cannot show a ${element.type}.`);
  }
}

type Option = { readonly text: { readonly text: string }; readonly value?: string };

function optionElements(options: readonly Option[]): readonly ReactElement[] {
  return options.map(({ text, value }) => h("option", { key: value, value }, text.text));
}
