import { out } from "./colours.ts";
import { CONTROL_STATES, type ControlReport, type FrameworkReport } from "./framework-report.ts";
import { type Column, paragraph, ROOM_FOR_A_TABLE, table } from "./table.ts";
import { plural } from "./words.ts";

const CONTROL: Column<ControlReport> = { head: "Control", text: ({ id }) => id, colour: out.bold };
const STATE: Column<ControlReport> = { head: "State", text: stateText, colour: stateColour };
const CHECKS: Column<ControlReport> = { head: "Checks", text: ({ checks }) => checks.join(", "), flexible: 1 };

/** Pure: how each control stands, in as many columns as there is room for. */
export function frameworkText({ name, controls }: FrameworkReport, width: number): string {
  const entry = (control: ControlReport): string =>
    `${paragraph(`${out.bold(control.id)}  ${stateColour(stateText(control), control)}`, width, 2)}\n${out.dim(paragraph(control.checks.join(", "), width, 4))}`;
  const body = width >= ROOM_FOR_A_TABLE ? table([CONTROL, STATE, CHECKS], controls, width) : controls.map(entry).join("\n");
  const counts = CONTROL_STATES.flatMap((state) => {
    const count = controls.filter((control) => control.state === state).length;
    return count > 0 ? [`${count} ${WORDS[state]}`] : [];
  });
  const foot = `${plural(controls.length, "control")} that a check maps to: ${counts.join(", ")}. Of other controls nothing is said.`;
  return [paragraph(out.bold(name), width), body, paragraph(foot, width)].join("\n");
}

const WORDS: Readonly<Record<ControlReport["state"], string>> = {
  failing: "failing",
  unknown: "could not be decided",
  suppressed: "suppressed",
  passing: "passing",
};

function stateText({ state, failing, suppressed, unknown }: ControlReport): string {
  const counts: Readonly<Record<ControlReport["state"], string>> = {
    failing: ` ${failing}`,
    unknown: ` (${unknown})`,
    suppressed: ` ${suppressed}`,
    passing: "",
  };
  const doubt = state === "failing" && unknown > 0 ? `, ${unknown} could not be decided` : "";
  return `${WORDS[state]}${counts[state]}${doubt}`;
}

function stateColour(text: string, { state }: ControlReport): string {
  return state === "failing"
    ? out.red(text)
    : state === "unknown"
      ? out.yellow(text)
      : state === "passing"
        ? out.green(text)
        : out.dim(text);
}
