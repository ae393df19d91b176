import { type Actor, SEVERITIES, type Severity, setsOf, type RuleSet, type Suppression, whyText } from "@posture/core";
import type { Example, PreviewDigest, SuppressionListed, SuppressRefusal } from "@posture/runtime";
import { out } from "../colours.ts";
import { paragraph, table } from "../table.ts";
import { plural, severityColour, severityText } from "../words.ts";

/* How suppressions read. Pure. */

/** `3 findings (1 critical, 2 high)` */
export function countText(count: number, bySeverity: Readonly<Record<Severity, number>>): string {
  const parts = SEVERITIES.filter((severity) => bySeverity[severity] > 0).map((severity) => `${bySeverity[severity]} ${severity}`);
  return `${plural(count, "finding")}${parts.length > 0 ? ` (${parts.join(", ")})` : ""}`;
}

/** What a suppression would do, or does since just now. */
export function previewText(preview: PreviewDigest, width: number, hides = "Hides"): string {
  const { alreadyHidden, uncovers, uncovered, tagsUnread, examples } = preview;
  return [
    out.bold(`${hides} ${countText(preview.hides, preview.bySeverity)}.`),
    ...exampleLines(examples, preview.hides, width),
    ...(alreadyHidden > 0 ? [out.dim(`${plural(alreadyHidden, "finding")} that it holds ${isAre(alreadyHidden)} hidden already.`)] : []),
    ...(uncovers > 0
      ? [
          out.yellow(
            `${plural(uncovers, "finding")} ${uncovers === 1 ? "becomes" : "become"} open, since what covers ${uncovers === 1 ? "it" : "them"} is hidden:`,
          ),
          ...exampleLines(uncovered, uncovers, width),
        ]
      : []),
    ...(tagsUnread > 0 ? [out.yellow(paragraph(unreadText(tagsUnread), width))] : []),
  ].join("\n");
}

function unreadText(count: number): string {
  return `${plural(count, "finding")} ${isAre(count)} left out, since the tags of the resource are not known. The next sweep reads them where there are any and it may.`;
}

function isAre(count: number): string {
  return count === 1 ? "is" : "are";
}

function exampleLines(examples: readonly Example[], all: number, width: number): string[] {
  const lines = examples.map(({ id, severity, checkId, arn }) =>
    paragraph(`${severityColour(severity, severityText(severity))}  ${out.dim(id)}  ${arn}  ${out.dim(checkId)}`, width, 2),
  );
  return all > examples.length ? [...lines, out.dim(`  and ${all - examples.length} more`)] : lines;
}

export function whatText({ scope }: Suppression): string {
  if ("fingerprint" in scope) return `finding ${scope.fingerprint.slice(3, 15)}`;
  const sets = setsOf(scope.rule);
  return sets.length === 0 ? "a rule that makes no sense" : sets.map(setText).join("\nor ");
}

function setText({ checks, accounts, regions, arns, tags }: RuleSet): string {
  const lists = { check: checks, account: accounts, region: regions, arn: arns };
  const parts = Object.entries(lists).flatMap(([name, list]) => (list ? [`${name} ${list.join(" or ")}`] : []));
  const tagParts = Object.entries(tags ?? {}).map(([key, values]) => `tag ${key}=${values.join(" or ")}`);
  return [...parts, ...tagParts].join(", ") || "nothing";
}

function personText(actor: Actor): string {
  return actor.kind === "user" ? actor.id : "Posture";
}

function stateText({ state, suppression: { asked } }: SuppressionListed): string {
  switch (state) {
    case "in-force":
      return asked ? `in force; until ${asked.expiresAt.slice(0, 10)} waits for approval` : "in force";
    case "waiting":
      return "waits for approval";
    case "expired":
      return "expired";
    case "malformed":
      return "makes no sense, hides nothing";
  }
}

export function suppressionsText(all: readonly SuppressionListed[], width: number): string {
  if (all.length === 0) return "Nothing is suppressed.\n";
  const columns = [
    { head: "Id", text: ({ id }: SuppressionListed) => id },
    { head: "Until", text: ({ suppression }: SuppressionListed) => suppression.expiresAt.slice(0, 10) },
    { head: "Hides", text: ({ hides }: SuppressionListed) => String(hides) },
    { head: "State", text: stateText, flexible: 2 },
    { head: "What", text: ({ suppression }: SuppressionListed) => whatText(suppression), flexible: 4 },
    { head: "By", text: ({ suppression }: SuppressionListed) => personText(suppression.by), flexible: 2 },
    { head: "Why", text: ({ suppression }: SuppressionListed) => whyText(suppression), flexible: 4 },
  ];
  const unread = all.filter(({ tagsUnread }) => tagsUnread > 0);
  const notes = unread.map(({ id, tagsUnread }) => out.yellow(paragraph(`${id}: ${unreadText(tagsUnread)}`, width)));
  return `${[table(columns, all, width), "", plural(all.length, "suppression"), ...notes].join("\n")}\n`;
}

export function suppressionText(listed: SuppressionListed, hidden: readonly Example[], width: number): string {
  const { suppression, hides, bySeverity, tagsUnread } = listed;
  const { by, from, expiresAt, approval, ticket, asked } = suppression;
  const verb = listed.state === "in-force" ? "Hides" : "Would hide";
  const count = listed.state === "in-force" ? hides : hidden.length;
  const counts = listed.state === "in-force" ? bySeverity : countedExamples(hidden);
  const lines = [
    `${out.bold(suppression.id)}  ${stateText(listed)}`,
    "",
    paragraph(whyText(suppression), width),
    "",
    ...(ticket === undefined ? [] : [row("Ticket", ticket)]),
    row("What", whatText(suppression).replaceAll("\n", `\n${" ".repeat(NAMES)}`)),
    row("Asked by", `${personText(by)}, ${from}`),
    ...(typeof approval === "object" ? [row("Approved by", `${personText(approval.by)}, ${approval.at}`)] : []),
    row("Until", expiresAt),
    ...(asked ? [row("Asked for", `until ${asked.expiresAt}, by ${personText(asked.by)}`)] : []),
    "",
    out.bold(`${verb} ${countText(count, counts)}.`),
    ...exampleLines(hidden, count, width),
    ...(tagsUnread > 0 ? [out.yellow(paragraph(unreadText(tagsUnread), width))] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function countedExamples(examples: readonly Example[]): Record<Severity, number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { severity } of examples) counts[severity] += 1;
  return counts;
}

const NAMES = 13;
function row(name: string, value: string): string {
  return `${out.dim(name.padEnd(NAMES))}${value}`;
}

export interface Refused {
  readonly why: string;
  readonly next: string;
}

/** Why something was refused, and what to do then. */
export function refusalOf(
  why: SuppressRefusal,
  { maxDays, by }: { readonly maxDays?: number; readonly by?: Suppression | undefined } = {},
): Refused {
  const most = maxDays === undefined ? "as long as is configured" : plural(maxDays, "day");
  switch (why) {
    case "no-such-finding":
      return { why: "the finding does not exist", next: "`posture findings` lists what there is." };
    case "already-resolved":
      return { why: "the finding is resolved", next: "Nothing needs to be done." };
    case "already-suppressed":
      return {
        why: `the finding is suppressed already${by ? `, by ${personText(by.by)} until ${by.expiresAt}` : ""}`,
        next: "Give it a later expiry with `posture suppressions extend`, or lift it first.",
      };
    case "already-waiting":
      return {
        why: "it waits for approval already",
        next: "`posture suppressions` lists what waits; another person approves or declines it.",
      };
    case "no-such-suppression":
      return { why: "the suppression has ended", next: "`posture suppressions` lists those that have not." };
    case "not-waiting":
      return { why: "it does not wait for approval", next: "`posture suppressions` lists what waits." };
    case "not-longer":
      return { why: "it lasts as long already", next: "Give a later day with --days or --until." };
    case "own-approval":
      return { why: "whoever asked cannot approve", next: "Have another person approve it, with credentials of their own." };
    case "person-unproven":
      return {
        why: "it needs a second person, and a name that nobody vouches for is none",
        next: "Set AWS credentials, so that `sts:GetCallerIdentity` says who asks.",
      };
    case "not-an-approver":
      return { why: "you are not among the `approvers` of the configuration", next: "Have one of them approve it." };
    case "justification-too-short":
      return { why: "the justification is too short", next: "Say with --reason why this is acceptable, in at least 10 characters." };
    case "ticket-not-an-address":
      return { why: "the ticket is not an https address", next: "Give --ticket the whole address, https://…, as a browser shows it." };
    case "rule-names-nothing":
      return { why: "a set of the rule names nothing", next: "Give --check, --account, --region, --arn or --tag for each." };
    case "expiry-out-of-range":
      return { why: `the expiry must lie in the future, by ${most} at most`, next: "Choose another with --days or --until." };
  }
}
