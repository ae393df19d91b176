import type { Command } from "commander";

/* A word behind a group of commands (`posture checks shwo`) goes to the group's default command, which says here what was meant. */

/** @throws {CommanderError} for any word that is there, with the nearest command. */
export async function noWordIn(command: Command): Promise<void> {
  const [word] = command.args;
  if (word !== undefined) await misspelt(command, word);
}

/**
 * The one word that is there, for a default command that takes ids: what looks like a command is none of them.
 * @throws {CommanderError} for a misspelt command, and for a second word
 */
export async function wordOf(command: Command): Promise<string | undefined> {
  const [word, more] = command.args;
  if (word === undefined) return undefined;
  if (!mayBeId(word) && (await nearestCommand(command, word)) !== null) await misspelt(command, word);
  if (more !== undefined) command.parent?.error(`error: one id at a time; ${more} is one too many`, { code: "posture.excessArguments" });
  return word;
}

function mayBeId(word: string): boolean {
  return /^(v1-)?[0-9a-f]+$/i.test(word) || word.startsWith("arn:");
}

async function misspelt(command: Command, word: string): Promise<never> {
  const group = command.parent ?? command;
  const all = commandsOf(group);
  const name = `posture ${group.name()}`;
  const near = await nearestCommand(command, word);
  const hint = near === null ? `It has ${all.join(" and ")}.` : `(Did you mean ${near}?)`;
  const says = all.includes(word)
    ? `'${word}' is a command of its own\n(Did you mean ${name} ${word}?)`
    : `${name} has no command '${word}'\n${hint}`;
  return group.error(`error: ${says}`, { code: "posture.unknownCommand" });
}

async function nearestCommand({ parent }: Command, word: string): Promise<string | null> {
  const { nearest } = await import("@posture/config");
  return parent ? nearest(word, commandsOf(parent)) : null;
}

function commandsOf(group: Command): string[] {
  return group.commands.map((it) => it.name());
}
