import type { Message, Room } from "../room.ts";
import type { Place } from "../acting.ts";
import type { Person, Workspace } from "../workspace.ts";
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
  /** How many messages there are where the person is not looking: in the channel, or in their direct messages. */
  readonly elsewhere: number;
}

/** What one open page shows to one person. */
export class Showing {
  readonly #room: Room;
  readonly #workspace: Workspace;
  readonly #as: Person;
  readonly #place: Place;
  #elsewhere = 0;
  #told = new Map<string, Message>();
  #modal: string | null = null;
  #first = true;

  constructor(room: Room, workspace: Workspace, as: Person, place: Place) {
    this.#place = place;
    this.#room = room;
    this.#workspace = workspace;
    this.#as = as;
  }

  /** `null`: nothing has changed. */
  next(): Update | null {
    const [here, there] = this.#place === "channel" ? [undefined, this.#as.name] : [this.#as.name, undefined];
    const seen = this.#seen(here);
    const elsewhere = this.#seen(there).length;
    const isMore = elsewhere !== this.#elsewhere;
    this.#elsewhere = elsewhere;
    const fresh = seen.filter((message) => this.#told.get(message.ts) !== message);
    const order = seen.map(({ ts }) => ts);
    const gone = [...this.#told.keys()].some((ts) => !order.includes(ts));
    this.#told = new Map(seen.map((message) => [message.ts, message]));
    const modal = this.#modalChange();
    if (!this.#first && fresh.length === 0 && !gone && !isMore && modal === undefined) return null;
    this.#first = false;
    const changed = Object.fromEntries(fresh.map((message) => [message.ts, messageHtml(message, this.#workspace)]));
    return { order, changed, elsewhere, ...(modal !== undefined && { modal }) };
  }

  #seen(direct: string | undefined): readonly Message[] {
    return this.#room.messages(direct).filter(({ ephemeralFor }) => ephemeralFor === undefined || ephemeralFor === this.#as.name);
  }

  #modalChange(): Update["modal"] {
    const modal = this.#room.modal(this.#as.id);
    const id = modal ? `${modal.id} ${modal.hash}` : null;
    if (id === this.#modal) return undefined;
    this.#modal = id;
    return modal && id !== null ? { id, html: modalHtml(modal, this.#workspace.people) } : null;
  }
}
