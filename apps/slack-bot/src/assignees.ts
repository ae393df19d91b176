import { NOBODY } from "@posture/core";

/** A person, as Slack hands on a name that it knows. Pure. */
export function isMention(word: string): boolean {
  return /^<@[UW][A-Z0-9]{2,}>$/.test(word);
}

/** A Slack user id; `null`: nobody; `undefined`: it names none. Pure. */
export function assigneeTyped(word: string, me: string): string | null | undefined {
  const lower = word.toLowerCase();
  if (lower === "me") return me;
  if (lower === "nobody" || lower === NOBODY) return null;
  return /^([UW][A-Z0-9]{2,}|<@[UW][A-Z0-9]{2,}>)$/.exec(word)?.[1]?.replaceAll(/[<@>]/g, "");
}
