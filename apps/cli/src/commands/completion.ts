import type { Command } from "commander";
import { unbroken, wantedAt } from "../completion/line.ts";
import { SCRIPTS, type Shell } from "../completion/scripts.ts";
import { printed } from "../output.ts";
import { printable } from "../printable.ts";

/** `posture completion <shell>`. Answers the exit code. */
export async function completion(shell: Shell): Promise<number> {
  await printed(SCRIPTS[shell]);
  return 0;
}

/**
 * `posture complete <shell> -- <words>`, which the scripts ask. Answers the exit code. Whatever stands in the way, such as a configuration that
 * cannot be loaded, there is no answer then: nobody wants to read of it in the middle of a line.
 */
export async function complete(program: Command, shell: Shell, line: readonly string[]): Promise<number> {
  await printed(await answerTo(program, shell, line).catch(() => ""));
  return 0;
}

async function answerTo(program: Command, shell: Shell, line: readonly string[]): Promise<string> {
  const wanted = wantedAt(program, shell === "bash" ? unbroken(line) : line);
  const { valuesOf } = await import("../completion/values.ts");
  const values = await valuesOf(wanted);
  if (typeof values === "string") return `${values}\n`;
  // Bash replaces what stands behind the =, the others the whole word.
  const before = shell === "bash" ? "" : wanted.before;
  return [...wanted.words, ...values]
    .filter(({ text }) => text.startsWith(wanted.typed))
    .map(({ text, says }) => `${before}${text}\t${printable(says).replaceAll(/\s+/g, " ")}\n`)
    .join("");
}
