import { createElement as h, type ReactElement } from "react";
import type { LocalFile } from "../room.ts";
import { down, sheet } from "./icons.ts";

/** The files of a message: pictures in place, everything else as a card that leads to it. */
export function filesElement(files: readonly LocalFile[]): ReactElement {
  return h(
    "div",
    { className: "files" },
    files.map((file) => h("div", { key: file.id }, fileElement(file))),
  );
}

/** Where the page has a file from. */
export function addressOf({ id, name }: Pick<LocalFile, "id" | "name">): string {
  return `/_page/files/${id}/${encodeURIComponent(name)}`;
}

function fileElement(file: LocalFile): ReactElement {
  if (file.deleted) return h("p", { className: "tombstone" }, "This file was deleted.");
  if (file.mimetype.startsWith("image/")) return pictureElement(file);
  const kind = kindOf(file);
  return h(
    "a",
    {
      className: "file",
      href: addressOf(file),
      download: file.name,
      "aria-label": `Download ${file.title}, ${kind}, ${sizeOf(file.size)}`,
    },
    h("span", { className: `kind ${file.filetype}`, "aria-hidden": true }, sheet()),
    h("span", null, h("strong", null, file.title), h("small", null, `${kind} · ${sizeOf(file.size)}`)),
    h("span", { className: "down", "aria-hidden": true }, down()),
  );
}

function pictureElement(file: LocalFile): ReactElement {
  return h(
    "figure",
    null,
    h("figcaption", null, file.title),
    h("a", { href: addressOf(file), download: file.name }, imageElement(addressOf(file), file.altText || file.name)),
  );
}

/** Lazy, since React would put a link that loads any other one before the message. */
export function imageElement(src: string, alt: string): ReactElement {
  return h("img", { src, alt, loading: "lazy" });
}

const KINDS: Readonly<Record<string, string>> = {
  html: "HTML",
  json: "JSON",
  jsonl: "JSON Lines",
  csv: "CSV",
  txt: "Plain text",
  sarif: "SARIF",
};
function kindOf({ filetype, name }: LocalFile): string {
  return KINDS[filetype] ?? (name.includes(".") ? filetype.toUpperCase() : "Binary");
}

/** As people read it: 1.4 MB. */
function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${["", "kB", "MB", "GB"][power]}`;
}
