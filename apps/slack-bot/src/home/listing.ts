import { SEVERITIES } from "@posture/core";
import type { ActionsBlock, Button, KnownBlock, PlainTextOption, StaticSelect } from "@slack/types";
import { askedWords } from "../views/asked.ts";
import { button, cut, header, MARKS, note, plain, printable, severityWord } from "../views/parts.ts";
import { pageWords } from "../views/pages.ts";
import { ALL, askedOf, encodeFilter, HOME_ACTION, type HomeFilter, type Menu } from "./codec.ts";
import type { Choices, HomeModel } from "./model.ts";
import { rowBlock } from "./rows.ts";

/** A menu takes 100 choices, and the first is "all". */
const MOST_CHOICES = 99;

/** The findings that the filter wants, a page of them, with what narrows them and what takes them along. Pure. */
export function findingBlocks(model: HomeModel): KnownBlock[] {
  const { page, findings, filter, choices, may, now } = model;
  const count = page.total === 0 ? "none" : pageWords(page);
  return [
    header(`Findings: ${count} (${askedWords(askedOf(filter))})`),
    menus(filter, choices),
    ...hiddenChoices(choices),
    ...(findings.length > 0 ? findings.map((it) => rowBlock(it, may.open, now)) : [nothing(model)]),
    ...buttons(model),
  ];
}

/** That nothing is listed is no proof that nothing is wrong. */
function nothing({ summary: { lastSweep, coverage }, trouble }: HomeModel): KnownBlock {
  if (!lastSweep) return note("No sweep has finished yet, so nothing is known.");
  const isSure = trouble === null && coverage.incomplete.length === 0;
  return note(isSure ? "No open finding matches." : "No open finding matches, of what could be read.");
}

/** What was chosen stays chosen in Slack as long as the block has the same name, whatever the view says: so each filter has its own. */
function menus(filter: HomeFilter, { categories, regions, accounts }: Choices): ActionsBlock {
  const { page: _, ...chosen } = filter;
  const severities = SEVERITIES.map((it) => ({ text: `${MARKS[it]} ${severityWord(it)}`, value: it }));
  const named = accounts.map(({ id, name }) => ({ text: name === null ? id : `${name} (${id})`, value: id }));
  const bare = (values: readonly string[]): Option[] => values.map((value) => ({ text: value, value }));
  return {
    type: "actions",
    block_id: cut(`home_filter:${encodeFilter({ ...chosen, page: 1 })}`, 255),
    elements: [
      menu("severity", "Severity", "All severities", severities, filter),
      menu("category", "Service", "All services", bare(categories), filter),
      menu("region", "Region", "All regions", bare(regions), filter),
      ...(accounts.length > 1 ? [menu("account", "Account", "All accounts", named, filter)] : []),
      ...(Object.keys(chosen).length > 0 ? [button("Clear filters", HOME_ACTION.clear, "v1")] : []),
    ],
  };
}

interface Option {
  readonly text: string;
  readonly value: string;
}

function menu(which: Menu, label: string, all: string, options: readonly Option[], filter: HomeFilter): StaticSelect {
  const chosen = filter[which];
  const isKnown = chosen === undefined || options.slice(0, MOST_CHOICES).some(({ value }) => value === chosen);
  const own = isKnown ? [] : [{ text: chosen, value: chosen }];
  const offered = [{ text: all, value: ALL }, ...own, ...options.slice(0, MOST_CHOICES - own.length)].map(optionOf);
  const initial = offered.find(({ value }) => value === (chosen ?? ALL));
  return {
    type: "static_select",
    action_id: HOME_ACTION[which],
    placeholder: plain(label),
    options: offered,
    ...(initial && { initial_option: initial }),
  };
}

function optionOf({ text, value }: Option): PlainTextOption {
  return { text: plain(cut(printable(text), 75)), value };
}

function hiddenChoices({ categories, regions, accounts }: Choices): KnownBlock[] {
  const most = Math.max(categories.length, regions.length, accounts.length);
  return most > MOST_CHOICES ? [note("A menu holds 99 at most; `/posture findings account=…` and `region=…` take all.")] : [];
}

function buttons({ page, may }: HomeModel): ActionsBlock[] {
  const { number, pages, total } = page;
  const elements: Button[] = [
    ...(number > 1 ? [button("Previous", HOME_ACTION.previousPage, `v1:${number - 1}`)] : []),
    ...(number < pages ? [button("Next", HOME_ACTION.nextPage, `v1:${number + 1}`)] : []),
    ...(may.export && total > 0
      ? [button("Export CSV", HOME_ACTION.exportCsv, "v1"), button("Export JSON", HOME_ACTION.exportJson, "v1")]
      : []),
  ];
  return elements.length > 0 ? [{ type: "actions", elements }] : [];
}
