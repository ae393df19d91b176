import type { Diagnosis, Point, PointState, Setting } from "@posture/runtime";
import { out } from "./colours.ts";
import { paragraph } from "./table.ts";
import { plural } from "./words.ts";

/** Pure: a line or more for each point with its next step, then every setting with its origin, then the sum. */
export function doctorText({ points, settings }: Diagnosis, width: number): string {
  const names = Math.max(...points.map(({ name }) => name.length));
  const lines = [
    ...points.map((point) => pointText(point, names, width)),
    "",
    out.bold("Settings"),
    ...settingsText(settings, width),
    "",
    verdict(points),
  ];
  return `${lines.join("\n")}\n`;
}

const MARKS: Readonly<Record<PointState, string>> = { good: "✓", warning: "!", wrong: "✗", "not-examined": "–" };

function colourOf(state: PointState): (text: string) => string {
  switch (state) {
    case "good":
      return out.green;
    case "warning":
      return out.yellow;
    case "wrong":
      return out.red;
    case "not-examined":
      return out.dim;
  }
}

/** Between two columns. */
const GAP = 2;

function pointText({ name, state, says, next }: Point, names: number, width: number): string {
  const indent = 2 + names + GAP;
  const head = `${colourOf(state)(MARKS[state])} ${out.bold(name)}${" ".repeat(names - name.length + GAP)}`;
  const text = paragraph(says, width, indent).slice(indent);
  const step = next === null ? "" : `\n${paragraph(`→ ${next}`, width, indent)}`;
  return `${head}${state === "not-examined" ? out.dim(text) : text}${step}`;
}

function settingsText(settings: readonly Setting[], width: number): string[] {
  const origins = Math.max(...settings.map(({ origin }) => origin.length));
  const names = Math.max(...settings.map(({ name }) => name.length));
  const indent = 2 + names + GAP + origins + GAP;
  return settings.map(({ name, value, origin }) => {
    const line = `  ${name.padEnd(names + GAP)}${out.dim(origin.padEnd(origins + GAP))}${paragraph(value, width, indent).slice(indent)}`;
    return origin === "default" ? out.dim(line) : line;
  });
}

function verdict(points: readonly Point[]): string {
  const count = (state: PointState): number => points.filter((point) => point.state === state).length;
  const wrong = count("wrong");
  const warnings = count("warning");
  if (wrong > 0) return out.red(`${plural(wrong, "thing is", "things are")} wrong.`);
  return warnings > 0 ? out.yellow(`It works, with ${plural(warnings, "warning")}.`) : out.green("All is well.");
}
