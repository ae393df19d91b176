import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { z } from "zod";

/* The thread that turns one SVG into a PNG and ends. It brings its own fonts, so that no machine lacks one: without a font there would be no text, and no error. */

const task = z.object({ svg: z.string(), scale: z.number().positive() });

/** In a bundle it stands beside the code, otherwise in its package. */
async function assetOf(specifier: string): Promise<Uint8Array<ArrayBuffer>> {
  const name = specifier.slice(specifier.lastIndexOf("/") + 1);
  return readFile(new URL(name, import.meta.url)).catch(() => readFile(createRequire(import.meta.url).resolve(specifier)));
}

const { svg, scale } = task.parse(workerData);
const [program, ...fontBuffers] = await Promise.all([
  assetOf("@resvg/resvg-wasm/index_bg.wasm"),
  assetOf("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
  assetOf("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
]);
await initWasm(program);
const picture = new Resvg(svg, {
  fitTo: { mode: "zoom", value: scale },
  font: { fontBuffers, defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" },
});
parentPort?.postMessage(picture.render().asPng());
