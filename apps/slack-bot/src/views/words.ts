import { EXPORT_FORMATS } from "@posture/export";
import { KEYS } from "../asking/asked.ts";
import { SORT_WORDS } from "../asking/sorting.ts";
import type { Standing } from "../roles/standing.ts";
import type { Message } from "../slack/port.ts";
import { standingBlock } from "./standing.ts";
import { cut, escaped, fallback, LIMIT, literal, note, rich, section, words } from "./parts.ts";

/** One sentence or two for one person's eyes. What is in it may come from anywhere: it is shown to the letter. */
export function sentence(text: string): Message {
  return { text: fallback(text), blocks: [rich(section(literal(cut(text, LIMIT.section))))] };
}

const COMMANDS = [
  ["summary [filters]", "open findings by severity, what could not be read, the oldest criticals; of all, or of those that match"],
  ["digest", "what the next daily digest of this channel would say now"],
  ["findings [filters]", "the open findings that match, ten at a time, the gravest first; sorted otherwise with `sort=`"],
  [
    "export <format> [filters]",
    `the findings that match as a file to you alone, or with \`here\` to this channel: ${EXPORT_FORMATS.join(", ")}`,
  ],
  ["show <id>", "one finding, with its evidence and the steps to fix it"],
  ["history <id>", "what has happened to one finding, and who did it"],
  ["recheck <id or ARN>", "reads the one resource again, now, and says what came of it"],
  ["assign <id> <who>", "says who sees to a finding: `me`, `nobody`, or `@` and a name"],
  ["scan", "sweeps everything now, and tells you what came of it"],
  ["why <ARN or id>", "what is known of a resource: its findings in every status, and since when"],
  ["suppressions", "what is suppressed, by whom, why and until when"],
  ["checks [filters]", "what Posture looks for, and how much of it is open"],
  ["status", "the last sweep, what it could not read, whether change events get through, versions"],
  ["help", "this"],
] as const;

const EXAMPLES = [
  "findings critical",
  "findings critical or high s3 in eu-west-1",
  "findings suppressed",
  "findings mine",
  "findings oldest critical",
  "findings all tag=env=prod",
  'findings severity=high service=iam text="access key"',
  "summary account=111122223333 framework=cis-3.0",
  "checks encryption",
  "export csv critical or high",
  "export html all here",
] as const;

export const COMMAND_WORDS: readonly string[] = COMMANDS.map(([usage]) => usage.split(" ")[0] ?? usage);

/** Also what the reader may do of it. Pure. */
export function helpMessage(standings: readonly Standing[]): Message {
  const lines = COMMANDS.map(([usage, does]) => `\`/posture ${escaped(usage)}\`  ${does}`);
  const examples = EXAMPLES.map((example) => `\`/posture ${escaped(example)}\``);
  return {
    text: `Commands: ${COMMANDS.map(([usage]) => `/posture ${escaped(usage)}`).join(", ")}`,
    blocks: [
      words(`*Posture* watches your AWS accounts and says here what is dangerous.\n\n${lines.join("\n")}`),
      words(
        `*Filters* are words, or \`key=value\` with the keys ${KEYS.map((key) => `\`${key}\``).join(", ")}. Different kinds must all be true; of one kind, one is enough. Without a status only open findings are listed, with \`all\` those of every status. Findings are sorted with \`sort=\` and ${SORT_WORDS.map((word) => `\`${word}\``).join(", ")}.\n${examples.join("\n")}`,
      ),
      standingBlock(standings),
      note("An id may be shortened as long as it is unique. Only you see the answers to commands; *Share to channel* posts one for all."),
    ],
  };
}
