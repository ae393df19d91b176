import { JUSTIFICATION_MIN } from "@posture/runtime";
import { plural } from "../views/parts.ts";
import type { Filled } from "./fields.ts";
import { at, type Wishing } from "./form.ts";

/* What is wrong in the fields that every window of a suppression has, each at its field; `null`: nothing. Pure. */

type Wish = Wishing & { readonly filled: Pick<Filled, "basis" | "justification" | "days"> };

export function wrongReason(wish: Wish): readonly (Record<string, string> | null)[] {
  const { basis, justification } = wish.filled;
  return [
    basis === undefined ? at(wish, "basis", "Please choose one.") : null,
    Array.from(justification.trim()).length < JUSTIFICATION_MIN
      ? at(wish, "justification", `Please say why, in at least ${JUSTIFICATION_MIN} characters.`)
      : null,
  ];
}

/** `what`: what would be suppressed, as the beginning of a sentence. */
export function wrongDays(wish: Wish, maxDays: number, what: string): Record<string, string> | null {
  const { days } = wish.filled;
  return !Number.isInteger(days) || days < 1 || days > maxDays
    ? at(wish, "expiry", `${what} can be suppressed for ${plural(maxDays, "day")} at most.`)
    : null;
}
