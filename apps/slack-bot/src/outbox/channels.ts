import type { Destination } from "@posture/config";
import type { SlackPort } from "../slack/port.ts";
import type { To } from "./rows.ts";

/** The ids of the channels that messages are due in. A name is looked up once. */
export class Channels {
  readonly #slack: Pick<SlackPort, "channelId" | "dm">;
  readonly #own: string;
  readonly #ids = new Map<string, string>();

  /** `own`: the id of the bot's own channel. */
  constructor(slack: Pick<SlackPort, "channelId" | "dm">, own: string) {
    this.#slack = slack;
    this.#own = own;
  }

  get own(): string {
    return this.#own;
  }

  /** The id, if it is known already. */
  known(to: To): string | undefined {
    return to === null ? this.#own : this.#ids.get(to);
  }

  /** `null`: there is no such channel that the app can see. What Slack throws is classed by `failureOf`. */
  async idOf(to: To): Promise<string | null> {
    const known = this.known(to);
    if (known !== undefined || to === null) return known ?? this.#own;
    // Only in the conversation itself can it be looked for what was posted.
    const id = isPerson(to) ? await this.#slack.dm(to) : await this.#slack.channelId(to);
    if (id !== null) this.#ids.set(to, id);
    return id;
  }

  /** A name may have come to mean another channel. */
  forget(to: To): void {
    if (to !== null) this.#ids.delete(to);
  }
}

/** A message to a person alone goes by their id. */
export function isPerson(to: To): to is string {
  return to !== null && /^[UW][A-Z0-9]{6,}$/.test(to);
}

/** Where a route names the bot's own channel, it means that one. Pure. */
export function inOwnChannel(destinations: readonly Destination[], own: string): readonly Destination[] {
  const plain = own.replace(/^#/, "");
  const named = destinations.map((it) => (it.channel?.replace(/^#/, "") === plain ? { ...it, channel: null } : it));
  return named.filter(({ channel }, i) => named.findIndex((it) => it.channel === channel) === i);
}
