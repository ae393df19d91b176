import type { Argument, Command, Option } from "commander";

/** What may stand where the cursor is. */
export interface Wanted {
  /** Commands and options of the program, which need nothing but the program. */
  readonly words: readonly Word[];
  /** The value of an option or an argument that has no fixed choices; `null`: none is due. */
  readonly value: { readonly name: string; readonly path: readonly string[] } | null;
  /** What stands before the value in the same word: `--format=`. */
  readonly before: string;
  /** What was typed of it. */
  readonly typed: string;
  /** Values of options that stand on the line already, by long name. */
  readonly given: Readonly<Record<string, string>>;
}

export interface Word {
  readonly text: string;
  readonly says: string;
}

/** Pure: reads a line, its last word being the one at the cursor, as the program would read it. */
export function wantedAt(program: Command, line: readonly string[]): Wanted {
  const typed = line.at(-1) ?? "";
  const state = line.slice(0, -1).reduce<State>(after, { command: program, path: [], due: null, arguments: 0, ended: false, given: {} });
  const { command, path, due, given } = state;
  const [, flag = "", part = ""] = /^(--[^=]+)=(.*)$/s.exec(typed) ?? [];
  const assigned = flag === "" || state.ended ? null : optionOf(command, flag);
  const option = due ?? assigned;
  const before = due === null && assigned !== null ? `${flag}=` : "";
  if (option) {
    const words = (option.argChoices ?? []).map((text) => ({ text, says: "" }));
    return {
      words,
      value: option.argChoices ? null : { name: option.long ?? "", path },
      before,
      typed: before === "" ? typed : part,
      given,
    };
  }
  if (typed.startsWith("-") && !state.ended) return { words: optionWords(command), value: null, before: "", typed, given };
  const argument = argumentOf(command, state.arguments);
  const choices = argument?.argChoices?.map((text) => ({ text, says: "" })) ?? [];
  const value = argument && !argument.argChoices ? { name: argument.name(), path } : null;
  return { words: [...(state.arguments === 0 ? commandWords(command) : []), ...choices], value, before: "", typed, given };
}

interface State {
  readonly command: Command;
  readonly path: readonly string[];
  /** The option whose value is the next word. */
  readonly due: Option | null;
  /** Arguments so far. */
  readonly arguments: number;
  /** After `--` there are no options. */
  readonly ended: boolean;
  readonly given: Readonly<Record<string, string>>;
}

function after(state: State, word: string): State {
  const { command, due, given } = state;
  if (due) return { ...state, due: null, given: { ...given, [due.long ?? ""]: word } };
  if (word === "--") return { ...state, ended: true };
  if (word.startsWith("-") && !state.ended) {
    const [flag = "", ...rest] = word.split("=");
    const option = optionOf(command, flag);
    if (!option || (!option.required && !option.optional)) return state;
    return rest.length === 0 ? { ...state, due: option } : { ...state, given: { ...given, [option.long ?? ""]: rest.join("=") } };
  }
  const below = state.arguments === 0 ? command.commands.find((it) => it.name() === word || it.aliases().includes(word)) : undefined;
  return below ? { ...state, command: below, path: [...state.path, word] } : { ...state, arguments: state.arguments + 1 };
}

/** The command that is meant where a group stands without one. */
export const DEFAULT_BELOW = "list";

function lineage(command: Command): readonly Command[] {
  const meant = command.commands.find((it) => it.name() === DEFAULT_BELOW);
  return meant ? [command, meant] : [command];
}

function optionOf(command: Command, flag: string): Option | null {
  return (
    lineage(command)
      .flatMap((it) => it.options)
      .find(({ long, short }) => long === flag || short === flag) ?? null
  );
}

function argumentOf(command: Command, position: number): Argument | undefined {
  const all = command.registeredArguments;
  return all[position] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);
}

function commandWords(command: Command): Word[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((it) => ({ text: it.name(), says: it.description() }));
}

function optionWords(command: Command): Word[] {
  const all = lineage(command).flatMap((it) => it.createHelp().visibleOptions(it));
  return [...new Map(all.map(({ long, short, description }) => [long ?? short ?? "", description]))].map(([text, says]) => ({
    text,
    says,
  }));
}

/**
 * Pure: the words as the shell had them before it broke them: bash takes `=` and `:` for ends of words, also within one.
 * Source: https://www.gnu.org/software/bash/manual/bash.html#index-COMP_005fWORDBREAKS
 */
export function unbroken(line: readonly string[]): readonly string[] {
  return line.reduce<{ words: readonly string[]; joins: boolean }>(
    ({ words, joins }, word, i) => {
      const isBreak = /^:+$/.test(word) || (word === "=" && (words.at(-1) ?? "").startsWith("--"));
      const last = words.at(-1);
      const glued = i > 0 && last !== undefined && (joins || isBreak);
      return { words: glued ? [...words.slice(0, -1), last + word] : [...words, word], joins: isBreak };
    },
    { words: [], joins: false },
  ).words;
}
