import { DAY, elapsed, HOUR, type Instant, type Suppression } from "@posture/core";
import type { SuppressionLimits } from "@posture/config";
import type { KnownBlock, ModalView } from "@slack/types";
import { encodeExtend, EXTEND_MODAL, FIELD } from "../codec.ts";
import { cut, literal, note, plain, plural, rich, section, when, whoElement } from "./parts.ts";
import { CHOICES, optionOf } from "./suppress.ts";

/** Days from now on that end an hour or more after the suppression does, and are within what the configuration allows. Pure. */
export function longerDays(expiresAt: Instant, { maxDays, defaultDays }: SuppressionLimits, now: Instant): readonly number[] {
  const days = [...new Set([...CHOICES, defaultDays, maxDays])].toSorted((a, b) => a - b);
  return days.filter((it) => it <= maxDays && it * DAY - elapsed(now, expiresAt) >= HOUR);
}

/** Asks for a later expiry. `days`: the choices, one or more. Pure. */
export function extendModal(
  { id, scope, by, expiresAt, justification }: Suppression,
  channel: string | undefined,
  { defaultDays, approval }: SuppressionLimits,
  days: readonly number[],
): ModalView & { readonly blocks: KnownBlock[] } {
  const options = days.map((it) => optionOf(it, "from now"));
  const usual = options.find(({ value }) => value === String(defaultDays)) ?? options[0];
  const rule = "rule" in scope ? [note("This is a rule: whatever it holds stays hidden, findings to come too.")] : [];
  const waits = approval === "waiting" ? [note("Another person has to approve it; until then the present expiry holds.")] : [];
  return {
    type: "modal",
    callback_id: EXTEND_MODAL,
    private_metadata: encodeExtend({ suppressionId: id, ...(channel !== undefined && { channel }) }),
    title: plain("Extend a suppression"),
    submit: plain(approval === "waiting" ? "Ask for approval" : "Extend"),
    close: plain("Cancel"),
    blocks: [
      rich(
        section(
          literal("Suppressed by "),
          whoElement(by),
          literal(" until "),
          when(expiresAt),
          literal(": "),
          literal(cut(justification, 1000), { italic: true }),
        ),
      ),
      {
        type: "input",
        block_id: FIELD.expiry,
        label: plain("Until"),
        hint: plain(`At most ${plural(days.at(-1) ?? 1, "day")} from now.`),
        element: { type: "static_select", action_id: FIELD.input, options, ...(usual && { initial_option: usual }) },
      },
      ...rule,
      ...waits,
    ],
  };
}
