import { type Instant, type RuleSet, setsOf, type Suppression } from "@posture/core";
import type { Listed, SuppressionListed } from "@posture/runtime";
import type { KnownBlock, RichTextSection } from "@slack/types";
import type { Message } from "../slack/port.ts";
import { cut, header, literal, note, plural, rich, section, when, whoElement } from "./parts.ts";
import { whyElements } from "./why.ts";
import { type Page, pageButtons, pageWords } from "./pages.ts";

/** A suppression, and the finding that it is about; `null`: it is a rule, or there is no such finding. */
export interface SuppressionRow {
  readonly listed: SuppressionListed;
  readonly about: Listed | null;
}

export interface SuppressionsModel {
  readonly page: Page;
  readonly rows: readonly SuppressionRow[];
}

/** One page of the suppressions that have not ended. Pure. */
export function suppressionsMessage({ page, rows }: SuppressionsModel): Message {
  if (rows.length === 0) {
    const text = "Nothing is suppressed.";
    return { text, blocks: [rich(section(literal(text)))] };
  }
  const title = `Suppressions: ${pageWords(page)}`;
  const shown = rows.flatMap(({ about }) => (about ? [about.id] : []))[0];
  const blocks: KnownBlock[] = [
    header(title),
    rich({ type: "rich_text_list", style: "bullet", elements: rows.map(row) }),
    note(
      `${shown === undefined ? "" : `\`/posture show ${shown}\` shows one with its buttons. `}\`/posture findings suppressed\` lists what is hidden.`,
    ),
    ...pageButtons(page, { list: "suppressions", typed: "" }),
  ];
  return { text: title, blocks };
}

function row({ listed, about }: SuppressionRow): RichTextSection {
  const { suppression, state, hides } = listed;
  const what = about ? `${about.finding.title}: ${about.finding.ref.name}` : scopeWords(suppression);
  return section(
    literal(cut(what, 240), { bold: true }),
    ...(about ? [literal("  "), literal(about.id, { code: true })] : []),
    literal(` · ${STATES[state](hides)} · by `),
    whoElement(suppression.by),
    ...untilElements(state, suppression.expiresAt),
    literal(": "),
    ...whyElements(suppression, 300),
  );
}

/** What makes no sense has dates that may make none either. */
function untilElements(state: SuppressionListed["state"], expiresAt: Instant): RichTextSection["elements"] {
  return state === "malformed" ? [] : [literal(" until "), when(expiresAt)];
}

const STATES: Readonly<Record<SuppressionListed["state"], (hides: number) => string>> = {
  "in-force": (hides) => `hides ${plural(hides, "finding")}`,
  waiting: () => "waits for approval, hides nothing",
  expired: () => "expired",
  malformed: () => "makes no sense, hides nothing",
};

/** "rule: check s3/bucket-acl-public, account 111122223333" */
function scopeWords({ scope }: Suppression): string {
  if ("fingerprint" in scope) return `a finding that does not exist any more, ${scope.fingerprint.slice(3, 15)}`;
  const sets = setsOf(scope.rule);
  return sets.length === 0 ? "a rule that makes no sense" : `rule: ${sets.map(setWords).join("; or ")}`;
}

function setWords({ checks, accounts, regions, arns, tags }: RuleSet): string {
  const lists = { check: checks, account: accounts, region: regions, ARN: arns };
  const parts = Object.entries(lists).flatMap(([name, list]) => (list ? [`${name} ${list.join(" or ")}`] : []));
  const tagged = Object.entries(tags ?? {}).map(([key, values]) => `tag ${key}=${values.join(" or ")}`);
  return [...parts, ...tagged].join(", ") || "nothing";
}
