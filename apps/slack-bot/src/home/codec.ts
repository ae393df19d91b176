import { SEVERITIES } from "@posture/core";
import type { Asked, CheckInfo } from "@posture/runtime";
import { z } from "zod";
import type { HomeActionIntake } from "../inbox/intake.ts";
import type { Deed } from "../roles/deed.ts";

/** Ids of what can be clicked in the Home tab. None begins as those of messages do. */
export const HOME_ACTION = {
  severity: "home_severity",
  category: "home_category",
  region: "home_region",
  account: "home_account",
  clear: "home_clear",
  previousPage: "home_previous_page",
  nextPage: "home_next_page",
  exportCsv: "home_export_csv",
  exportJson: "home_export_json",
  open: "home_open",
  approve: "home_approve",
  decline: "home_decline",
  /** Slack opens it by itself. */
  link: "home_link",
} as const;
export type HomeVerb = keyof typeof HOME_ACTION;

/** What each of them takes; of a link Slack asks nobody. */
export const HOME_DEEDS: Readonly<Record<Exclude<HomeVerb, "link">, Deed>> = {
  severity: "home",
  category: "home",
  region: "home",
  account: "home",
  clear: "home",
  previousPage: "home",
  nextPage: "home",
  exportCsv: "export",
  exportJson: "export",
  open: "open",
  approve: "approve",
  decline: "decline",
};

/** `null`: it is none of ours. Pure. */
export function verbOf(actionId: string): HomeVerb | null {
  const isVerb = (name: string): name is HomeVerb => Object.hasOwn(HOME_ACTION, name);
  return (
    Object.keys(HOME_ACTION)
      .filter(isVerb)
      .find((verb) => HOME_ACTION[verb] === actionId) ?? null
  );
}

/** What the list of the Home tab is narrowed to, and its page. What is left out is not asked. */
const filter = z.object({
  severity: z.enum(SEVERITIES).optional(),
  category: z.string().min(1).max(100).optional(),
  region: z.string().min(1).max(60).optional(),
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  page: z.number().int().min(1).max(1_000_000),
});
export type HomeFilter = Readonly<z.infer<typeof filter>>;
export const NO_FILTER: HomeFilter = { page: 1 };

/** What stands in a menu for "all of them". */
export const ALL = "*";
export const MENUS = ["severity", "category", "region", "account"] as const;
export type Menu = (typeof MENUS)[number];

/** For the view's `private_metadata`. */
export function encodeFilter(it: HomeFilter): string {
  return JSON.stringify({ v: 1, ...it });
}
/** Anything that we did not write asks for nothing. */
export function decodeFilter(text: string | undefined): HomeFilter {
  try {
    return filter.safeParse(JSON.parse(text ?? "")).data ?? NO_FILTER;
  } catch {
    return NO_FILTER;
  }
}

/** What was shown and is chosen now: the menus show more than the view knows where two were used one right after the other. Pure. */
export function filterIn({ view, actions: [first] }: HomeActionIntake): HomeFilter {
  const before = decodeFilter(view.private_metadata);
  const shown = Object.values(view.state?.values ?? {}).flatMap((elements) => Object.entries(elements));
  const pickedIn = (menu: Menu): string | undefined => {
    const id = HOME_ACTION[menu];
    if (first?.action_id === id) return first.selected_option?.value;
    return shown.find(([actionId]) => actionId === id)?.[1].selected_option?.value;
  };
  const picked = MENUS.reduce((all, menu) => narrowed(all, menu, pickedIn(menu)), before);
  const isSame = MENUS.every((menu) => picked[menu] === before[menu]);
  return isSame ? picked : { ...picked, page: 1 };
}

function narrowed(all: HomeFilter, menu: Menu, value: string | undefined): HomeFilter {
  if (value === undefined) return all;
  const { [menu]: _, ...others } = all;
  return value === ALL ? others : (filter.safeParse({ ...others, [menu]: value }).data ?? all);
}

/** The question that the filter is. What names a category that no loaded check has asks for all: the menu shows so. Pure. */
export function askedOf({ severity, category, region, account }: HomeFilter): Asked {
  return {
    statuses: ["open"],
    ...(severity !== undefined && { severities: [severity] }),
    ...(category !== undefined && { categories: [category] }),
    ...(region !== undefined && { regions: [region] }),
    ...(account !== undefined && { accounts: [account] }),
  };
}

/** A category may have gone with its plugin. Pure. */
export function knownFilter(it: HomeFilter, checks: Iterable<Pick<CheckInfo, "categories">>): HomeFilter {
  const { category, ...others } = it;
  const isKnown = category === undefined || [...checks].some(({ categories }) => categories.includes(category));
  return isKnown ? it : { ...others, page: 1 };
}
