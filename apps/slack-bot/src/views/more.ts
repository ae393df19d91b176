import type { Finding, Status } from "@posture/core";
import { type CheckInfo, type FilledStep, guideOf } from "@posture/runtime";
import type { PlainTextOption, RichTextSection, StaticSelect } from "@slack/types";
import { ACTION, encodeMore, type MoreVerb } from "../codec.ts";
import type { Message } from "../slack/port.ts";
import { cut, fallback, link, literal, note, plain, printable, rich, section } from "./parts.ts";
import { sentence } from "./words.ts";

/* What stands behind "More…" of a finding's message. Pure. */

const LABELS: Readonly<Record<MoreVerb, string>> = {
  steps: "Remediation steps",
  history: "History",
  related: "Suppress related…",
  assign: "Assign…",
  arn: "Copy the ARN",
  console: "Open in the AWS console",
};

/** A menu with a name: what is in it is seen before it is opened by mistake. */
export function moreMenu({ fingerprint, ref }: Finding, status: Status, check: CheckInfo | undefined): StaticSelect {
  const verbs: readonly (MoreVerb | false)[] = [
    check !== undefined && "steps",
    "history",
    status === "open" && "related",
    "assign",
    "arn",
    check !== undefined && check.consoleOf(ref) !== null && "console",
  ];
  const options = verbs.flatMap((verb): PlainTextOption[] =>
    verb === false ? [] : [{ text: plain(LABELS[verb]), value: encodeMore({ verb, fingerprint }) }],
  );
  return { type: "static_select", action_id: ACTION.more, placeholder: plain("More…"), options };
}

const MOST_STEPS = 20;

export function stepsMessage(finding: Finding, check: CheckInfo | undefined): Message {
  if (!check) return sentence("Its check is not loaded any more, so its steps are not known.");
  const text = `To fix ${finding.title}: ${finding.ref.name}`;
  return {
    text: sentence(text).text,
    blocks: [
      rich(
        section(literal(cut(text, 300), { bold: true })),
        { type: "rich_text_list", style: "ordered", elements: guideOf(check, finding).slice(0, MOST_STEPS).map(stepSection) },
        section(link(check.remediation.docs, "AWS documentation")),
      ),
    ],
  };
}

export function stepSection({ text, command }: FilledStep): RichTextSection {
  if (command === undefined) return section(literal(cut(text, 500)));
  return section(literal(cut(text, 500)), literal("\n"), literal(cut(command, 600), { code: true }));
}

/** In a block of its own, where one click selects it. */
export function arnMessage({ ref }: Finding): Message {
  const whole = ref.subResourceId === undefined ? ref.arn : `${ref.arn}\n${ref.subResourceId}`;
  return {
    text: sentence(ref.arn).text,
    blocks: [rich({ type: "rich_text_preformatted", elements: [{ type: "text", text: printable(cut(whole, 2500)) }] })],
  };
}

/** To whoever opens what has a message already. `url`: where it stands. */
export function alreadyThere({ ref }: Finding, url: string): Message {
  const name = literal(`${cut(ref.name, 300)} already has a message: `);
  return { text: fallback(`Already in this channel: ${url}`), blocks: [rich(section(name, link(url, "open it"), literal(".")))] };
}

export function consoleMessage({ ref }: Finding, check: CheckInfo | undefined): Message {
  const page = check?.consoleOf(ref) ?? null;
  if (page === null) return sentence("It is not known where AWS's console shows this resource.");
  return {
    text: fallback(`In the AWS console: ${page}`),
    blocks: [rich(section(link(page, cut(`Open ${ref.name} in the AWS console`, 300)))), note("You have to be signed in to its account.")],
  };
}
