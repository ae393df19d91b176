import { createElement as h, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import type { Place } from "../acting.ts";
import { countedFrom, type Tab } from "./tab.ts";
import { CHANNEL, type Person, type Workspace } from "../workspace.ts";
import { FAVICON, plane, shield } from "./icons.ts";
import { avatar } from "./message.ts";

/** What the box at the bottom suggests after a slash. */
const COMMANDS = [
  ["/posture summary", "", "open findings, and what could not be read"],
  ["/posture findings ", "critical s3 in eu-west-1", "open findings that match, in pages"],
  ["/posture export ", "csv critical", "the same as a file, to you alone"],
  ["/posture show ", "<id>", "one finding, and how to fix it"],
  ["/posture recheck ", "<id>", "reads one finding's resource now"],
  ["/posture scan", "", "sweeps everything now"],
  ["/posture why ", "<ARN or id>", "what is known of a resource"],
  ["/posture suppressions", "", "who hides what, and until when"],
  ["/posture status", "", "the last sweep, and what it could not read"],
  ["/posture help", "", "all commands"],
] as const;

/** The page; the messages and the windows come into it while it is open. */
export function documentHtml(workspace: Pick<Workspace, "people" | "others">, as: Person, place: Tab): string {
  const { people } = workspace;
  const title = titleOf(place);
  const page = h(
    "html",
    { lang: "en" },
    h(
      "head",
      null,
      h("meta", { charSet: "utf-8" }),
      h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      h("meta", { name: "color-scheme", content: "light dark" }),
      h("title", null, `${title} · local Slack workspace`),
      h("link", { rel: "icon", href: FAVICON }),
      h("link", { rel: "stylesheet", href: "/_page/style.css" }),
      h("script", { src: "/_page/client.js", defer: true }),
    ),
    h(
      "body",
      { "data-as": as.name, "data-in": inAddress(place) },
      sidebar(workspace, as, place),
      place === "home" ? home(as) : main(people, as, place),
      dialog(),
      chooser(),
    ),
  );
  return `<!doctype html>${renderToStaticMarkup(page)}`;
}

function titleOf(place: Tab): string {
  if (place === "home") return "Posture, Home";
  if (place === "direct") return "Posture";
  return place === "channel" ? `#${CHANNEL}` : place;
}

function sidebar({ people, others }: Pick<Workspace, "people" | "others">, as: Person, place: Tab): ReactElement {
  return h(
    "nav",
    { "aria-label": "Workspace" },
    h("div", { className: "workspace" }, h("strong", null, "Example"), h("span", null, "a local Slack workspace")),
    section("channels", "Channels", [
      placeElement(as, "channel", place, h("i", null, "#"), CHANNEL),
      ...others.map(({ name }) => placeElement(as, `#${name}`, place, h("i", null, "#"), name)),
    ]),
    section("apps", "Posture", [
      placeElement(as, "home", place, h("i", { className: "avatar app" }, shield()), "Home"),
      placeElement(as, "direct", place, h("i", { "aria-hidden": true }, "✉\uFE0E"), "Messages"),
    ]),
    section(
      "you",
      "You are",
      people.map((person) =>
        h(
          "a",
          { href: addressOf(person, place), ...(person.name === as.name && { "aria-current": "true" as const }) },
          avatar({ name: person.name, kind: "person" }),
          h("b", null, person.name),
          h("small", null, person.role),
        ),
      ),
    ),
    h("button", { id: "theme", type: "button" }, "Light or dark"),
  );
}

/** Other channels go by their name. */
function inAddress(place: Tab): string {
  return place.replace("#", "");
}
function addressOf(as: Person, place: Tab): string {
  return `/?as=${as.name}${place === "channel" ? "" : `&in=${inAddress(place)}`}`;
}

function placeElement(as: Person, place: Tab, current: Tab, icon: ReactElement, name: string): ReactElement {
  const isHere = place === current;
  const more = h("span", { className: "more", hidden: true, title: "new messages" });
  const hasMore = place === countedFrom(current);
  return h("a", { href: addressOf(as, place), ...(isHere && { "aria-current": "page" as const }) }, icon, name, hasMore ? more : null);
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

/** The app's Home tab: what it shows comes while the page is open. */
function home(as: Person): ReactElement {
  return h(
    "main",
    { className: "app-home" },
    appHeader(as, "home"),
    h("div", { id: "home", role: "region", "aria-label": "Home of Posture", tabIndex: 0 }),
    h("div", { className: "bottom" }, h("p", { id: "notice", role: "status" })),
  );
}

function appHeader(as: Person, tab: "home" | "direct"): ReactElement {
  const link = (to: Tab, name: string): ReactElement =>
    h("a", { href: addressOf(as, to), ...(to === tab && { "aria-current": "page" as const }) }, name);
  return h(
    "header",
    null,
    h("h1", null, appAvatar(), "Posture"),
    h("span", { className: "tabs" }, link("home", "Home"), link("direct", "Messages")),
  );
}

function main(people: readonly Person[], as: Person, place: Place): ReactElement {
  const isChannel = place !== "direct";
  const name = titleOf(place);
  return h(
    "main",
    null,
    isChannel ? channelHeader(name, people) : appHeader(as, "direct"),
    h(
      "div",
      { id: "messages", role: "log", "aria-label": isChannel ? `Messages in ${name}` : "Messages of Posture", tabIndex: 0 },
      h(
        "div",
        { className: "intro" },
        isChannel ? h("i", { "aria-hidden": true }, "#") : appAvatar(),
        h("h2", null, `This is the very beginning of ${isChannel ? name : "what Posture and you write"}`),
        h(
          "p",
          null,
          isChannel ? "Posture tells here what it finds. The first sweep takes a few seconds." : "Files that you ask for come here.",
        ),
      ),
      h("div", { className: "list" }),
    ),
    composer(name),
  );
}

function appAvatar(): ReactElement {
  return h("span", { className: "avatar app", "aria-hidden": true }, shield());
}

function channelHeader(name: string, people: readonly Person[]): ReactElement {
  return h(
    "header",
    null,
    h("h1", null, h("i", null, "#"), name.slice(1)),
    h("span", { className: "topic" }, "What Posture finds"),
    h(
      "span",
      { className: "members", title: `${people.map(({ name }) => name).join(", ")} and Posture` },
      people.map(({ name }) => h("span", { key: name }, avatar({ name, kind: "person" }))),
      h("b", null, people.length + 1),
      h("span", { className: "unseen" }, " members"),
    ),
  );
}

function composer(name: string): ReactElement {
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
      h("label", { htmlFor: "words", className: "unseen" }, `Message ${name}`),
      h("input", {
        id: "words",
        type: "text",
        role: "combobox",
        placeholder: `Message ${name}, or type /posture`,
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
