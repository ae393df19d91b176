import { createElement as h } from "react";
import type { Home } from "../room.ts";
import type { Person } from "../workspace.ts";
import { blocksElement, html } from "./blocks.ts";

/** The Home tab as it was published to a person; what goes wrong with a click is said at its end. */
export function homeHtml({ blocks }: Home, people: readonly Person[]): string {
  return html(
    h(
      "article",
      { "data-ts": "home", "aria-label": "Home" },
      blocksElement(blocks, people),
      h("p", { className: "trouble", role: "status" }),
    ),
  );
}

/** Before anything was published, or where the app does not answer. */
export function emptyHomeHtml(trouble: string | null): string {
  const words = trouble === null ? "Posture has published nothing here yet." : `Posture does not answer: ${trouble}.`;
  return html(h("article", { "data-ts": "home", "aria-label": "Home" }, h("p", { className: "nothing", role: "status" }, words)));
}
