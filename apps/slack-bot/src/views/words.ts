import type { Message } from "../slack/port.ts";
import { cut, escaped, LIMIT, literal, note, printable, rich, section, words } from "./parts.ts";

/** One sentence or two for one person's eyes. What is in it may come from anywhere: it is shown to the letter. */
export function sentence(text: string): Message {
  return { text: cut(escaped(printable(text)), LIMIT.fallback), blocks: [rich(section(literal(cut(text, LIMIT.section))))] };
}

const COMMANDS = [
  ["summary", "open findings by severity, what could not be read, the oldest criticals"],
  ["show <id>", "one finding, with its evidence and the steps to fix it"],
  ["recheck <id>", "reads the one resource again, now, and says what came of it"],
  ["help", "this"],
] as const;

export const COMMAND_WORDS: readonly string[] = COMMANDS.map(([usage]) => usage.split(" ")[0] ?? usage);

export function helpMessage(): Message {
  const lines = COMMANDS.map(([usage, does]) => `\`/posture ${escaped(usage)}\`  ${does}`);
  return {
    text: `Commands: ${COMMANDS.map(([usage]) => `/posture ${escaped(usage)}`).join(", ")}`,
    blocks: [
      words(`*Posture* watches your AWS accounts and says here what is dangerous.\n\n${lines.join("\n")}`),
      note("An id may be shortened as long as it is unique. Only you see the answers to commands."),
    ],
  };
}
