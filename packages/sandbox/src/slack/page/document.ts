import { createElement as h, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { CHANNEL, type Person } from "../workspace.ts";
import { FAVICON, plane, shield } from "./icons.ts";
import { avatar } from "./message.ts";

/** What the box at the bottom suggests after a slash. */
const COMMANDS = [
  ["/posture summary", "", "open findings, and what could not be read"],
  ["/posture findings ", "critical s3 in eu-west-1", "open findings that match, in pages"],
  ["/posture show ", "<id>", "one finding, and how to fix it"],
  ["/posture recheck ", "<id>", "reads one finding's resource now"],
  ["/posture why ", "<ARN or id>", "what is known of a resource"],
  ["/posture suppressions", "", "who hides what, and until when"],
  ["/posture status", "", "the last sweep, and what it could not read"],
  ["/posture help", "", "all commands"],
] as const;

/** The page; the channel and the windows come into it while it is open. */
export function documentHtml(people: readonly Person[], as: Person): string {
  const page = h(
    "html",
    { lang: "en" },
    h(
      "head",
      null,
      h("meta", { charSet: "utf-8" }),
      h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      h("meta", { name: "color-scheme", content: "light dark" }),
      h("title", null, `#${CHANNEL} · local Slack workspace`),
      h("link", { rel: "icon", href: FAVICON }),
      h("link", { rel: "stylesheet", href: "/_page/style.css" }),
      h("script", { src: "/_page/client.js", defer: true }),
    ),
    h("body", { "data-as": as.name }, sidebar(people, as), channel(people), dialog(), chooser()),
  );
  return `<!doctype html>${renderToStaticMarkup(page)}`;
}

function sidebar(people: readonly Person[], as: Person): ReactElement {
  return h(
    "nav",
    { "aria-label": "Workspace" },
    h("div", { className: "workspace" }, h("strong", null, "Example"), h("span", null, "a local Slack workspace")),
    section("channels", "Channels", [h("a", { href: `/?as=${as.name}`, "aria-current": "page" }, h("i", null, "#"), CHANNEL)]),
    section("apps", "Apps", [h("span", null, h("i", { className: "avatar app" }, shield()), "Posture")]),
    section(
      "you",
      "You are",
      people.map((person) =>
        h(
          "a",
          { href: `/?as=${person.name}`, ...(person.name === as.name && { "aria-current": "true" as const }) },
          avatar({ name: person.name, kind: "person" }),
          h("b", null, person.name),
          h("small", null, person.role),
        ),
      ),
    ),
    h("button", { id: "theme", type: "button" }, "Light or dark"),
  );
}

function section(name: string, title: string, entries: readonly ReactElement[]): ReactElement {
  return h(
    "section",
    { className: name, "aria-labelledby": `nav-${name}` },
    h("h2", { id: `nav-${name}` }, title),
    h(
      "ul",
      null,
      entries.map((entry, index) => h("li", { key: index }, entry)),
    ),
  );
}

function channel(people: readonly Person[]): ReactElement {
  return h(
    "main",
    null,
    h(
      "header",
      null,
      h("h1", null, h("i", null, "#"), CHANNEL),
      h("span", { className: "topic" }, "What Posture finds"),
      h(
        "span",
        { className: "members", title: `${people.map(({ name }) => name).join(", ")} and Posture` },
        people.map(({ name }) => h("span", { key: name }, avatar({ name, kind: "person" }))),
        h("b", null, people.length + 1),
        h("span", { className: "unseen" }, " members"),
      ),
    ),
    h(
      "div",
      { id: "messages", role: "log", "aria-label": `Messages in #${CHANNEL}`, tabIndex: 0 },
      h(
        "div",
        { className: "intro" },
        h("i", { "aria-hidden": true }, "#"),
        h("h2", null, `This is the very beginning of #${CHANNEL}`),
        h("p", null, "Posture tells here what it finds. The first sweep takes a few seconds."),
      ),
      h("div", { className: "list" }),
    ),
    composer(),
  );
}

function composer(): ReactElement {
  return h(
    "div",
    { className: "bottom" },
    h("button", { id: "jump", type: "button", hidden: true }),
    h(
      "form",
      { id: "composer" },
      h(
        "div",
        { id: "commands", hidden: true },
        h("h2", { id: "commands-title" }, "Commands of Posture"),
        h("ul", { id: "commands-list", role: "listbox", "aria-labelledby": "commands-title" }, COMMANDS.map(commandElement)),
        h("p", { "aria-hidden": true }, h("kbd", null, "↑"), h("kbd", null, "↓"), " to choose  ", h("kbd", null, "Tab"), " to take"),
      ),
      h("label", { htmlFor: "words", className: "unseen" }, `Message #${CHANNEL}`),
      h("input", {
        id: "words",
        type: "text",
        role: "combobox",
        placeholder: `Message #${CHANNEL}, or type /posture`,
        autoComplete: "off",
        maxLength: 3000,
        "aria-autocomplete": "list",
        "aria-expanded": false,
        "aria-controls": "commands-list",
      }),
      h("button", { type: "submit", "aria-label": "Send" }, plane()),
    ),
    h("p", { id: "notice", role: "status" }),
  );
}

function commandElement([command, usage, hint]: (typeof COMMANDS)[number]): ReactElement {
  const more = { id: `command-${command.split(" ")[1]}`, "data-value": command, "data-find": command.trim() };
  return h(
    "li",
    { key: command, role: "option", "aria-selected": false, ...more },
    h("strong", null, command.trim()),
    usage === "" ? null : h("code", null, usage),
    h("span", null, hint),
  );
}

function dialog(): ReactElement {
  return h("dialog", { id: "window", "aria-labelledby": "window-title" });
}

/** Where the choices of a message's menu are shown. */
function chooser(): ReactElement {
  return h(
    "div",
    { id: "chooser", popover: "auto" },
    h("input", {
      type: "text",
      role: "combobox",
      placeholder: "Search",
      autoComplete: "off",
      "aria-label": "Search",
      "aria-autocomplete": "list",
      "aria-expanded": true,
      "aria-controls": "choices",
    }),
    h("ul", { id: "choices", role: "listbox" }),
    h("p", { className: "none", hidden: true }, "Nothing is called so."),
  );
}
