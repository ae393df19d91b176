import { elapsed, type Instant } from "@posture/core";
import type { KnownBlock, SectionBlock } from "@slack/types";
import { encodeFinding } from "../codec.ts";
import { button, cut, lasting, MARKS, plain, printable, severityWord } from "../views/parts.ts";
import { HOME_ACTION } from "./codec.ts";
import type { HomeRow } from "./model.ts";

/** Slack cuts links that are longer. */
const MOST_URL = 3000;

/** One finding in one block, in plain text since names come from AWS. Its button leads to its message, or has it posted by whoever may. Pure. */
export function rowBlock(it: HomeRow, mayOpen: boolean, now: Instant): KnownBlock {
  const { finding, id } = it.listed;
  const { severity, title, ref, openedAt } = finding;
  const what = `${MARKS[severity]} ${severityWord(severity)} · ${cut(title, 200)}`;
  const where = `${cut(ref.name, 200)} · ${cut(ref.region, 60)} · ${ref.accountId} · open for ${lasting(elapsed(openedAt, now))} · ${id}`;
  return { type: "section", text: plain(printable(`${what}\n${where}`)), ...accessoryOf(it, mayOpen) };
}

function accessoryOf({ link, listed: { finding } }: HomeRow, mayOpen: boolean): Pick<SectionBlock, "accessory"> {
  const value = encodeFinding(finding.fingerprint);
  const name = { accessibility_label: cut(printable(`Open ${finding.title}: ${finding.ref.name}`), 75) };
  if (link !== null && link.length <= MOST_URL) return { accessory: { ...button("Open", HOME_ACTION.link, value), url: link, ...name } };
  return mayOpen ? { accessory: { ...button("Open", HOME_ACTION.open, value), ...name } } : {};
}
