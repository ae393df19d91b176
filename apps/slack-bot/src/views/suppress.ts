import { BASES, basisText, DAY, type Finding, type Instant, plus } from "@posture/core";
import type { SuppressionLimits } from "@posture/config";
import { JUSTIFICATION_MIN } from "@posture/runtime";
import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from "@slack/types";
import { ACTION, encodeModal, FIELD, SUPPRESS_MODAL } from "../codec.ts";
import type { Message } from "../slack/port.ts";
import type { ScopeChoice } from "../suppressing/scopes.ts";
import { cut, literal, MARKS, note, plain, rich, section, severityWord, when } from "./parts.ts";
import { type Counted, countingBlocks, previewBlocks } from "./preview.ts";

/** Days, as they are offered. */
export const CHOICES = [1, 7, 30, 90, 365] as const;

export interface SuppressModel {
  readonly finding: Finding;
  /** Where the click was, for an answer. */
  readonly channel: string | undefined;
  readonly choices: readonly ScopeChoice[];
  /** The scope that is chosen. */
  readonly scope: ScopeChoice;
  /** What the configuration allows for this scope. */
  readonly limits: SuppressionLimits;
  /** What was chosen; where the limits do not allow it, it is the default. */
  readonly days: number;
  /** What it would hide; `null`: it is still being counted. */
  readonly preview: Counted | null;
  readonly now: Instant;
}

/** Asks what to suppress, why, and until when, and says what that would hide. There is no "for ever". Pure. */
export function suppressModal(model: SuppressModel): ModalView & { readonly blocks: KnownBlock[] } {
  const { finding, channel, choices, scope, limits, preview } = model;
  const { severity, title, ref, fingerprint } = finding;
  const isRule = "rule" in scope.scope;
  const options = choices.map(({ label, value }) => ({ text: plain(label), value }));
  const chosen = options.find(({ value }) => value === scope.value);
  return {
    type: "modal",
    callback_id: SUPPRESS_MODAL,
    private_metadata: encodeModal({ fingerprint, ...(channel !== undefined && { channel }) }),
    title: plain(isRule ? "Suppress by rule" : "Suppress a finding"),
    submit: plain(limits.approval === "waiting" ? "Ask for approval" : "Suppress"),
    close: plain("Cancel"),
    blocks: [
      rich(
        section(
          literal(`${MARKS[severity]} ${severityWord(severity)} · ${cut(title, 300)}`, { bold: true }),
          literal(`\n${cut(ref.name, 300)} · ${ref.region} · account ${ref.accountId}`),
        ),
      ),
      basisField(),
      justificationField(),
      {
        type: "input",
        block_id: FIELD.scope,
        dispatch_action: true,
        label: plain("Scope"),
        element: { type: "static_select", action_id: ACTION.scope, options, ...(chosen && { initial_option: chosen }) },
      },
      expiryField(limits, daysWithin(model)),
      ...(preview === null ? countingBlocks() : previewBlocks(preview)),
      rich(
        section(
          literal("It would end on "),
          when(plus(model.now, daysWithin(model) * DAY)),
          literal(
            isRule ? ". Until then it hides what it holds, findings to come too." : ". The finding is watched on, and comes back then.",
          ),
        ),
      ),
      {
        type: "input",
        block_id: FIELD.ticket,
        optional: true,
        label: plain("Ticket"),
        hint: plain("The https address of where this is spoken about."),
        element: { type: "plain_text_input", action_id: FIELD.input, max_length: 500, placeholder: plain("https://…") },
      },
      ...(limits.approval === "waiting" ? [note("Another person has to approve this; until then it hides nothing.")] : []),
    ],
  };
}

export function basisField(): InputBlock {
  return {
    type: "input",
    block_id: FIELD.basis,
    label: plain("Basis"),
    element: {
      type: "static_select",
      action_id: FIELD.input,
      placeholder: plain("What sort of reason is it?"),
      options: BASES.map((basis) => ({ text: plain(basisText(basis)), value: basis })),
    },
  };
}

export function justificationField(): InputBlock {
  return {
    type: "input",
    block_id: FIELD.justification,
    label: plain("Justification"),
    hint: plain(`Why is this acceptable, and for whom? At least ${JUSTIFICATION_MIN} characters; everybody in the channel reads it.`),
    element: { type: "plain_text_input", action_id: FIELD.input, multiline: true, max_length: 1000, focus_on_load: true },
  };
}

/** What was chosen, or what is usual, within what is allowed. */
function daysWithin({ days, limits: { maxDays, defaultDays } }: Pick<SuppressModel, "days" | "limits">): number {
  return Number.isInteger(days) && days >= 1 && days <= maxDays ? days : defaultDays;
}

/** With other choices it is another field: what Slack keeps of the former one may not be among them. */
export function expiryField({ maxDays, defaultDays }: Pick<SuppressionLimits, "maxDays" | "defaultDays">, chosen: number): InputBlock {
  const days = [...new Set([...CHOICES.filter((it) => it <= maxDays), defaultDays, chosen])].toSorted((a, b) => a - b);
  const options = days.map((it) => optionOf(it));
  const usual = options.find(({ value }) => value === String(chosen));
  return {
    type: "input",
    block_id: `${FIELD.expiry}_${maxDays}`,
    dispatch_action: true,
    label: plain("Until"),
    element: { type: "static_select", action_id: ACTION.expiry, options, ...(usual && { initial_option: usual }) },
  };
}

export function optionOf(days: number, from = ""): PlainTextOption {
  return { text: plain(`${days === 1 ? "1 day" : `${days} days`} ${from}`.trim()), value: String(days) };
}

/** Instead of the fields, where there is nothing to suppress any more. Pure. */
export function nothingToSuppress({ blocks }: Message): ModalView & { readonly blocks: KnownBlock[] } {
  return {
    type: "modal",
    title: plain("Suppress a finding"),
    close: plain("Close"),
    blocks: [...blocks],
  };
}
