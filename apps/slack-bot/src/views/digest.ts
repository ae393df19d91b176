import { type Instant, SEVERITIES, type Severity } from "@posture/core";
import type { Listed } from "@posture/runtime";
import type { ActionsBlock, KnownBlock, PlainTextOption } from "@slack/types";
import { ACTION, encodeFinding } from "../codec.ts";
import type { Said } from "../outbox/rows.ts";
import type { Message } from "../slack/port.ts";
import { coverageBlocks, isSure, type Unsure } from "./coverage.ts";
import { cut, header, LIMIT, literal, MARKS, note, plural, printable, rich, section, when } from "./parts.ts";

export interface DigestModel {
  /** The one that it is about; several of first sweeps alone. */
  readonly accounts: readonly string[];
  readonly sweepId: string;
  /** Of an account's first sweep; otherwise of one that found much at once. */
  readonly first: boolean;
  /** The findings it is about that are open, the gravest first. */
  readonly findings: readonly Listed[];
  readonly unsure: Unsure;
  readonly resources: number;
  readonly said: Said | null;
  readonly now: Instant;
}

const NAMED = 10;

/** One message instead of a flood. Pure. */
export function digestMessage(model: DigestModel): Message {
  const { findings } = model;
  const criticals = findings.filter(({ finding }) => finding.severity === "critical");
  const title = model.first
    ? `First sweep of ${accountsText(model)}: ${plural(findings.length, "open finding")}`
    : `${plural(findings.length, "new finding")} in ${accountsText(model)}`;
  const blocks: KnownBlock[] = [
    header(title),
    rich(section(literal(countsOf(model), { bold: true }), literal(`\n${scopeLine(model)}`))),
    ...coverageBlocks(model.unsure),
    ...namedBlocks(criticals, model.accounts.length > 1),
    ...busiest(findings),
    ...(model.said
      ? [note("—"), rich(section(when(model.said.at), literal(" · "), whoSaid(model.said), literal(`: ${model.said.text}`)))]
      : []),
    ...(findings.length > 0 ? [actions(model, criticals.length)] : []),
    note(
      "From now on each new critical or high finding gets a message of its own. `/posture summary` shows the rest, `/posture help` the commands.",
    ),
  ];
  return { text: `${title}. ${countsOf(model)}.`, blocks };
}

function whoSaid({ by }: Said): { type: "user"; user_id: string } | ReturnType<typeof literal> {
  return by === null ? literal("Posture") : { type: "user", user_id: by };
}

function countsOf({ findings, unsure }: DigestModel): string {
  if (findings.length === 0) return isSure(unsure) ? "✅ Nothing found" : "Nothing found in what could be read";
  return SEVERITIES.map((severity) => `${MARKS[severity]} ${count(findings, severity)} ${severity}`).join("   ");
}
function count(findings: readonly Listed[], severity: Severity): number {
  return findings.filter(({ finding }) => finding.severity === severity).length;
}

function accountsText({ accounts }: DigestModel): string {
  return accounts.length === 1 ? `account ${accounts.join("")}` : `${accounts.length} accounts`;
}

function scopeLine({ accounts, resources, unsure: { coverage } }: DigestModel): string {
  const named = accounts.slice(0, NAMED).join(", ");
  const more = accounts.length > NAMED ? ` and ${accounts.length - NAMED} more` : "";
  const which = accounts.length > 1 ? `Accounts ${named}${more}.\n` : "";
  return `${which}${plural(resources, "resource")} looked at, ${coverage.complete} of ${plural(coverage.total, "listing")} complete.`;
}

function namedBlocks(criticals: readonly Listed[], withAccount: boolean): KnownBlock[] {
  if (criticals.length === 0) return [];
  const named = criticals
    .slice(0, NAMED)
    .map(({ finding: { message, ref } }) =>
      section(literal(cut(message.text, 250)), literal(` (${withAccount ? `${ref.accountId}, ` : ""}${ref.region})`)),
    );
  const rest = criticals.length - named.length;
  return [
    rich(section(literal(`${MARKS.critical} The criticals`, { bold: true })), {
      type: "rich_text_list",
      style: "bullet",
      elements: rest > 0 ? [...named, section(literal(`and ${rest} more`))] : named,
    }),
  ];
}

/** Which checks fail most, where any fails more than once. */
function busiest(findings: readonly Listed[]): KnownBlock[] {
  const byCheck = Map.groupBy(findings, ({ finding }) => finding.checkId);
  const top = [...byCheck.values()].toSorted((a, b) => b.length - a.length).slice(0, 5);
  if (top.length < 2 || top[0]?.length === 1) return [];
  const lines = top.flatMap((group) => {
    const [first] = group;
    return first ? [section(literal(`${group.length} × ${first.finding.title}`))] : [];
  });
  return [rich(section(literal("Most often", { bold: true })), { type: "rich_text_list", style: "bullet", elements: lines })];
}

function actions({ findings, sweepId, accounts, said }: DigestModel, criticals: number): ActionsBlock {
  const options = findings.slice(0, LIMIT.menu).map(optionOf);
  return {
    type: "actions",
    elements: [
      { type: "static_select", action_id: ACTION.open, placeholder: { type: "plain_text", text: "Open a finding", emoji: false }, options },
      ...(criticals > 0 && said === null
        ? [
            {
              type: "button" as const,
              action_id: ACTION.postCriticals,
              text: { type: "plain_text" as const, text: "Post the criticals", emoji: false },
              value: `v1:${sweepId}:${accounts[0] ?? ""}`,
            },
          ]
        : []),
    ],
  };
}

function optionOf({ finding }: Listed): PlainTextOption {
  const text = `${MARKS[finding.severity]} ${finding.message.text}`;
  return {
    text: { type: "plain_text", text: cut(printable(text), LIMIT.option), emoji: false },
    value: encodeFinding(finding.fingerprint),
  };
}
