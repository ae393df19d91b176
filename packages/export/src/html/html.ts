import { isWebAddress, visible } from "../text.ts";

/** Text that is markup already. Only `html` makes it, so that everything else is escaped. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Piece = string | number | Html | null | false | readonly Piece[];

/** Markup with values in it: what is not markup itself is escaped, for text and for attributes in double quotes. */
export function html(markup: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(String.raw({ raw: onOneLine(markup) }, ...pieces.map(written)));
}

const lines = new WeakMap<TemplateStringsArray, readonly string[]>();

/** Line breaks and indentation are for whoever reads the source. */
function onOneLine(markup: TemplateStringsArray): readonly string[] {
  const known = lines.get(markup);
  if (known) return known;
  const made = markup.map((text) => text.replaceAll(/\s*\n\s*/g, " "));
  lines.set(markup, made);
  return made;
}

function written(piece: Piece): string {
  if (piece === null || piece === false) return "";
  if (piece instanceof Html) return piece.text;
  return typeof piece === "string" || typeof piece === "number" ? escapeHtml(String(piece)) : piece.map(written).join("");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** What draws nothing is written out, so that a name cannot pass for another. */
export function escapeHtml(text: string): string {
  return visible(text).replaceAll(/[&<>"']/g, (it) => ENTITIES[it] ?? "");
}

/** A link where the address is one of the web; anything else is shown as the text that it is. */
export function link(address: string, label: string): Html {
  if (!isWebAddress(address)) return html`${label}: <code>${address}</code>`;
  return html`<a href="${address}" target="_blank" rel="noopener noreferrer">${label}</a>`;
}
