import type { Shape } from "../shape.ts";
import type { WorldState } from "../state.ts";
import type { AwsError } from "../wire/answer.ts";
import type { Account } from "../world.ts";

export interface Context {
  readonly state: WorldState;
  readonly account: Account;
  readonly region: string;
  /** The ARN of who asks. */
  readonly caller: string;
  readonly now: () => Date;
  /** Whether whoever asked has gone. */
  readonly isOver: () => boolean;
}

/** Answers one operation from the world, or changes it. @throws {AwsError} as AWS would refuse. */
export type Handler = (input: Shape, context: Context) => Shape | Promise<Shape>;

/** One page of a list. Tokens are opaque to clients; ours say where the next page begins. */
export function pageOf<T>(
  all: readonly T[],
  size: number | undefined,
  token: string | undefined,
  invalid: () => AwsError,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const from = token === undefined ? 0 : fromToken(token, all.length, invalid);
  const items = size === undefined ? all.slice(from) : all.slice(from, from + size);
  const end = from + items.length;
  return { items, next: end < all.length ? Buffer.from(`from:${end}`).toString("base64url") : undefined };
}

function fromToken(token: string, length: number, invalid: () => AwsError): number {
  const [, digits] = /^from:(\d+)$/.exec(Buffer.from(token, "base64url").toString()) ?? [];
  const from = Number(digits);
  if (digits === undefined || from > length) throw invalid();
  return from;
}
