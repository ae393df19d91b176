import type { Actor, Suppression } from "@posture/core";
import { pageTurnOf } from "../asking/intakes.ts";
import {
  ACTION,
  ASSIGN_MODAL,
  decodeExtend,
  decodeFinding,
  decodeModal,
  decodeMore,
  decodeSeen,
  EXTEND_MODAL,
  type MoreVerb,
  RELATED_MODAL,
  SUPPRESS_MODAL,
} from "../codec.ts";
import { type Desk, findingOf } from "../desk.ts";
import { type ActionIntake, type Intake, isSubmission, type SubmissionIntake } from "../inbox/intake.ts";
import { pendingOf, suppressionOf } from "../pending.ts";
import { filledIn } from "../suppressing/fields.ts";
import type { Deed } from "./deed.ts";

/** What each word of `/posture` is. A word that is not here is answered with the nearest that is, and nothing is done. */
const BY_WORD: ReadonlyMap<string, Deed> = new Map<string, Deed>([
  ["help", "help"],
  ["summary", "summary"],
  ["digest", "digest"],
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

type Clicked = Deed | "page" | "more" | "link";
/** What each button and menu is. */
const BY_ACTION: Readonly<Record<keyof typeof ACTION, Clicked>> = {
  recheck: "recheck",
  suppress: "suppress",
  // In the window: what comes of it is decided when that is submitted.
  scope: "suppress",
  expiry: "suppress",
  more: "more",
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
  sort: "page",
  share: "share",
};
const CLICKED: ReadonlyMap<string, Clicked> = new Map(
  Object.entries(BY_ACTION).map(([name, deed]) => [Object.entries(ACTION).find(([it]) => it === name)?.[1] ?? name, deed]),
);

const BY_MORE: Readonly<Record<MoreVerb, Deed>> = {
  steps: "steps",
  history: "history",
  related: "suppress-related",
  assign: "assign",
  arn: "show",
  console: "show",
};

const BY_MODAL: ReadonlyMap<string, Deed> = new Map<string, Deed>([
  [ASSIGN_MODAL, "assign"],
  [RELATED_MODAL, "suppress-related"],
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
  const deed = deedIn(intake);
  if (deed !== "lift" && deed !== "extend") return deed;
  const suppression = await (isSubmission(intake) ? suppressionInModal(desk, intake) : suppressionClicked(desk, intake));
  return suppression && "rule" in suppression.scope ? `${deed}-by-rule` : deed;
}

/** What a click or a window is, as far as it says so itself. Pure. */
export function deedIn(intake: ActionIntake | SubmissionIntake): Deed | null {
  return isSubmission(intake) ? submittedDeed(intake) : clickedDeed(intake);
}

/** What is wider than one finding is a rule. */
function submittedDeed({ view }: SubmissionIntake): Deed | null {
  if (view.callback_id !== SUPPRESS_MODAL) return BY_MODAL.get(view.callback_id) ?? null;
  return filledIn(view.state.values).scope === "finding" ? "suppress" : "suppress-by-rule";
}

function clickedDeed(intake: ActionIntake): Deed | null {
  const [first] = intake.actions;
  const clicked = CLICKED.get(first?.action_id ?? "") ?? "link";
  if (clicked === "link") return null;
  if (clicked === "more") {
    const more = decodeMore(first?.selected_option?.value);
    return more && BY_MORE[more.verb];
  }
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
  if (isSubmission(intake) || intake.view) {
    const data = intake.view?.private_metadata ?? "";
    return decodeModal(data)?.fingerprint ?? decodeExtend(data)?.suppressionId ?? "modal";
  }
  const [first] = intake.actions;
  const value = first?.selected_option?.value ?? first?.value;
  return decodeFinding(value) ?? decodeMore(value)?.fingerprint ?? decodeSeen(value)?.suppressionId ?? first?.action_id ?? "action";
}
