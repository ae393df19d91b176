import type { Actor, Suppression } from "@posture/core";
import { pageTurnOf } from "../asking/intakes.ts";
import { ACTION, decodeExtend, decodeFinding, decodeModal, decodeSeen, EXTEND_MODAL, SUPPRESS_MODAL } from "../codec.ts";
import { type Desk, findingOf } from "../desk.ts";
import type { ActionIntake, Intake, SubmissionIntake } from "../inbox/intake.ts";
import { pendingOf, suppressionOf } from "../pending.ts";
import type { Deed } from "./deed.ts";

/** What each word of `/posture` is. A word that is not here is answered with the nearest that is, and nothing is done. */
const BY_WORD: ReadonlyMap<string, Deed> = new Map<string, Deed>([
  ["help", "help"],
  ["summary", "summary"],
  ["findings", "findings"],
  ["show", "show"],
  ["history", "history"],
  ["steps", "steps"],
  ["checks", "checks"],
  ["why", "why"],
  ["suppressions", "suppressions"],
  ["status", "status"],
  ["recheck", "recheck"],
  ["re-check", "recheck"],
  ["assign", "assign"],
  ["export", "export"],
  ["scan", "scan"],
]);

type Clicked = Deed | "page" | "link";
/** What each button and menu is. */
const BY_ACTION: Readonly<Record<keyof typeof ACTION, Clicked>> = {
  recheck: "recheck",
  suppress: "suppress",
  lift: "lift",
  approve: "approve",
  decline: "decline",
  withdraw: "withdraw",
  extend: "extend",
  docs: "link",
  open: "open",
  postCriticals: "post-criticals",
  previousPage: "page",
  nextPage: "page",
};
const CLICKED: ReadonlyMap<string, Clicked> = new Map(
  Object.entries(BY_ACTION).map(([name, deed]) => [Object.entries(ACTION).find(([it]) => it === name)?.[1] ?? name, deed]),
);

const BY_MODAL: ReadonlyMap<string, Deed> = new Map<string, Deed>([
  [SUPPRESS_MODAL, "suppress"],
  [EXTEND_MODAL, "extend"],
]);

/** Of a command, its first word; nothing typed is `help`. Pure. */
export function wordOf(text: string): string {
  return (text.trim().split(/\s+/)[0] || "help").toLowerCase();
}
/** `null`: there is no such word. Pure. */
export function deedOfWord(word: string): Deed | null {
  return BY_WORD.get(word) ?? null;
}

/** What somebody wants to do. `null`: nothing that anybody could be refused, as with a link. */
export async function deedWanted(desk: Desk, intake: Intake): Promise<Deed | null> {
  if ("command" in intake) return deedOfWord(wordOf(intake.text)) ?? "help";
  const deed = "view" in intake ? (BY_MODAL.get(intake.view.callback_id) ?? null) : clickedDeed(intake);
  if (deed !== "lift" && deed !== "extend") return deed;
  const suppression = await ("view" in intake ? suppressionInModal(desk, intake) : suppressionClicked(desk, intake));
  return suppression && "rule" in suppression.scope ? `${deed}-by-rule` : deed;
}

function clickedDeed(intake: ActionIntake): Deed | null {
  const clicked = CLICKED.get(intake.actions[0]?.action_id ?? "") ?? "link";
  if (clicked === "link") return null;
  return clicked === "page" ? (pageTurnOf(intake)?.list ?? null) : clicked;
}

/** The suppression that the button names, or, on a finding's message, what hides the finding. */
async function suppressionClicked(desk: Desk, { actions: [first] }: ActionIntake): Promise<Suppression | null> {
  const seen = decodeSeen(first?.value);
  if (seen) return suppressionOf(desk, seen.suppressionId);
  const fingerprint = decodeFinding(first?.value);
  return fingerprint === null ? null : ((await findingOf(desk, fingerprint))?.suppression ?? null);
}

/** Who asked for what is to be approved. `null`: nothing waits. */
export async function askerOf(desk: Desk, intake: Intake): Promise<Actor | null> {
  const suppression = "actions" in intake ? await suppressionClicked(desk, intake) : null;
  return (suppression && pendingOf(suppression, desk.now())?.by) ?? null;
}

function suppressionInModal(desk: Desk, { view }: SubmissionIntake): Promise<Suppression | null> {
  const data = decodeExtend(view.private_metadata);
  return data ? suppressionOf(desk, data.suppressionId) : Promise.resolve(null);
}

/** What a refusal is about, in the audit log. Pure. */
export function subjectOf(intake: Intake): string {
  if ("command" in intake) return `command:${intake.text.slice(0, 100)}`;
  if ("view" in intake) {
    const { private_metadata: data } = intake.view;
    return decodeModal(data)?.fingerprint ?? decodeExtend(data)?.suppressionId ?? "modal";
  }
  const [first] = intake.actions;
  const value = first?.selected_option?.value ?? first?.value;
  return decodeFinding(value) ?? decodeSeen(value)?.suppressionId ?? first?.action_id ?? "action";
}
