import { createHash } from "node:crypto";
import type { Desk } from "../desk.ts";
import { type Refused, rulesOf } from "../roles/guard.ts";
import { failureOf } from "../slack/failure.ts";
import type { Message } from "../slack/port.ts";
import { problemsOf } from "../views/limits.ts";
import { NOT_KNOWN, refusalMessage, refusalText } from "../views/refusal.ts";
import type { Picture } from "../views/summary.ts";
import { sentence } from "../views/words.ts";
import { homeModel } from "./building.ts";
import type { HomeFilter } from "./codec.ts";
import { Links } from "./links.ts";
import type { HomeModel } from "./model.ts";
import { type Owned, ownedIn } from "./owned.ts";
import { type Home, homeView, refusedHome } from "./view.ts";

/** What is to be shown to one person. */
export interface Wanted {
  readonly filter: HomeFilter;
  /** What came of what they did last; `null`: nothing to say. */
  readonly said: Message | null;
  /** They look at it now. */
  readonly isAsked: boolean;
  /** Slack's hash of what they see, and ours of the view; `null`: not known. */
  readonly before: Published | null;
}

/** What a person sees: its hash at Slack, and our own. */
export interface Published {
  readonly hash: string;
  readonly view: string;
  readonly filter: HomeFilter;
}

/** Each picture is a file in Slack: where nobody asked, none is made more often than this, in milliseconds. */
const BETWEEN_PICTURES = 15 * 60_000;

/** Builds the Home tab of one person and brings it to Slack. */
export class Publishing {
  readonly #desk: Desk;
  readonly #clock: () => number;
  readonly #links = new Links();
  #owned: Promise<Owned> | undefined;
  #picturedAt = Number.NEGATIVE_INFINITY;

  constructor(desk: Desk, clock: () => number) {
    this.#desk = desk;
    this.#clock = clock;
  }

  /** Whose the findings are may have changed. */
  changed(): void {
    this.#owned = undefined;
  }

  /** Answers what they see by then. What nobody asked for is published only where it shows something else, and never over what another process published. */
  async publish(user: string, { filter, said, isAsked, before }: Wanted): Promise<Published | null> {
    const refused = await this.#refused(user);
    if (refused) return this.refuse(user, refused, filter);
    const model = await this.#model(user, filter, said, isAsked);
    const view = this.#checked(homeView(model));
    if (!isAsked && hashOf(view) === before?.view) return before;
    const hash = isAsked ? null : (before?.hash ?? null);
    return { hash: await this.#send(user, model, view, hash), view: hashOf(view), filter: model.filter };
  }

  /** Shows why they may not see it. */
  async refuse(user: string, refused: Refused, filter: HomeFilter): Promise<Published> {
    const view = this.#checked(refusedHome(refused));
    return { hash: await this.#desk.slack.publishHome(user, view, null), view: hashOf(view), filter };
  }

  async #model(user: string, filter: HomeFilter, said: Message | null, isAsked: boolean): Promise<HomeModel> {
    const desk = this.#desk;
    const owned = (): Promise<Owned> => (this.#owned ??= ownedIn(desk));
    return homeModel({ desk, links: this.#links, owned, picture: (summary) => this.#picture(summary, isAsked) }, user, filter, said);
  }

  /** Who looks gets the trend in characters at once where Slack has not the picture yet. */
  async #picture(summary: HomeModel["summary"], isAsked: boolean): Promise<Picture | null> {
    const { pictures } = this.#desk;
    const ready = pictures.ready(summary);
    if (ready || isAsked || this.#clock() - this.#picturedAt < BETWEEN_PICTURES) return ready;
    this.#picturedAt = this.#clock();
    return pictures.made(summary);
  }

  /** Roles may have changed since they opened it. */
  async #refused(user: string): Promise<Refused | null> {
    const verdict = await this.#desk.people.mayDo(user, "home", false, rulesOf(this.#desk));
    if (verdict.kind === "yes") return null;
    if (verdict.kind === "unsure") return { message: sentence(NOT_KNOWN), text: NOT_KNOWN };
    return { message: refusalMessage(verdict), text: refusalText(verdict) };
  }

  /** A picture that Slack does not show there is left out. */
  async #send(user: string, model: HomeModel, view: Home, hash: string | null): Promise<string> {
    const { slack, pictures, log } = this.#desk;
    try {
      return await slack.publishHome(user, view, hash);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind !== "payload" || !model.picture) throw error;
      log.warn({ failure }, "the Home tab was not taken with the picture of the trend");
      pictures.forget();
      return slack.publishHome(user, this.#checked(homeView({ ...model, picture: null })), hash);
    }
  }

  /** What a view got wrong costs a block, and not the whole. */
  #checked(view: Home): Home {
    const problems = problemsOf(view.blocks, "home");
    if (problems.length === 0) return view;
    this.#desk.log.warn({ problems }, "the Home tab was too much for Slack and was shortened");
    return {
      ...view,
      blocks: view.blocks

        .filter((block) => problemsOf([block], "home").length === 0)
        .slice(0, 100),
    };
  }
}

function hashOf(view: Home): string {
  return createHash("sha256").update(JSON.stringify(view)).digest("hex");
}
