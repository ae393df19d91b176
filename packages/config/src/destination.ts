import type { Severity } from "@posture/core";

/** A channel in which a finding is told, and how. */
export interface Destination {
  /** As it is configured, `#security` or a channel's id. `null`: the channel that the bot was given. */
  readonly channel: string | null;
  /** The name of the route that led there. `null`: no route matched. */
  readonly route: string | null;
  /** Findings of these severities get messages of their own there; the others appear in digests and lists. */
  readonly own: readonly Severity[];
  /** Whom to mention once when it opens and once when it reopens: a Slack user's or user group's id. `null`: nobody. */
  readonly owner: string | null;
  /** Whether a reopening is also told in the channel, and not in the thread alone. */
  readonly broadcast: boolean;
  /** When messages of a finding that is not critical wait. `null`: they never do. */
  readonly quiet: QuietHours | null;
}

/** A time of the day in which nothing but criticals is posted. */
export interface QuietHours {
  /** `HH:MM`; a range may pass midnight. */
  readonly from: string;
  readonly to: string;
  /** An IANA name, as in `Europe/Berlin`. */
  readonly timeZone: string;
  /** Days that are quiet from their beginning to their end. Left out: none. */
  readonly days?: readonly Weekday[];
}

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Where no route says otherwise. */
export const USUAL: Destination = {
  channel: null,
  route: null,
  own: ["critical", "high"],
  owner: null,
  broadcast: true,
  quiet: null,
};
