import type { Finding } from "@posture/core";
import type { SuppressionLimits } from "@posture/config";
import { JUSTIFICATION_MIN } from "@posture/runtime";
import type { KnownBlock, ModalView, PlainTextOption } from "@slack/types";
import { encodeModal, FIELD, SUPPRESS_MODAL } from "../codec.ts";
import { cut, literal, MARKS, note, plain, rich, section, severityWord } from "./parts.ts";

/** Days, as they are offered. */
export const CHOICES = [1, 7, 30, 90, 365] as const;

/** Asks for a justification and a day on which the suppression ends. There is no "for ever". `limits`: what the configuration allows. Pure. */
export function suppressModal(
  finding: Finding,
  channel: string | undefined,
  { maxDays, defaultDays, approval }: SuppressionLimits,
): ModalView & { readonly blocks: KnownBlock[] } {
  const { severity, title, ref, fingerprint } = finding;
  const days = [...new Set([...CHOICES.filter((it) => it <= maxDays), defaultDays])].toSorted((a, b) => a - b);
  const options = days.map((it) => optionOf(it));
  const usual = options.find(({ value }) => value === String(defaultDays));
  return {
    type: "modal",
    callback_id: SUPPRESS_MODAL,
    private_metadata: encodeModal({ fingerprint, ...(channel !== undefined && { channel }) }),
    title: plain("Suppress a finding"),
    submit: plain(approval === "waiting" ? "Ask for approval" : "Suppress"),
    close: plain("Cancel"),
    blocks: [
      rich(
        section(
          literal(`${MARKS[severity]} ${severityWord(severity)} · ${cut(title, 300)}`, { bold: true }),
          literal(`\n${cut(ref.name, 300)} · ${ref.region} · account ${ref.accountId}`),
        ),
      ),
      {
        type: "input",
        block_id: FIELD.justification,
        label: plain("Justification"),
        hint: plain(`Why is this acceptable, and for whom? At least ${JUSTIFICATION_MIN} characters; everybody in the channel reads it.`),
        element: { type: "plain_text_input", action_id: FIELD.input, multiline: true, max_length: 1000, focus_on_load: true },
      },
      {
        type: "input",
        block_id: FIELD.expiry,
        label: plain("Until"),
        element: { type: "static_select", action_id: FIELD.input, options, ...(usual && { initial_option: usual }) },
      },
      note("The finding is watched on, and comes back by itself when the time is over."),
      ...(approval === "waiting" ? [note("Another person has to approve this; until then it hides nothing.")] : []),
    ],
  };
}

export function optionOf(days: number, from = ""): PlainTextOption {
  return { text: plain(`${days === 1 ? "1 day" : `${days} days`} ${from}`.trim()), value: String(days) };
}
