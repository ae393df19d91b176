import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { FILES } from "./files.ts";
import { FRAME } from "./frame.ts";
import { HOME } from "./home.ts";
import { MESSAGES } from "./messages.ts";
import { OVERLAYS } from "./overlays.ts";

/** The renderer's own style, then ours. */
export async function styles(): Promise<string> {
  return [scoped(await rendererStyle()), FRAME, MESSAGES, FILES, HOME, OVERLAYS].join("\n");
}

/** It reaches what the library has drawn and nothing else, and ours is stronger. */
function scoped(css: string): string {
  return css.replaceAll("#slack_blocks_to_jsx", ".drawn").replaceAll(".slack_blocks_to_jsx.styles_enabled", ":where(.drawn)");
}

/** Beside the bundle, where there is one; else in the renderer's package. */
async function rendererStyle(): Promise<string> {
  const beside = fileURLToPath(new URL("./slack-blocks-to-jsx.css", import.meta.url));
  return readFile(beside, "utf8").catch(() => readFile(fileURLToPath(import.meta.resolve("slack-blocks-to-jsx/dist/style.css")), "utf8"));
}
