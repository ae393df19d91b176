import type { KnownBlock } from "@slack/types";
import { z } from "zod";
import type { Spot } from "./workspace.ts";
import { type ById, type ByLabel, fieldsOf, keptIn } from "./fields.ts";

/** A file as a message shows it. */
export interface LocalFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly altText: string;
  /** In bytes. */
  readonly size: number;
  readonly mimetype: string;
  /** Slack's short word for it, such as `csv`. */
  readonly filetype: string;
  readonly deleted?: true;
}

/** A message as the channel shows it now. */
export interface Message extends Spot {
  readonly ts: string;
  readonly threadTs?: string;
  /** A reply that the channel shows as well. */
  readonly broadcast?: true;
  /** A person's id, or the bot's. */
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
  /** Set once it was changed after it was posted. */
  readonly edited?: true;
  readonly metadata?: unknown;
  /** The name of the only person who sees it. */
  readonly ephemeralFor?: string;
  readonly files?: readonly LocalFile[];
}

/** A modal that is open before somebody. */
export interface Modal {
  readonly id: string;
  readonly hash: string;
  readonly title: string;
  readonly submit: string | null;
  readonly close: string;
  readonly notifyOnClose: boolean;
  readonly blocks: readonly KnownBlock[];
  /** The view as Slack sends it along with a submission. */
  readonly view: Readonly<Record<string, unknown>>;
}

/** Blocks were judged before they were kept; here they are only told apart from what is none. */
export const Blocks: z.ZodType<readonly KnownBlock[]> = z.array(
  z.custom<KnownBlock>((it) => typeof it === "object" && it !== null && "type" in it),
);

const words = z.object({ text: z.string() });
const View = z.looseObject({
  id: z.string(),
  hash: z.string(),
  title: words.nullish(),
  submit: words.nullish(),
  close: words.nullish(),
  notify_on_close: z.boolean().nullish(),
  blocks: Blocks,
});

/** The modal that a view is. @throws {ZodError} where it is no view */
export function modalOf(view: unknown): Modal {
  const { id, hash, title, submit, close, notify_on_close, blocks } = View.parse(view);
  return {
    id,
    hash,
    title: title?.text ?? "",
    submit: submit?.text ?? null,
    close: close?.text ?? "Close",
    notifyOnClose: notify_on_close === true,
    blocks,
    view: z.record(z.string(), z.unknown()).parse(view),
  };
}

/** The app's Home tab as one person sees it. */
export type Home = Pick<Modal, "id" | "hash" | "blocks" | "view">;

/** @throws {ZodError} where it is no view */
export function homeOf(view: unknown): Home {
  const { id, hash, blocks } = View.parse(view);
  return { id, hash, blocks, view: z.record(z.string(), z.unknown()).parse(view) };
}

/** What can be seen in the channel, and by whom. Tells those who watch of each change. */
export class Room {
  readonly #messages = new Map<string, Message>();
  readonly #modals = new Map<string, readonly Modal[]>();
  readonly #answers = new Map<string, ById>();
  readonly #homes = new Map<string, Home>();
  readonly #watchers = new Set<() => void>();

  /** Of the channel, of somebody's direct messages with the app, or of another channel, in their order: a reply follows what it replies to. */
  messages(direct?: string, channel?: string): readonly Message[] {
    return this.all().filter((message) => message.direct === direct && message.channel === channel);
  }
  all(): readonly Message[] {
    return [...this.#messages.values()].toSorted((a, b) => {
      const [first, second] = [a.threadTs ?? a.ts, b.threadTs ?? b.ts];
      return first === second ? Number(a.ts) - Number(b.ts) : Number(first) - Number(second);
    });
  }
  message(ts: string): Message | undefined {
    return this.#messages.get(ts);
  }
  put(message: Message): void {
    this.#messages.set(message.ts, message);
    this.#tell();
  }
  remove(ts: string): void {
    if (this.#messages.delete(ts)) this.#tell();
  }

  /** Whether a view is open before anybody, by its id or by the app's own. */
  isOpen(view: string): boolean {
    return [...this.#modals.values()].some((stack) => stack.some(({ id, view: it }) => id === view || it["external_id"] === view));
  }
  /** The uppermost modal before a person. */
  modal(person: string): Modal | undefined {
    return this.#modals.get(person)?.at(-1);
  }
  /** What somebody has chosen in a modal so far. A changed view keeps it in the fields that it still has. */
  answers({ id, blocks }: Modal): ByLabel {
    return keptIn(blocks, this.#answers.get(id) ?? {});
  }
  keepAnswers({ id, blocks }: Modal, given: ByLabel): void {
    const fresh = fieldsOf(blocks).flatMap(({ id: field, block }) => {
      const one = given[block.label.text];
      return one === undefined ? [] : [[field, one] as const];
    });
    this.#answers.set(id, { ...this.#answers.get(id), ...Object.fromEntries(fresh) });
  }
  open(person: string, modal: Modal): void {
    this.#modals.set(person, [...(this.#modals.get(person) ?? []), modal]);
    this.#tell();
  }
  /** Puts a changed view where the old one was, before whomever it was. */
  replace(modal: Modal): void {
    for (const [person, stack] of this.#modals) {
      if (stack.some(({ id }) => id === modal.id)) {
        this.#modals.set(
          person,
          stack.map((it) => (it.id === modal.id ? modal : it)),
        );
      }
    }
    this.#tell();
  }
  /** Closes the uppermost modal, or all of them. */
  close(person: string, all = false): void {
    const stack = this.#modals.get(person) ?? [];
    this.#modals.set(person, all ? [] : stack.slice(0, -1));
    this.#tell();
  }

  /** What the Home tab shows to a person. */
  home(person: string): Home | undefined {
    return this.#homes.get(person);
  }
  publish(person: string, home: Home): void {
    this.#homes.set(person, home);
    this.#tell();
  }

  /** Returns what ends the watching. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => void this.#watchers.delete(changed);
  }
  #tell(): void {
    for (const changed of this.#watchers) changed();
  }
}
