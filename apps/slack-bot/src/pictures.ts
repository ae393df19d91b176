import { createHash } from "node:crypto";
import { trendPng, trendSvg, trendWords } from "@posture/chart";
import { dayOf, HOUR } from "@posture/core";
import type { Summary } from "@posture/runtime";
import type { Logger } from "pino";
import { type Failure, failureOf } from "./slack/failure.ts";
import type { FilesPort } from "./slack/files.ts";
import type { Picture } from "./views/summary.ts";

const LOOKS = 20;
/** In milliseconds. */
const BETWEEN_LOOKS = 500;

/** The trend as a picture in Slack, uploaded once for each day and change. It is shared nowhere: only what the app says shows it. */
export class Pictures {
  readonly #slack: FilesPort;
  readonly #log: Logger;
  readonly #clock: () => number;
  #latest: { readonly hash: string; readonly picture: Picture } | undefined;
  #making: { readonly hash: string; readonly picture: Promise<Picture | null> } | undefined;
  /** Before this (milliseconds since 1970) it is not tried again. */
  #notBefore = 0;

  constructor(slack: FilesPort, log: Logger, clock: () => number) {
    this.#slack = slack;
    this.#log = log;
    this.#clock = clock;
  }

  /** The picture of this trend, if Slack has it. */
  ready(summary: Summary): Picture | null {
    return this.#latest !== undefined && this.#latest.hash === hashOf(summary) ? this.#latest.picture : null;
  }

  /** Slack does not show it any more. */
  forget(): void {
    this.#latest = undefined;
  }

  /** Draws the trend and brings it to Slack. `null`: there is no trend yet, or Slack does not take it; that is in the log. */
  async made(summary: Summary): Promise<Picture | null> {
    // One day is no trend.
    if (summary.trend.known.length < 2 || this.#clock() < this.#notBefore) return null;
    const hash = hashOf(summary);
    if (this.#making?.hash !== hash) this.#making = { hash, picture: this.#make(summary, hash) };
    const { picture } = this.#making;
    return picture.finally(() => {
      if (this.#making?.hash === hash) this.#making = undefined;
    });
  }

  async #make(summary: Summary, hash: string): Promise<Picture | null> {
    try {
      const words = trendWords(summary.trend.known, optionsOf(summary));
      const png = await trendPng(summary.trend.known, optionsOf(summary));
      const content = new Blob([new Uint8Array(png)], { type: "image/png" });
      const fileId = await this.#slack.upload({ name: `posture-trend-${dayOf(summary.at)}.png`, content, altText: words });
      await this.#slack.share(fileId, "Open findings by severity", null);
      if (!(await this.#isKnown(fileId))) return null;
      const picture = { fileId, words, days: summary.trend.days };
      this.#latest = { hash, picture };
      return picture;
    } catch (error) {
      this.#refused(failureOf(error));
      return null;
    }
  }

  /** Slack shows it in no block before it has found out that it is a picture. */
  async #isKnown(fileId: string): Promise<boolean> {
    for (let look = 0; look < LOOKS; look += 1) {
      const { mimetype } = await this.#slack.file(fileId);
      if (mimetype.startsWith("image/")) return true;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS));
    }
    this.#log.warn({ fileId }, "Slack does not find out that the trend is a picture");
    return false;
  }

  /** What a workspace or the app's permissions forbid they forbid for a while. */
  #refused(failure: Failure): void {
    this.#log.warn({ failure }, "the trend could not be shown as a picture");
    if (failure.kind === "installation" || failure.kind === "other") this.#notBefore = this.#clock() + HOUR;
  }
}

function optionsOf({ at, trend }: Summary): { readonly today: string; readonly days: number } {
  return { today: dayOf(at), days: trend.days };
}

/** Of what the picture would show. */
function hashOf(summary: Summary): string {
  return createHash("sha256")
    .update(trendSvg(summary.trend.known, optionsOf(summary)))
    .digest("hex");
}
