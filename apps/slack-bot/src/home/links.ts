import { type Desk, messagesAbout } from "../desk.ts";
import type { Listed } from "@posture/runtime";
import type { HomeRow } from "./model.ts";

const MOST = 10_000;

/** Where messages are: an address never changes, so Slack is asked for each once. */
export class Links {
  readonly #known = new Map<string, string>();

  /** Findings with the addresses of their messages; of several, of the one in the bot's own channel. */
  rows(desk: Desk, listed: readonly Listed[]): Promise<HomeRow[]> {
    return Promise.all(listed.map(async (it) => ({ listed: it, link: await this.#link(desk, it) })));
  }

  async #link(desk: Desk, { finding }: Listed): Promise<string | null> {
    const posted = (await messagesAbout(desk, finding)).filter(({ body }) => body.ts !== null && body.channel !== null);
    const { body } = posted.find((row) => row.body.to === null) ?? posted[0] ?? {};
    if (!body || body.ts === null || body.channel === null) return null;
    const { ts, channel } = body;
    const key = `${channel} ${ts}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const link = await desk.slack.permalink({ channel, ts }).catch(() => null);
    if (this.#known.size >= MOST) this.#known.clear();
    if (link !== null) this.#known.set(key, link);
    return link;
  }
}
