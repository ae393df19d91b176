import { z } from "zod";
import { isSort, typedSorted } from "./asking/sorting.ts";
import { MOST_TYPED } from "./asking/words.ts";

/** What a button carries: which finding it is about, and nothing else. The finding itself is looked up. */
const value = z.string().regex(/^v1:(v1-[0-9a-f]{32})$/);

export function encodeFinding(fingerprint: string): string {
  return `v1:${fingerprint}`;
}
/** The fingerprint; `null` for anything that we did not write. */
export function decodeFinding(text: string | null | undefined): string | null {
  return value.safeParse(text).data?.slice(3) ?? null;
}

/** What "More…" of a finding offers. */
export const MORE = ["steps", "history", "related", "assign", "arn", "console"] as const;
export type MoreVerb = (typeof MORE)[number];

export interface More {
  readonly verb: MoreVerb;
  readonly fingerprint: string;
}
export function encodeMore({ verb, fingerprint }: More): string {
  return `${verb}|${encodeFinding(fingerprint)}`;
}
/** `null` for anything that we did not write. */
export function decodeMore(text: string | null | undefined): More | null {
  const [given, encoded] = (text ?? "").split("|", 2);
  const verb = MORE.find((it) => it === given);
  const fingerprint = decodeFinding(encoded);
  return verb !== undefined && fingerprint !== null ? { verb, fingerprint } : null;
}

const modal = z.object({ v: z.literal(1), fingerprint: z.string().regex(/^v1-[0-9a-f]{32}$/), channel: z.string().max(100).optional() });
export type ModalData = z.infer<typeof modal>;

export function encodeModal(data: Omit<ModalData, "v">): string {
  return JSON.stringify({ v: 1, ...data });
}
export function decodeModal(text: string): ModalData | null {
  try {
    return modal.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const LISTS = ["findings", "checks", "suppressions", "history"] as const;
const pageTurn = z.object({
  list: z.enum(LISTS),
  page: z.coerce.number().int().min(1).max(1_000_000),
  /** What was typed: it is read again, and may mean something else by then. */
  typed: z.string().max(MOST_TYPED),
});
export type PageTurn = Readonly<z.infer<typeof pageTurn>>;

/** What "Next" and "Previous" carry. */
export function encodePage({ list, page, typed }: PageTurn): string {
  return `v1:${list}:${page}:${typed}`;
}
export function decodePage(text: string | null | undefined): PageTurn | null {
  const [, list, page, typed] = /^v1:([a-z]+):([1-9]\d{0,6}):(.*)$/s.exec(text ?? "") ?? [];
  return pageTurn.safeParse({ list, page, typed }).data ?? null;
}

/** The most that stands in the id of a block: Slack takes 255, and we no id that is longer than this. */
const MOST_ID = 200;

/** The id of the block with the menu that sorts a list: what was typed, without the sort, stands in it. `null`: that is too long for one. */
export function encodeSorted(typed: string): string | null {
  const id = `v1:findings:${typed}`;
  return id.length <= MOST_ID ? id : null;
}
/** The first page in the order that was chosen there; `null` for anything that we did not write. */
export function decodeSorted(blockId: string | null | undefined, chosen: string | null | undefined): PageTurn | null {
  const [, typed] = /^v1:findings:(.*)$/s.exec(blockId ?? "") ?? [];
  const sort = chosen ?? "";
  return typed !== undefined && isSort(sort) ? { list: "findings", page: 1, typed: typedSorted({ sort, filter: typed }) } : null;
}

/** The answers that can be shared. */
export const SHAREABLE = ["summary", "findings", "show", "why"] as const;
const shared = pageTurn.omit({ list: true }).extend({ word: z.enum(SHAREABLE) });
/** Which answer it is that is to be shared: what was asked, and which page of it. */
export type Shared = Readonly<z.infer<typeof shared>>;

export function encodeShare({ word, page, typed }: Shared): string {
  return `v1:${word}:${page}:${typed}`;
}
/** `null` for anything that we did not write. */
export function decodeShare(text: string | null | undefined): Shared | null {
  const [, word, page, typed] = /^v1:([a-z]+):([1-9]\d{0,6}):(.*)$/s.exec(text ?? "") ?? [];
  return shared.safeParse({ word, page, typed }).data ?? null;
}

/** What somebody saw before they decided: a suppression, and the expiry that was shown with it. */
export interface Seen {
  readonly suppressionId: string;
  readonly expiresAt: string;
}
const seen = z.string().regex(/^s1\|s-[^|\s]{1,300}\|\d{4}-\d\d-\d\dT[\d:.]+Z$/);

export function encodeSeen({ suppressionId, expiresAt }: Seen): string {
  return `s1|${suppressionId}|${expiresAt}`;
}
/** `null` for anything that we did not write. */
export function decodeSeen(text: string | null | undefined): Seen | null {
  const [, suppressionId, expiresAt] = seen.safeParse(text).data?.split("|") ?? [];
  return suppressionId !== undefined && expiresAt !== undefined ? { suppressionId, expiresAt } : null;
}

const extend = z.object({ v: z.literal(1), suppressionId: z.string().max(400), channel: z.string().max(100).optional() });
export type ExtendData = z.infer<typeof extend>;

export function encodeExtend(data: Omit<ExtendData, "v">): string {
  return JSON.stringify({ v: 1, ...data });
}
export function decodeExtend(text: string): ExtendData | null {
  try {
    return extend.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Ids of actions and of the modals, as Slack sends them back. */
export const ACTION = {
  recheck: "posture_recheck",
  suppress: "posture_suppress",
  scope: "posture_suppress_scope",
  expiry: "posture_suppress_expiry",
  more: "posture_more",
  lift: "posture_lift",
  approve: "posture_approve",
  decline: "posture_decline",
  withdraw: "posture_withdraw",
  extend: "posture_extend",
  docs: "posture_docs",
  open: "posture_open_finding",
  postCriticals: "posture_post_criticals",
  previousPage: "posture_previous_page",
  nextPage: "posture_next_page",
  sort: "posture_sort",
  share: "posture_share",
} as const;
export const SUPPRESS_MODAL = "posture_suppress_modal";
export const RELATED_MODAL = "posture_related_modal";
export const ASSIGN_MODAL = "posture_assign_modal";
export const EXTEND_MODAL = "posture_extend_modal";
/** Blocks of the modals. What Slack keeps of a field it keeps by these names, so that one whose choices have changed has another name: see `blockIn`. */
export const FIELD = {
  basis: "basis",
  justification: "justification",
  scope: "scope",
  expiry: "expiry",
  ticket: "ticket",
  findings: "findings",
  assignee: "assignee",
  nobody: "nobody",
  input: "input",
} as const;
