import { Worker } from "node:worker_threads";
import type { DayCounts } from "@posture/core";
import { type PictureOptions, trendSvg } from "./svg.ts";

/**
 * The picture of `trendSvg` as a PNG, 800 by 400 times `scale`. It is drawn in a thread of its own, so that nobody waits meanwhile; what that needs in
 * memory (about 40 MB) is given back when it is done.
 * @throws {Error} where the thread could not draw it.
 */
export function trendPng(known: readonly DayCounts[], options: PictureOptions, scale: number = 2): Promise<Uint8Array> {
  const source = import.meta.url.endsWith(".ts");
  const worker = new Worker(new URL(source ? "./drawing.ts" : "./drawing.js", import.meta.url), {
    workerData: { svg: trendSvg(known, options), scale },
    execArgv: source ? ["--conditions=@posture/source"] : [],
  });
  return new Promise((resolve, reject) => {
    worker.once("message", (png: Uint8Array) => resolve(png));
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the thread that draws ended with code ${code}`)));
  });
}
