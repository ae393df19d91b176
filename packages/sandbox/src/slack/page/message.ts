import { createElement as h, type ReactElement } from "react";
import type { Message } from "../room.ts";
import type { Person, Workspace } from "../workspace.ts";
import { blocksElement, html } from "./blocks.ts";
import { filesElement } from "./files.ts";
import { eye, shield } from "./icons.ts";

/** Slack's own voice, which tells a person what an app has failed to do. */
export const SLACKBOT = "USLACKBOT";

/** One message as the channel shows it. */
export function messageHtml(message: Message, { people }: Pick<Workspace, "people">): string {
  const author = authorOf(message.user, people);
  const [summary = ""] = message.text.split("\n");
  return html(
    h(
      "article",
      {
        className: ["message", ...kindsOf(message)].join(" "),
        id: `m-${message.ts}`,
        tabIndex: -1,
        "data-ts": message.ts,
        ...(message.threadTs !== undefined && { "data-thread": message.threadTs }),
        "aria-label": `${author.name}: ${summary}`,
      },
      ...(message.ephemeralFor === undefined ? [] : [h("p", { className: "only" }, eye(), "Only visible to you")]),
      ...(message.broadcast ? [h("p", { className: "only" }, "Also sent to the channel")] : []),
      avatar(author),
      h(
        "div",
        { className: "said" },
        h(
          "header",
          null,
          h("strong", null, author.name),
          author.kind === "person" ? null : h("span", { className: "app" }, "APP"),
          timeElement(message.ts),
        ),
        contentElement(message, author, people),
        message.files ? filesElement(message.files) : null,
        message.edited ? h("span", { className: "edited" }, "(edited)") : null,
        h("p", { className: "trouble", role: "status" }),
      ),
    ),
  );
}

function kindsOf({ ephemeralFor, threadTs, broadcast }: Message): readonly string[] {
  return [
    ...(ephemeralFor === undefined ? [] : ["ephemeral"]),
    ...(threadTs === undefined ? [] : ["reply"]),
    ...(broadcast ? ["broadcast"] : []),
  ];
}

interface Author {
  readonly name: string;
  readonly kind: "person" | "app" | "slackbot";
}

function authorOf(id: string, people: readonly Person[]): Author {
  const person = people.find((it) => it.id === id);
  if (person) return { name: person.name, kind: "person" };
  return id === SLACKBOT ? { name: "Slackbot", kind: "slackbot" } : { name: "Posture", kind: "app" };
}

/** An app's text has markup in it; what a person types is shown as it was typed. */
function contentElement({ blocks, text, files }: Message, { kind }: Author, people: readonly Person[]): ReactElement | null {
  if (blocks.length === 0 && text === "" && files) return null;
  if (blocks.length > 0) return blocksElement(blocks, people);
  if (kind === "person" || text === "") return h("p", { className: "plain" }, text);
  return blocksElement([{ type: "section", text: { type: "mrkdwn", text } }], people);
}

export function avatar({ name, kind }: Author): ReactElement {
  return h(
    "div",
    { className: `avatar ${kind === "person" ? name.toLowerCase() : kind}`, "aria-hidden": true },
    kind === "app" ? shield() : name.charAt(0),
  );
}

function timeElement(ts: string): ReactElement {
  const at = new Date(Number(ts) * 1000);
  const clock = at.toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" });
  return h("time", { dateTime: at.toISOString(), title: at.toLocaleString("en-US", { dateStyle: "full", timeStyle: "medium" }) }, clock);
}
