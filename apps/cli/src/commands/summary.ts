import { type Theme, trendPng, trendSvg } from "@posture/chart";
import { type Day, dayOf, postureError } from "@posture/core";
import type { Posture, Summary } from "@posture/runtime";
import { storeWords, withPosture } from "../open.ts";
import { delivered, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { dayReport, summaryReport } from "../summary-report.ts";
import { dayText, summaryText } from "../summary-text.ts";

export interface SummaryOptions {
  readonly format: "table" | "json" | "svg" | "png";
  readonly days: number;
  readonly theme: Theme;
  readonly day?: Day;
  /** A file to write instead of standard output. */
  readonly output?: string;
  readonly store?: string;
  readonly config?: string;
}

/** `posture summary`. Answers the exit code. */
export async function summary(options: SummaryOptions): Promise<number> {
  const { format, day, output, store, config } = options;
  if (format === "png" && output === undefined && process.stdout.isTTY) throw postureError("POSTURE_PICTURE_ON_TERMINAL", {});
  return withPosture({ store, config, readOnly: true }, async (posture) => {
    await delivered(day === undefined ? await summaryIn(posture, options) : await dayIn(posture, day, format === "json"), output);
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
