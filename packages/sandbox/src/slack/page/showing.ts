import type { Home, Message, Room } from "../room.ts";
import { spotIn } from "../acting.ts";
import { emptyHomeHtml, homeHtml } from "./home.ts";
import { countedFrom, type Tab } from "./tab.ts";
import type { Person, Spot, Workspace } from "../workspace.ts";
import { messageHtml } from "./message.ts";
import { modalHtml } from "./modal.ts";

/** What has changed since the page was told last. */
export interface Update {
  /** `ts` of what there is to see, in its order. */
  readonly order: readonly string[];
  /** HTML by `ts`. */
  readonly changed: Readonly<Record<string, string>>;
  /** `null`: no window is open; left out: as before. */
  readonly modal?: { readonly id: string; readonly html: string } | null;
  /** What the Home tab shows; left out: as before, or the person is not there. */
  readonly home?: string;
  /** How many messages there are where the person is not looking: in the channel, or in their direct messages. */
  readonly elsewhere: number;
}

/** What one open page shows to one person. */
export class Showing {
  readonly #room: Room;
  readonly #workspace: Workspace;
  readonly #as: Person;
  readonly #place: Tab;
  #home: Home | string | undefined;
  #homeTrouble: string | null = null;
  #elsewhere = 0;
  #told = new Map<string, Message>();
  #modal: string | null = null;
  #first = true;

  constructor(room: Room, workspace: Workspace, as: Person, place: Tab) {
    this.#place = place;
    this.#room = room;
    this.#workspace = workspace;
    this.#as = as;
  }

  /** `null`: nothing has changed. */
  next(): Update | null {
    const place = this.#place;
    const seen = place === "home" ? [] : this.#seen(spotIn(place, this.#as));
    const home = this.#homeChange();
    const elsewhere = this.#seen(countedFrom(place) === "direct" ? { direct: this.#as.name } : {}).length;
    const isMore = elsewhere !== this.#elsewhere;
    this.#elsewhere = elsewhere;
    const fresh = seen.filter((message) => this.#told.get(message.ts) !== message);
    const order = seen.map(({ ts }) => ts);
    const gone = [...this.#told.keys()].some((ts) => !order.includes(ts));
    this.#told = new Map(seen.map((message) => [message.ts, message]));
    const modal = this.#modalChange();
    if (!this.#first && fresh.length === 0 && !gone && !isMore && modal === undefined && home === undefined) return null;
    this.#first = false;
    const changed = Object.fromEntries(fresh.map((message) => [message.ts, messageHtml(message, this.#workspace)]));
    return { order, changed, elsewhere, ...(modal !== undefined && { modal }), ...(home !== undefined && { home }) };
  }

  /** The app did not take that the Home tab was opened; `null`: it did. */
  openedHome(trouble: string | null): void {
    this.#homeTrouble = trouble;
  }

  #homeChange(): string | undefined {
    if (this.#place !== "home") return undefined;
    const home = this.#room.home(this.#as.id) ?? `nothing ${this.#homeTrouble}`;
    if (home === this.#home) return undefined;
    this.#home = home;
    return typeof home === "string" ? emptyHomeHtml(this.#homeTrouble) : homeHtml(home, this.#workspace.people);
  }

  #seen({ direct, channel }: Spot): readonly Message[] {
    return this.#room.messages(direct, channel).filter(({ ephemeralFor }) => ephemeralFor === undefined || ephemeralFor === this.#as.name);
  }

  #modalChange(): Update["modal"] {
    const modal = this.#room.modal(this.#as.id);
    const id = modal ? `${modal.id} ${modal.hash}` : null;
    if (id === this.#modal) return undefined;
    this.#modal = id;
    return modal && id !== null ? { id, html: modalHtml(modal, this.#workspace.people) } : null;
  }
}
