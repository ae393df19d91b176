import { z } from "zod";
import { region } from "../bucket-world.ts";
import type { Regional } from "../regional-world.ts";
import type { MessageQueue, Queues } from "../queues.ts";
import { sentenceOf, type World } from "../world.ts";
import { changesBetween } from "./changes.ts";
import { eventOf, type Made } from "./made.ts";

/** Where changes are told, and whose they are. */
export interface ChangeTelling {
  /** The name of a queue in the first account, to which the others send, too; there need be no resource of that name in the world. */
  readonly queue: string;
  readonly region: string;
  /** The ARN of who makes them, where the change itself does not say so. Left out: the user `ana` of the account that changes. */
  readonly by?: string | undefined;
}

const telling: z.ZodType<ChangeTelling> = z.strictObject({
  queue: z.string().min(1),
  region,
  by: z.string().startsWith("arn:").optional(),
});

/** @throws {Error} which says what is wrong with it */
export function parseTelling(json: unknown): ChangeTelling {
  const parsed = telling.safeParse(json);
  if (!parsed.success) throw new Error(`this is no place to tell changes: ${sentenceOf(parsed.error)}`);
  return parsed.data;
}

/** Tells of changes of the world as CloudTrail and EventBridge do; at once, where AWS takes seconds. */
export class ChangeStream {
  readonly #queues: Queues;
  #telling: ChangeTelling | null = null;

  constructor(queues: Queues) {
    this.#queues = queues;
  }

  begin(telling: ChangeTelling | null): void {
    this.#telling = telling;
  }

  /** The queue where changes are told is there, whether or not it is one of the world. */
  get queues(): readonly Regional[] {
    return this.#telling ? [{ Region: this.#telling.region, QueueName: this.#telling.queue }] : [];
  }

  tell(before: World, after: World, by?: string): void {
    if (this.#telling) for (const made of changesBetween(before, after)) this.send(after, made, by);
  }

  send(world: World, made: Made, by?: string): void {
    const queue = this.queueIn(world);
    if (!this.#telling || !queue) return;
    const event = eventOf(made, { by: by ?? this.#telling.by ?? `arn:aws:iam::${made.accountId}:user/ana`, at: new Date() });
    queue.send(JSON.stringify(event));
  }

  /** Where changes are told; `undefined`: nowhere. */
  queueIn({ accounts: [first] }: World): MessageQueue | undefined {
    if (!this.#telling || !first) return undefined;
    return this.#queues.of(`arn:aws:sqs:${this.#telling.region}:${first.id}:${this.#telling.queue}`);
  }
}
