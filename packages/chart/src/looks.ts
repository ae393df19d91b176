import type { Severity } from "@posture/core";

/** How a severity is drawn: filled, and outlined and patterned with the line, which alone would tell it apart. */
export interface Paint {
  readonly fill: string;
  readonly line: string;
}

export interface Look {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly today: string;
  readonly paints: Readonly<Record<Severity, Paint>>;
}

export type Theme = "light" | "dark";

/** Lines stand out from the background with 3:1 and more, texts with 4.5:1 and more (WCAG 2.2, 1.4.3 and 1.4.11). */
export const LOOKS: Readonly<Record<Theme, Look>> = {
  light: {
    background: "#ffffff",
    text: "#1d1c1d",
    muted: "#5b5f66",
    grid: "#e2e4e8",
    today: "#eef1f5",
    paints: {
      critical: { fill: "#c62828", line: "#6d0f12" },
      high: { fill: "#f58a2c", line: "#8f3f00" },
      medium: { fill: "#ffd84d", line: "#7a5c00" },
      low: { fill: "#8cbcf0", line: "#1554a0" },
    },
  },
  dark: {
    background: "#1a1d21",
    text: "#f1f1f1",
    muted: "#b5bac1",
    grid: "#363a40",
    today: "#2a2e34",
    paints: {
      critical: { fill: "#c92f2f", line: "#ffb0aa" },
      high: { fill: "#a84e0c", line: "#ffb06b" },
      medium: { fill: "#7d6200", line: "#ffe27a" },
      low: { fill: "#24578f", line: "#a6d0ff" },
    },
  },
};

export const NAMES: Readonly<Record<Severity, string>> = { critical: "Critical", high: "High", medium: "Medium", low: "Low" };
export const MARKS: Readonly<Record<Severity, string>> = { critical: "●", high: "▲", medium: "■", low: "○" };
