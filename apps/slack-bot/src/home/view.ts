import { elapsed } from "@posture/core";
import type { HomeView, KnownBlock } from "@slack/types";
import type { Refused } from "../roles/guard.ts";
import type { Message } from "../slack/port.ts";
import { pendingBlock } from "../views/approval.ts";
import { encodeSeen } from "../codec.ts";
import { eventsSections } from "../views/events.ts";
import { button, cut, header, literal, MARKS, note, plural, rich, row, section, tookText, when } from "../views/parts.ts";
import { countBlocks, doubtBlocks, openWords, pictureBlock, trendBlocks } from "../views/summary.ts";
import { encodeFilter, HOME_ACTION, type HomeFilter, NO_FILTER } from "./codec.ts";
import { findingBlocks } from "./listing.ts";
import type { Approval, HomeModel, HomeRow } from "./model.ts";
import { rowBlock } from "./rows.ts";

/** Of what somebody did, so many blocks are told. */
const MOST_SAID = 5;
/** Of the channels that take nothing, so many are named; `/posture status` names all. */
const MOST_UNSPOKEN = 3;

export type Home = Omit<HomeView, "blocks"> & { readonly blocks: KnownBlock[] };

/** The Home tab of one person. Pure. */
export function homeView(model: HomeModel): Home {
  const { summary, trouble, picture, said } = model;
  return viewOf(model.filter, [
    ...saidBlocks(said),
    header(`Posture: ${openWords(summary, trouble)}`),
    ...countBlocks(summary),
    ...(picture ? [pictureBlock(picture)] : trendBlocks(summary)),
    ...doubtBlocks(summary, trouble),
    ...oldestBlocks(model),
    ...mineBlocks(model),
    ...approvalBlocks(model),
    { type: "divider" },
    ...findingBlocks(model),
    { type: "divider" },
    ...healthBlocks(model),
  ]);
}

/** Of who may not see it, or of whom Slack does not say who they are. Pure. */
export function refusedHome({ message }: Refused): Home {
  return viewOf(NO_FILTER, [header("Posture"), ...message.blocks, note("Posture says in its channel what it finds in your AWS accounts.")]);
}

function viewOf(filter: HomeFilter, blocks: readonly KnownBlock[]): Home {
  return { type: "home", callback_id: "posture_home", private_metadata: encodeFilter(filter), blocks: [...blocks] };
}

function saidBlocks(said: Message | null): KnownBlock[] {
  return said ? [...said.blocks.filter(({ type }) => type !== "actions").slice(0, MOST_SAID), { type: "divider" }] : [];
}

function oldestBlocks(model: HomeModel): KnownBlock[] {
  return model.oldest.length === 0 ? [] : [header(`${MARKS.critical} Oldest criticals`), ...rowBlocks(model.oldest, model)];
}

function mineBlocks(model: HomeModel): KnownBlock[] {
  const { mine } = model;
  if (!mine) return [];
  if (mine.total === 0) return [header("My findings"), note("No open finding is yours.")];
  return [
    header(`My findings: ${plural(mine.total, "open finding")}`),
    ...rowBlocks(mine.first, model),
    ...moreNote(mine.total, mine.first.length),
  ];
}

function approvalBlocks({ approvals, may }: HomeModel): KnownBlock[] {
  if (!approvals) return [];
  if (approvals.total === 0) return [header("My approvals"), note("Nothing waits for you.")];
  return [
    header(`My approvals: ${approvals.total.toLocaleString("en")} waiting`),
    ...approvals.first.flatMap((it) => approvalRow(it, may)),
    ...moreNote(approvals.total, approvals.first.length),
  ];
}

function approvalRow({ pending, about }: Approval, may: HomeModel["may"]): KnownBlock[] {
  const value = encodeSeen(pending);
  return [
    rich(section(literal(cut(about, 500), { bold: true }))),
    pendingBlock(pending),
    row(
      ...(may.approve ? [{ ...button("Approve", HOME_ACTION.approve, value), style: "primary" as const }] : []),
      ...(may.decline ? [button("Decline", HOME_ACTION.decline, value)] : []),
    ),
  ];
}

function rowBlocks(rows: readonly HomeRow[], { may, now }: HomeModel): KnownBlock[] {
  return rows.map((it) => rowBlock(it, may.open, now));
}

function moreNote(total: number, shown: number): KnownBlock[] {
  return total > shown ? [note(`and ${(total - shown).toLocaleString("en")} more`)] : [];
}

/** Whether Posture itself does its work. */
function healthBlocks({
  summary: { lastSweep, coverage },
  unspoken,
  events,
  nextSweep,
  checks,
  store,
  versions,
  now,
}: HomeModel): KnownBlock[] {
  const last = lastSweep
    ? [
        literal("Last sweep ", { bold: true }),
        when(lastSweep.finishedAt),
        literal(
          `, it took ${tookText(elapsed(lastSweep.begunAt, lastSweep.finishedAt))} and ${plural(lastSweep.calls, "call")}; ${coverage.complete} of ${plural(coverage.total, "listing")} complete.`,
        ),
      ]
    : [literal("No sweep has finished yet.", { bold: true })];
  const next = nextSweep === null ? [literal(" No other is scheduled.")] : [literal(" The next begins "), when(nextSweep), literal(".")];
  return [
    ...unspoken.slice(0, MOST_UNSPOKEN).map((it) => rich(section(literal(`⚠️ ${cut(it, 500)}`)))),
    rich(
      section(...last, ...next),
      ...eventsSections(events, lastSweep, now),
      section(literal("Store ", { bold: true }), literal(cut(store, 300))),
    ),
    note(`Posture ${versions.posture}  ·  Node.js ${versions.node}  ·  ${plural(checks, "check")} loaded`),
  ];
}
