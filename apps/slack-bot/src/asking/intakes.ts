import { ACTION, decodeMore, decodePage, decodeSorted, type MoreVerb, type PageTurn } from "../codec.ts";
import type { ActionIntake, Inbound, Intake } from "../inbox/intake.ts";

/** Words of `/posture` that change nothing and read nothing in AWS. */
const ASKING_WORDS: ReadonlySet<string> = new Set([
  "",
  "help",
  "summary",
  "digest",
  "findings",
  "show",
  "history",
  "suppressions",
  "checks",
  "why",
  "status",
]);

/** Does this request only ask, and does whoever asks see the channel anyway, being in it? Where nobody says where they are, they are not there. Pure. */
export function onlyAsksIn(channel: string, intake: Intake): boolean {
  if ("command" in intake) return intake.channel_id === channel && ASKING_WORDS.has(wordOf(intake.text));
  return "actions" in intake && intake.channel?.id === channel && (pageTurnOf(intake) !== null || asksMore(intake));
}

/** What of "More…" only tells whoever clicks. */
const ASKING_VERBS: ReadonlySet<MoreVerb> = new Set(["steps", "history", "arn", "console"]);

function asksMore({ actions: [first] }: ActionIntake): boolean {
  const more = first?.action_id === ACTION.more ? decodeMore(first.selected_option?.value) : null;
  return more !== null && ASKING_VERBS.has(more.verb);
}

/** Of several bots the one that leads does it. */
export function isSweepAsked(intake: Inbound): boolean {
  return "command" in intake && wordOf(intake.text) === "scan";
}

function wordOf(text: string): string {
  return (text.trim().split(/\s+/)[0] ?? "").toLowerCase();
}

/** The page that is asked for; `null`: something else was clicked, or the value is none that we wrote. Pure. */
export function pageTurnOf(intake: Intake): PageTurn | null {
  if (!("actions" in intake)) return null;
  const [first] = intake.actions;
  if (first?.action_id === ACTION.sort) return decodeSorted(first.block_id, first.selected_option?.value);
  const isTurn = first?.action_id === ACTION.nextPage || first?.action_id === ACTION.previousPage;
  return isTurn ? decodePage(first.value) : null;
}
