import type { ActionsBlock, Button } from "@slack/types";
import { ACTION, encodePage, type PageTurn } from "../codec.ts";

export const PAGE_SIZE = 10;

/** One page of a list. Counted from 1, both ends included; of an empty list `from` and `to` are 0. */
export interface Page {
  readonly number: number;
  readonly pages: number;
  readonly from: number;
  readonly to: number;
  readonly total: number;
}

/** The page that is wanted, or the last one where the list has become shorter since. Pure. */
export function pageOf(total: number, wanted: number): Page {
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const number = Math.min(Math.max(1, wanted), pages);
  return { number, pages, total, from: total === 0 ? 0 : (number - 1) * PAGE_SIZE + 1, to: Math.min(total, number * PAGE_SIZE) };
}

/** "11–20 of 57" */
export function pageWords({ from, to, total }: Page): string {
  const of = total.toLocaleString("en");
  return from === to ? `${from.toLocaleString("en")} of ${of}` : `${from.toLocaleString("en")}–${to.toLocaleString("en")} of ${of}`;
}

/** Nothing where everything is on one page. */
export function pageButtons({ number, pages }: Page, { list, typed }: Omit<PageTurn, "page">): ActionsBlock[] {
  const button = (text: string, action_id: string, page: number): Button => ({
    type: "button",
    action_id,
    text: { type: "plain_text", text, emoji: false },
    value: encodePage({ list, typed, page }),
  });
  const elements = [
    ...(number > 1 ? [button("Previous", ACTION.previousPage, number - 1)] : []),
    ...(number < pages ? [button("Next", ACTION.nextPage, number + 1)] : []),
  ];
  return elements.length > 0 ? [{ type: "actions", elements }] : [];
}
