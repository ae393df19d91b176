import type { Place } from "../acting.ts";

/** What the page shows: a conversation, or the app's Home tab. */
export type Tab = Place | "home";

/** Of which other place a page counts what is new. */
export function countedFrom(tab: Tab): "channel" | "direct" {
  return tab === "channel" || tab === "home" ? "direct" : "channel";
}
