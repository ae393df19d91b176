import { type Theme, trendPng, trendSvg } from "@posture/chart";
import { type Day, dayOf, postureError } from "@posture/core";
import type { Asked, Posture, Summary } from "@posture/runtime";
import { storeWords, withPosture } from "../open.ts";
import { delivered, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { dayReport, presentReport, summaryReport } from "../summary-report.ts";
import { dayText, presentText, summaryText } from "../summary-text.ts";
import { askedBy, type FindingsOptions, requireChecks } from "./findings.ts";

export interface SummaryOptions extends Omit<FindingsOptions, "format" | "status" | "sort"> {
  readonly format: "table" | "json" | "svg" | "png";
  readonly days: number;
  readonly theme: Theme;
  readonly day?: Day;
  /** A file to write instead of standard output. */
  readonly output?: string;
}

/** `posture summary`. Answers the exit code. */
export async function summary(options: SummaryOptions): Promise<number> {
  const { format, day, output, store, config } = options;
  if (format === "png" && output === undefined && process.stdout.isTTY) throw postureError("POSTURE_PICTURE_ON_TERMINAL", {});
  const { statuses: _, ...asked } = askedBy(options, []);
  return withPosture({ store, config, readOnly: true }, async (posture) => {
    await requireChecks(posture, options.check ?? []);
    if (Object.keys(asked).length > 0) await delivered(await narrowed(posture, asked, options), output);
    else await delivered(day === undefined ? await summaryIn(posture, options) : await dayIn(posture, day, format === "json"), output);
    return 0;
  });
}

async function summaryIn(posture: Posture, { format, days, theme, output, store }: SummaryOptions): Promise<string | Uint8Array> {
  const it = await posture.summary({ days });
  switch (format) {
    case "table":
      return summaryText(allPrintable(it), {
        width: output === undefined ? widthOf() : Number.POSITIVE_INFINITY,
        store: storeWords(store),
      });
    case "json":
      return json(summaryReport(it));
    case "svg":
      return trendSvg(it.trend.known, pictureOf(it, theme));
    case "png":
      return trendPng(it.trend.known, pictureOf(it, theme));
  }
}

/** Of the findings that are asked for. @throws {PostureError} POSTURE_CATEGORY_UNKNOWN, POSTURE_FRAMEWORK_UNKNOWN */
async function narrowed(posture: Posture, asked: Asked, { format, output, store }: SummaryOptions): Promise<string> {
  const it = await posture.summaryOf(asked);
  if (format === "json") return json(presentReport(it, asked));
  const width = output === undefined ? widthOf() : Number.POSITIVE_INFINITY;
  return presentText(allPrintable(it), { width, store: storeWords(store) });
}

function pictureOf({ at, trend }: Summary, theme: Theme): { readonly today: Day; readonly days: number; readonly theme: Theme } {
  return { today: dayOf(at), days: trend.days, theme };
}

/** @throws {PostureError} POSTURE_DAY_UNKNOWN */
async function dayIn(posture: Posture, day: Day, asJson: boolean): Promise<string> {
  const now = new Date().toISOString();
  const found = await posture.day(day);
  if (found) return asJson ? json(dayReport(found)) : dayText(found, day === dayOf(now));
  const [first] = await posture.store.days("0000-01-01", now);
  throw postureError("POSTURE_DAY_UNKNOWN", { day, first: first?.day ?? dayOf(now), last: dayOf(now) });
}
