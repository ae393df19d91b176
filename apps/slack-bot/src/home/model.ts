import type { Instant } from "@posture/core";
import type { EventsHealth, Listed, Summary } from "@posture/runtime";
import type { Pending } from "../pending.ts";
import type { Message } from "../slack/port.ts";
import type { Page } from "../views/pages.ts";
import type { Picture } from "../views/summary.ts";
import type { HomeFilter } from "./codec.ts";

/** A finding, and the address of its message; `null`: it has none. */
export interface HomeRow {
  readonly listed: Listed;
  readonly link: string | null;
}

/** Some of a list, and how many there are. */
export interface Some<T> {
  readonly total: number;
  readonly first: readonly T[];
}

/** What waits, and what it is about. */
export interface Approval {
  readonly pending: Pending;
  readonly about: string;
}

/** What the menus offer. */
export interface Choices {
  readonly categories: readonly string[];
  readonly regions: readonly string[];
  readonly accounts: readonly { readonly id: string; readonly name: string | null }[];
}

/** What one person sees in the Home tab. */
export interface HomeModel {
  readonly summary: Summary;
  /** Why the latest sweep could not be done; `null`: it could. */
  readonly trouble: string | null;
  /** Why not everything can be said in Slack, in sentences. */
  readonly unspoken: readonly string[];
  readonly events: EventsHealth;
  readonly picture: Picture | null;
  /** What came of what they did last; `null`: nothing to say. */
  readonly said: Message | null;
  readonly may: Readonly<Record<"open" | "export" | "approve" | "decline", boolean>>;
  readonly filter: HomeFilter;
  readonly choices: Choices;
  /** Of the findings that the filter wants. */
  readonly page: Page;
  readonly findings: readonly HomeRow[];
  readonly oldest: readonly HomeRow[];
  /** Findings that are theirs. `null`: the configuration says of nothing whose it is. */
  readonly mine: Some<HomeRow> | null;
  /** What they may decide about. `null`: they may decide about nothing. */
  readonly approvals: Some<Approval> | null;
  /** When the next sweep begins; `null`: there is no schedule. */
  readonly nextSweep: Instant | null;
  readonly checks: number;
  readonly store: string;
  readonly versions: { readonly posture: string; readonly node: string };
  readonly now: Instant;
}
