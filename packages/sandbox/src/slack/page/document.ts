import { createElement as h, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { CHANNEL, type Person } from "../workspace.ts";

/** What the box at the bottom suggests after a slash. */
const COMMANDS = [
  ["/posture summary", "open findings, and what could not be read"],
  ["/posture show ", "one finding, by its id"],
  ["/posture recheck ", "reads one finding's resource now"],
  ["/posture help", "all commands"],
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
      h("title", null, `#${CHANNEL} · local Slack workspace`),
      h("link", { rel: "icon", href: "data:," }),
      h("link", { rel: "stylesheet", href: "/_page/style.css" }),
      h("script", { src: "/_page/client.js", defer: true }),
    ),
    h("body", { "data-as": as.name }, sidebar(people, as), channel()),
  );
  return `<!doctype html>${renderToStaticMarkup(page)}`;
}

function sidebar(people: readonly Person[], as: Person): ReactElement {
  return h(
    "nav",
    { "aria-label": "Workspace" },
    h("div", { className: "workspace" }, h("strong", null, "Example"), h("span", null, "a local Slack workspace")),
    h("h2", null, "Channels"),
    h("ul", null, h("li", null, h("a", { href: "/", "aria-current": "page" }, `# ${CHANNEL}`))),
    h(
      "div",
      { className: "you" },
      h("label", { htmlFor: "as" }, "You are"),
      h(
        "select",
        { id: "as", defaultValue: as.name },
        people.map(({ name, role }) => h("option", { key: name, value: name }, `${name} (${role})`)),
      ),
      h("button", { id: "theme", type: "button" }, "Light / dark"),
    ),
  );
}

function channel(): ReactElement {
  return h(
    "main",
    null,
    h("header", null, h("h1", null, `# ${CHANNEL}`), h("span", null, "What Posture finds")),
    h(
      "div",
      { id: "slack_blocks_to_jsx", className: "slack_blocks_to_jsx styles_enabled" },
      h(
        "div",
        { id: "messages", role: "log", "aria-label": `Messages in #${CHANNEL}`, tabIndex: 0 },
        h("p", { className: "waiting" }, "Nothing has been said yet. The first sweep takes a few seconds."),
      ),
      h("dialog", { id: "window", "aria-labelledby": "window-title" }),
    ),
    h(
      "form",
      { id: "composer" },
      h(
        "ul",
        { id: "commands", hidden: true },
        COMMANDS.map(([command, hint]) =>
          h("li", { key: command }, h("button", { type: "button", "data-command": command }, h("strong", null, command), ` ${hint}`)),
        ),
      ),
      h("label", { htmlFor: "words", className: "unseen" }, `Message #${CHANNEL}`),
      h("input", { id: "words", type: "text", placeholder: `Message #${CHANNEL}, or type /posture`, autoComplete: "off", maxLength: 3000 }),
      h("button", { type: "submit", className: "button primary" }, "Send"),
    ),
    h("p", { id: "notice", role: "status" }),
  );
}
