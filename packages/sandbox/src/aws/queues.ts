import { randomUUID } from "node:crypto";

/* The messages of the queues of a world: what is in them is no part of the world. */

export interface Delivered {
  readonly id: string;
  readonly receipt: string;
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  readonly times: number;
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  times: number;
  /** Of the latest delivery; only that one removes it. AWS mostly lets an earlier one do so as well, and does not promise it. */
  receipt: string | null;
  hiddenUntil: number;
}

export interface Delivery {
  readonly most: number;
  /** In milliseconds. */
  readonly hiddenFor: number;
  readonly waits: number;
  /** Who has been delivered so often goes there instead. */
  readonly deadLetters: { readonly after: number; readonly to: MessageQueue } | null;
}

/** One queue: at least once, in no promised order. */
export class MessageQueue {
  #messages: Message[] = [];
  readonly #waiting = new Set<() => void>();

  send(body: string, sentAt: number = Date.now()): string {
    const id = randomUUID();
    this.#messages.push({ id, body, sentAt, times: 0, receipt: null, hiddenUntil: 0 });
    this.#wake();
    return id;
  }

  /** Waits for the first message, for as long as is asked; `isOver`: whoever asked has gone. */
  async receive(how: Delivery, isOver: () => boolean = () => false): Promise<readonly Delivered[]> {
    const until = Date.now() + how.waits;
    for (;;) {
      if (isOver()) return [];
      const found = this.#deliver(how);
      const left = until - Date.now();
      if (found.length > 0 || left <= 0) return found;
      await this.#change(Math.min(left, this.#nextShown()));
    }
  }

  /** Whether there was such a delivery. */
  remove(receipt: string): boolean {
    const before = this.#messages.length;
    this.#messages = this.#messages.filter((it) => it.receipt !== receipt);
    return this.#messages.length < before;
  }

  /** From now on, in milliseconds; 0: others see it at once. */
  hide(receipt: string, milliseconds: number): boolean {
    const found = this.#messages.find((it) => it.receipt === receipt);
    if (!found) return false;
    found.hiddenUntil = Date.now() + milliseconds;
    this.#wake();
    return true;
  }

  /** Everything at once, as when the time of each delivery is over: whoever asks is delivered it again. */
  showAll(): void {
    for (const message of this.#messages) message.hiddenUntil = 0;
    this.#wake();
  }

  get counts(): { readonly waiting: number; readonly hidden: number } {
    const now = Date.now();
    const hidden = this.#messages.filter(({ hiddenUntil }) => hiddenUntil > now).length;
    return { waiting: this.#messages.length - hidden, hidden };
  }

  #deliver({ most, hiddenFor, deadLetters }: Delivery): readonly Delivered[] {
    const now = Date.now();
    const shown = this.#messages.filter(({ hiddenUntil }) => hiddenUntil <= now);
    const spent = shown.filter(({ times }) => deadLetters !== null && times >= deadLetters.after);
    this.#messages = this.#messages.filter((it) => !spent.includes(it));
    for (const { body, sentAt } of spent) deadLetters?.to.send(body, sentAt);
    return shown
      .filter((it) => !spent.includes(it))
      .slice(0, most)
      .map((it) => {
        it.times += 1;
        it.hiddenUntil = now + hiddenFor;
        const receipt = randomUUID();
        it.receipt = receipt;
        return { id: it.id, receipt, body: it.body, sentAt: it.sentAt, times: it.times };
      });
  }

  #nextShown(): number {
    const now = Date.now();
    return Math.max(1, Math.min(...this.#messages.map(({ hiddenUntil }) => hiddenUntil - now).filter((it) => it > 0)));
  }

  /** Resolves when a message may have come, or after this time. */
  #change(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      // Who waits for a message keeps no process alive whose server has ended.
      const timer = setTimeout(wake, milliseconds).unref();
      this.#waiting.add(wake);
    });
  }
  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}

/** By ARN; one that nobody has used is empty. */
export class Queues {
  readonly #queues = new Map<string, MessageQueue>();

  of(arn: string): MessageQueue {
    const known = this.#queues.get(arn) ?? new MessageQueue();
    this.#queues.set(arn, known);
    return known;
  }
}
