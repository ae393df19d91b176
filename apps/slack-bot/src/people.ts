import type { SlackPort } from "./slack/port.ts";

/** May this person act? `unsure`: Slack would not say, and then nobody may. */
export type Leave = "yes" | "no" | "unsure";

const KEPT_FOR = 5 * 60_000;
const PATIENCE = 2000;
const MOST = 10_000;

/** Full members of the workspace may act; guests, bots and people of other organisations may not. */
export class People {
  readonly #known = new Map<string, { readonly leave: Leave; readonly at: number }>();
  readonly #slack: SlackPort;
  readonly #clock: () => number;

  constructor(slack: SlackPort, clock: () => number) {
    this.#slack = slack;
    this.#clock = clock;
  }

  async mayAct(user: string): Promise<Leave> {
    const known = this.#known.get(user);
    if (known && this.#clock() - known.at < KEPT_FOR) return known.leave;
    const leave = await this.#ask(user);
    // What is not known is asked again next time.
    if (leave !== "unsure") this.#keep(user, leave);
    return leave;
  }

  #keep(user: string, leave: Leave): void {
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(user, { leave, at: this.#clock() });
  }

  async #ask(user: string): Promise<Leave> {
    const { promise: late, resolve } = Promise.withResolvers<Leave>();
    const timer = setTimeout(() => resolve("unsure"), PATIENCE);
    const asked = this.#slack.person(user).then(
      ({ fullMember }): Leave => (fullMember ? "yes" : "no"),
      (): Leave => "unsure",
    );
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

export function refusalOf(leave: Exclude<Leave, "yes">): string {
  return leave === "no"
    ? "Only full members of this workspace can use Posture. Ask one of your colleagues in this channel."
    : "Slack did not say who you are, so nothing was done. Please try again in a moment.";
}
