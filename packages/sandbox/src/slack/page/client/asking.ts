import type { Ask, Outcome } from "./parts.ts";

/** Tells the workspace what a person does. */
export function asking(as: string, place: string): Ask {
  return async (what, body) => {
    try {
      const response = await fetch(`/_page/${what}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ as, in: place, ...body }),
      });
      const outcome: Outcome = await response.json();
      return outcome;
    } catch {
      return { error: "the local workspace cannot be reached" };
    }
  };
}
