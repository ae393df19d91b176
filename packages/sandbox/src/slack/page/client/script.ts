import { asking } from "./asking.ts";
import { channel } from "./channel.ts";
import { chooser } from "./chooser.ts";
import { composer } from "./composer.ts";
import { home } from "./home.ts";
import { modal } from "./modal.ts";
import type { Parts } from "./parts.ts";
import { picker } from "./picker.ts";
import { start } from "./start.ts";

/** The page's script. */
export function script(): string {
  const parts = { asking, picker, channel, home, chooser, composer, modal } satisfies Parts;
  const texts = Object.entries(parts).map(([name, part]) => `${name}: ${String(part)}`);
  return `"use strict";\n(${String(start)})({\n${texts.join(",\n")}\n});\n`;
}
