export type { Theme } from "./looks.ts";
export { trendPng } from "./png.ts";
export type { TrendOptions } from "./series.ts";
export { type PictureOptions, trendSvg, trendWords } from "./svg.ts";
export { trendText, type TrendTextOptions } from "./text.ts";
