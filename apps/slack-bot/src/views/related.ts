import type { SuppressionLimits } from "@posture/config";
import type { Finding } from "@posture/core";
import type { Listed } from "@posture/runtime";
import type { KnownBlock, ModalView } from "@slack/types";
import { encodeModal, FIELD, RELATED_MODAL } from "../codec.ts";
import type { Message } from "../slack/port.ts";
import { cut, LIMIT, literal, MARKS, note, plain, plural, printable, rich, section } from "./parts.ts";
import { basisField, expiryField, justificationField } from "./suppress.ts";

/** As many boxes as Slack takes. Source: https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element */
export const MOST_RELATED = 10;

export interface RelatedModel {
  /** The finding whose message was clicked. */
  readonly finding: Finding;
  readonly channel: string | undefined;
  /** The other open findings of its resource, the gravest first: one or more. */
  readonly others: readonly Listed[];
  /** How many there are, listed here or not. */
  readonly total: number;
  /** What holds for all of them. */
  readonly limits: SuppressionLimits;
}

/** Asks which other findings of the same resource to suppress for one reason. Pure. */
export function relatedModal({ finding, channel, others, total, limits }: RelatedModel): ModalView & { readonly blocks: KnownBlock[] } {
  const { ref, fingerprint } = finding;
  const more = total - others.length;
  return {
    type: "modal",
    callback_id: RELATED_MODAL,
    private_metadata: encodeModal({ fingerprint, ...(channel !== undefined && { channel }) }),
    title: plain("Suppress related"),
    submit: plain(limits.approval === "waiting" ? "Suppress or ask" : "Suppress"),
    close: plain("Cancel"),
    blocks: [
      rich(section(literal(cut(ref.name, 300), { bold: true }), literal(` · ${ref.region} · account ${ref.accountId}`))),
      {
        type: "input",
        block_id: FIELD.findings,
        label: plain("Which of its other open findings?"),
        element: {
          type: "checkboxes",
          action_id: FIELD.input,
          options: others.map((it) => ({
            text: plain(cut(printable(`${MARKS[it.finding.severity]} ${it.finding.title} (${it.id})`), LIMIT.option)),
            value: it.finding.fingerprint,
          })),
        },
      },
      ...(more > 0 ? [note(`${plural(more, "more finding")} of it ${more === 1 ? "is" : "are"} open; \`/posture why\` lists them.`)] : []),
      basisField(),
      justificationField(),
      expiryField(limits, limits.defaultDays),
      note("Each gets a suppression of its own, and comes back by itself when its time is over."),
      ...(limits.approval === "waiting" ? [note("Where another person has to approve, it hides nothing until then.")] : []),
    ],
  };
}

/** What came of one of those that were chosen. `text`: why it was refused. */
export type RelatedDone =
  | { readonly finding: Finding; readonly kind: "suppressed" | "waiting" }
  | { readonly finding: Finding | null; readonly kind: "refused"; readonly text: string };

/** What came of each, to whoever chose them. Pure. */
export function relatedDone(done: readonly RelatedDone[]): Message {
  const of = (kind: RelatedDone["kind"]): number => done.filter((it) => it.kind === kind).length;
  const waiting = of("waiting");
  const parts = [
    of("suppressed") > 0 ? `Suppressed ${plural(of("suppressed"), "finding")}.` : "",
    waiting === 1 ? "1 suppression waits for another person, and hides nothing until then." : "",
    waiting > 1 ? `${waiting} suppressions wait for another person, and hide nothing until then.` : "",
    of("refused") > 0 ? `${of("refused")} could not be suppressed.` : "",
  ];
  const text = parts.filter((it) => it !== "").join(" ");
  const refused = done.flatMap((it) =>
    it.kind === "refused" ? [section(literal(`${cut(it.finding?.title ?? "A finding", 150)}: ${cut(it.text, 300)}`))] : [],
  );
  return {
    text,
    blocks: [
      rich(
        section(literal(text)),
        ...(refused.length > 0 ? [{ type: "rich_text_list" as const, style: "bullet" as const, elements: refused }] : []),
      ),
    ],
  };
}
