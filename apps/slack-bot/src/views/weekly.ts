import { elapsed, SEVERITIES } from "@posture/core";
import type { KnownBlock, RichTextElement } from "@slack/types";
import type { Item, WeeklyModel } from "../digests/weekly.ts";
import type { Message } from "../slack/port.ts";
import { cut, header, lasting, link, literal, MARKS, note, plural, repeatedBlock, rich, section } from "./parts.ts";

const TITLE_LENGTH = 100;
const NAME_LENGTH = 80;

/** What is open of one owner's, for them alone; of a user group, in the channel that it is told in. Pure. */
export function weeklyMessage(model: WeeklyModel): Message {
  const { owner, isShared, items, more, overdue, open, mayRepeat } = model;
  const all = items.length + more;
  const title = `${isShared ? "Open findings of a group" : "Your open findings"}: ${all.toLocaleString("en")}${overdue > 0 ? `, ${overdue.toLocaleString("en")} overdue` : ""}`;
  const counts = SEVERITIES.filter((severity) => open[severity] > 0).map(
    (severity) => `${MARKS[severity]} ${open[severity].toLocaleString("en")} ${severity}`,
  );
  const lines = items.map((item) => section(...lineOf(item, model)));
  const rest = more > 0 ? [section(literal(`and ${plural(more, "more", "more")}`))] : [];
  const blocks: KnownBlock[] = [
    header(title),
    rich(section(...(isShared ? [mentioned(owner), literal("  ·  ")] : []), literal(counts.join("   ")))),
    rich({ type: "rich_text_list", style: "bullet", elements: [...lines, ...rest] }),
    note(
      "What is overdue comes first, then what has been open longest. `/posture findings` lists all, `/posture show` and an id has the steps to fix one.",
    ),
    ...(mayRepeat ? [repeatedBlock()] : []),
  ];
  return { text: `${title}.`, blocks };
}

function mentioned(owner: string): RichTextElement {
  return owner.startsWith("S") ? { type: "usergroup", usergroup_id: owner } : { type: "user", user_id: owner };
}

function lineOf({ listed: { finding, id }, overdueSince }: Item, { links, now }: WeeklyModel): readonly RichTextElement[] {
  const { severity, title, ref, openedAt, fingerprint } = finding;
  const url = links.get(fingerprint);
  const late = overdueSince === null ? "" : `, overdue for ${lasting(elapsed(overdueSince, now))}`;
  return [
    literal(`${MARKS[severity]} `),
    literal(cut(ref.name, NAME_LENGTH), { bold: true }),
    literal(` · ${cut(title, TITLE_LENGTH)} · ${ref.accountId} ${ref.region} · open for ${lasting(elapsed(openedAt, now))}${late} · `),
    url === undefined ? literal(id, { code: true }) : link(url, "message"),
  ];
}
